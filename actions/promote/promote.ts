import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { artifactFiles } from "../../core/run-result.ts";
import { fetchModel } from "../fetch-model.ts";
import { checkOut, remoteOf } from "../git.ts";
import { plainText } from "../plain-text.ts";
import { failed, type StageEnd, type Work } from "../stage.ts";

/**
 * Puts the one version of the ticket on this machine, byte for byte, and the base commit into the workspace, where the
 * team's own deployment step finds its scripts.
 */
export async function promote({ world, ticket }: Work): Promise<StageEnd> {
  const { candidate, environment } = ticket;
  if (candidate === null || candidate.digest === null || candidate.version === null || environment === null) {
    return failed({ reason: "ticket_invalid", message: "the ticket names no version, digest or environment" });
  }
  await empty(world.workspace);
  await checkOut(remoteOf(world), ticket.commit, ticket.tree, world.workspace);

  // Outside the private folder: the following steps of the job read it.
  const folder = join(world.temp, `assay-version-${ticket.jti}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const model = join(folder, artifactFiles.model);
  const { digest } = await fetchModel(world, candidate, world.workspace, model);
  return {
    fault: null,
    training: null,
    uploads: [],
    resultFiles: [],
    summary: `**${plainText(candidate.version)}** for ${plainText(environment)}: <code>${digest}</code>, as evaluated.`,
    outputs: { model, version: candidate.version, digest, environment },
  };
}

/** A self-hosted machine keeps the workspace of its last job. */
async function empty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}
