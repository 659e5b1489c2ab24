import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, realpath } from "node:fs/promises";
import { join } from "node:path";
import { type Fault } from "../../core/fault.ts";
import type { FileDigest } from "../files.ts";

export type TakenModel =
  | { readonly ok: true; readonly model: FileDigest }
  | { readonly ok: false; readonly fault: Fault };

/**
 * Copies `model.onnx` out of the command's output folder and digests what it copied, in one pass: whatever still holds
 * the original open cannot change the bytes that were recorded. Links and anything not a plain file are refused.
 */
export async function takeModel(outputFolder: string, target: string): Promise<TakenModel> {
  const missing = (message: string): TakenModel => ({ ok: false, fault: { reason: "model_missing", message } });
  const source = join(outputFolder, "model.onnx");
  // The folder itself may have been swapped for a link.
  if ((await realpath(outputFolder).catch(() => null)) !== outputFolder)
    return missing("the training command removed or replaced the folder $ASSAY_OUTPUT");
  const found = await lstat(source).catch(() => null);
  if (found === null) return missing("the training command left no $ASSAY_OUTPUT/model.onnx");
  if (found.isSymbolicLink())
    return missing("$ASSAY_OUTPUT/model.onnx is a symbolic link; write the model itself there");
  if (!found.isFile()) return missing("$ASSAY_OUTPUT/model.onnx is not a file");
  if (found.size === 0) return missing("$ASSAY_OUTPUT/model.onnx is empty");
  const input = await open(source, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null);
  if (input === null) return missing("$ASSAY_OUTPUT/model.onnx cannot be read");
  try {
    if (!(await input.stat()).isFile()) return missing("$ASSAY_OUTPUT/model.onnx is not a file");
    return { ok: true, model: await copy(input.createReadStream({ autoClose: false }), target) };
  } finally {
    await input.close();
  }
}

async function copy(from: AsyncIterable<Buffer>, target: string): Promise<FileDigest> {
  const hash = createHash("sha256");
  let bytes = 0;
  const output = await open(target, "wx", 0o644);
  try {
    for await (const chunk of from) {
      hash.update(chunk);
      bytes += chunk.length;
      await output.writeFile(chunk);
    }
  } finally {
    await output.close();
  }
  return { digest: `sha256:${hash.digest("hex")}`, bytes };
}
