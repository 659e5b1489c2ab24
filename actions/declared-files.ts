import { readdir, rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { ModelConfig } from "../core/config/schema.ts";
import { isTrainingInput } from "../core/fingerprint.ts";

/**
 * Leaves in a checkout only what the fingerprint covers, the model's paths and its training data, and no history: what
 * training cannot read cannot change its result, so equal fingerprints mean equal inputs. Gives how many files went.
 */
export async function keepDeclaredFiles(checkout: string, config: ModelConfig): Promise<number> {
  await rm(join(checkout, ".git"), { recursive: true, force: true });
  const isInput = isTrainingInput(config);
  const entries = await readdir(checkout, { recursive: true, withFileTypes: true });
  let removed = 0;
  for (const entry of entries) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    if (isInput(relative(checkout, file).split(sep).join("/"))) continue;
    await rm(file, { force: true });
    removed += 1;
  }
  return removed;
}
