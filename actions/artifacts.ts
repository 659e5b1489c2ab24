import { mkdir, rm } from "node:fs/promises";
import { DefaultArtifactClient } from "@actions/artifact";
import { AssayError } from "../core/fault.ts";
import type { Training } from "../core/run-result.ts";
import type { ModelSource } from "../core/ticket.ts";
import type { Octokit } from "./client.ts";
import { maxModelBytes, unpackModel } from "./model-file.ts";
import { defaultPausesMs, retryFaults, statusOf } from "./retry.ts";
import type { World } from "./world.ts";

type ArtifactSource = Extract<ModelSource, { kind: "artifact" }>;

/** Files that leave the run together, as one artifact. */
export type Upload = { readonly name: string; readonly folder: string; readonly files: readonly string[] };

export async function upload({ name, folder, files }: Upload): Promise<void> {
  await new DefaultArtifactClient().uploadArtifact(name, [...files], folder);
}

/**
 * Fetches the model of an artifact of another run of this repository to `destination`; gives how it was trained, where
 * the artifact says so. Before the download: the
 * artifact is the named run's, and not expired. Before unpacking: its bytes are those that the ticket names.
 */
export async function downloadModel(
  octokit: Octokit,
  world: World,
  source: ArtifactSource,
  destination: string,
): Promise<Training | null> {
  await inspectArtifact(octokit, world.repository, source);
  const folder = `${destination}.download`;
  await mkdir(folder, { recursive: true });
  try {
    const { digestMismatch } = await new DefaultArtifactClient().downloadArtifact(source.artifactId, {
      path: folder,
      skipDecompress: true,
      expectedHash: source.artifactDigest,
      findBy: {
        token: world.inputs.token,
        workflowRunId: source.runId,
        repositoryOwner: world.repository.owner,
        repositoryName: world.repository.name,
      },
    });
    if (digestMismatch !== false) throw mismatch(source, "its bytes have another digest than the ticket's");
    return await unpackModel(folder, destination);
  } catch (error) {
    if (error instanceof AssayError) throw error;
    const message = `artifact ${source.artifactId} of run ${source.runId} could not be downloaded`;
    throw new AssayError({ reason: "artifact_missing", message, detail: String(error) }, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Asks GitHub about an artifact and refuses one that is gone, of another run, of other bytes, or too large. */
export async function inspectArtifact(
  octokit: Octokit,
  { owner, name }: World["repository"],
  source: ArtifactSource,
  pausesMs: readonly number[] = defaultPausesMs,
): Promise<void> {
  const request = () => octokit.rest.actions.getArtifact({ owner, repo: name, artifact_id: source.artifactId });
  const { data } = await retryFaults(request, pausesMs).catch((error: unknown) => {
    const status = statusOf(error);
    throw missing(source, status === null ? String(error) : `GitHub answers ${status}`);
  });
  if (data.expired) throw missing(source, "it has expired");
  if (data.workflow_run?.id !== source.runId) throw mismatch(source, "it belongs to another run");
  if (data.digest !== undefined && data.digest !== null && data.digest !== source.artifactDigest) {
    throw mismatch(source, "GitHub states another digest than the ticket's");
  }
  if (data.size_in_bytes > maxModelBytes)
    throw mismatch(source, `it has ${data.size_in_bytes} bytes, more than a model can`);
}

function missing({ artifactId, runId }: ArtifactSource, why: string): AssayError {
  return new AssayError({ reason: "artifact_missing", message: `artifact ${artifactId} of run ${runId}: ${why}` });
}

function mismatch({ artifactId, runId }: ArtifactSource, why: string): AssayError {
  return new AssayError({
    reason: "artifact_digest_mismatch",
    message: `artifact ${artifactId} of run ${runId}: ${why}`,
  });
}
