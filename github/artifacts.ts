import { unzipSync } from "fflate";
import { type Client, statusOf } from "./octokit.ts";

export type ArtifactEntry = {
  readonly id: number;
  readonly name: string;
  readonly sizeBytes: number;
  readonly digest: string | null;
};

export async function listArtifacts(client: Client, runId: number): Promise<readonly ArtifactEntry[]> {
  const { octokit, owner, repo } = client;
  const artifacts = await octokit.paginate(octokit.rest.actions.listWorkflowRunArtifacts, {
    owner,
    repo,
    run_id: runId,
    per_page: 100,
  });
  return artifacts
    .filter((artifact) => !artifact.expired)
    .map(({ id, name, size_in_bytes, digest }) => ({ id, name, sizeBytes: size_in_bytes, digest: digest ?? null }));
}

/**
 * The wanted files of an artifact, as untrusted bytes: never written to disk, never larger than `maxBytes` together,
 * by their exact names. Null when the artifact is gone. Throws RangeError when it is too large.
 */
export async function readArtifact(
  client: Client,
  artifact: ArtifactEntry,
  names: readonly string[],
  maxBytes: number,
): Promise<Readonly<Record<string, Uint8Array>> | null> {
  const { octokit, owner, repo } = client;
  if (artifact.sizeBytes > maxBytes)
    throw new RangeError(`artifact ${artifact.name} holds ${artifact.sizeBytes} bytes; at most ${maxBytes} are read`);
  try {
    const answer = await octokit.rest.actions.downloadArtifact({
      owner,
      repo,
      artifact_id: artifact.id,
      archive_format: "zip",
    });
    return extract(asBytes(answer.data), names, maxBytes);
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 || status === 410) return null;
    throw error;
  }
}

function extract(zip: Uint8Array, names: readonly string[], maxBytes: number): Readonly<Record<string, Uint8Array>> {
  let total = 0;
  return unzipSync(zip, {
    filter: (file) => {
      if (!names.includes(file.name)) return false;
      total += file.originalSize;
      if (total > maxBytes) throw new RangeError(`the artifact unpacks to more than ${maxBytes} bytes`);
      return true;
    },
  });
}

/** Octokit gives a zip as ArrayBuffer; its type says unknown. */
function asBytes(data: unknown): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (data instanceof Uint8Array) return data;
  throw new TypeError("expected the bytes of a zip file");
}
