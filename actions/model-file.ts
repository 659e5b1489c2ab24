import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { unzipSync } from "fflate";
import { AssayError } from "../core/fault.ts";
import { artifactFiles, type Training, training as trainingSchema } from "../core/run-result.ts";

/** A serialized ONNX model cannot be larger: protobuf's own limit. */
export const maxModelBytes = 2 ** 31;

/** `sha256:<hex>` of a file's bytes, read as a stream. */
export async function digestFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest("hex")}`;
}

/** True for a regular file; a link that stands in its place does not count. */
export async function isPlainFile(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isFile() === true;
}

const maxTrainingBytes = 1024 * 1024;

/**
 * Takes model.onnx out of the one archive that lies in `folder`, and gives what stands there about its training, null where that
 * is missing or unreadable. The archive was made next to untrusted code: other members, paths that leave the folder and
 * members larger than a model can be are not unpacked.
 */
export async function unpackModel(folder: string, destination: string): Promise<Training | null> {
  const [archive, ...others] = await readdir(folder);
  if (archive === undefined || others.length > 0) {
    throw new AssayError({ reason: "artifact_missing", message: "the download did not leave one archive" });
  }
  let members: Readonly<Record<string, Uint8Array>>;
  try {
    members = unzipSync(await readFile(join(folder, archive)), {
      filter: ({ name, originalSize }) =>
        (name === artifactFiles.model && originalSize <= maxModelBytes) ||
        (name === artifactFiles.training && originalSize <= maxTrainingBytes),
    });
  } catch (cause) {
    throw new AssayError({ reason: "artifact_missing", message: "the artifact is not a zip archive" }, { cause });
  }
  const model = members[artifactFiles.model];
  if (model === undefined) {
    const message = `the artifact holds no ${artifactFiles.model} of at most ${maxModelBytes} bytes`;
    throw new AssayError({ reason: "artifact_missing", message });
  }
  await writeFile(destination, model, { flag: "wx" });
  return readTraining(members[artifactFiles.training]);
}

function readTraining(bytes: Uint8Array | undefined): Training | null {
  try {
    return trainingSchema.safeParse(JSON.parse(Buffer.from(bytes ?? []).toString())).data ?? null;
  } catch {
    return null;
  }
}
