import { AssayError } from "../core/fault.ts";
import type { Training } from "../core/run-result.ts";
import type { ModelSource } from "../core/ticket.ts";
import { downloadModel } from "./artifacts.ts";
import { octokitFor } from "./client.ts";
import { remoteOf, saveFileAt } from "./git.ts";
import { digestFile } from "./model-file.ts";
import type { World } from "./world.ts";

export type Wanted = { readonly source: ModelSource; readonly digest: string | null };

export type Fetched = {
  readonly digest: string;
  /** What its artifact says of its training; null for a file of a commit. */
  readonly training: Training | null;
};

/**
 * Brings the bytes of a model to `destination`. Throws artifact_digest_mismatch when they are not the ones the ticket names. `checkout` is a folder that `checkOut` made.
 */
export async function fetchModel(
  world: World,
  wanted: Wanted,
  checkout: string,
  destination: string,
): Promise<Fetched> {
  const { source } = wanted;
  let training: Training | null = null;
  switch (source.kind) {
    case "artifact":
      training = await downloadModel(octokitFor(world.inputs.token), world, source, destination);
      break;
    case "file":
      await saveFileAt(remoteOf(world), checkout, source, destination);
      break;
  }
  const digest = await digestFile(destination);
  if (wanted.digest !== null && digest !== wanted.digest) {
    const message = `the model has the digest ${digest}, the ticket names ${wanted.digest}`;
    throw new AssayError({ reason: "artifact_digest_mismatch", message });
  }
  return { digest, training };
}
