import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { root } from "../../demo/world.ts";
import type { Sample } from "../binormal.ts";

const python = join(root, "bench/.venv/bin/python");

/** Said above the tables when there is nothing to compare with. */
export const peerMissing =
  "The peer is not installed, so no ratios are shown. `bench/peer/setup.sh` installs it: Python with numpy, scipy and scikit-learn, in `bench/.venv`.";

const interval = z.tuple([z.number(), z.number()]).nullable();
const measured = z.tuple([z.number(), interval]);
const suite = z.record(z.string(), z.object({ candidate: measured, baseline: measured, delta: measured })).default({});
const answer = z.object({
  versions: z.record(z.string(), z.string()),
  unknown: z.array(z.string()),
  seconds: z.record(z.string(), z.number()),
  values: z.object({
    formula: suite,
    values: suite,
    delong: z.tuple([z.number(), z.number(), z.number()]).optional(),
    bootstrap: z.tuple([z.number(), z.number(), z.number()]).optional(),
  }),
});
export type PeerAnswer = z.infer<typeof answer>;

/** What the peer does and is timed at. */
export type PeerRequest = {
  readonly parts: readonly ("formula" | "values" | "resampled" | "delong" | "bootstrap")[];
  /** Metrics whose intervals follow from a formula, and those that are drawn again. */
  readonly formula: readonly string[];
  readonly resampled: readonly string[];
  readonly drawnRows: number;
  readonly replicates: number;
  readonly replicatesOfAuc: number;
};

/** What scikit-learn, SciPy and NumPy say about the sample, and how long it took them; null when they are not installed. */
export async function askPeer(folder: string, sample: Sample, request: PeerRequest): Promise<PeerAnswer | null> {
  if (!existsSync(python)) return null;
  const rows = sample.labels.length;
  const file = join(folder, `sample-${rows}.bin`);
  await writeSample(file, sample);
  const child = spawn(python, [join(root, "bench/peer/metrics.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const exit = once(child, "exit");
  const output = text(child.stdout);
  const { parts, formula, resampled, drawnRows, replicates, replicatesOfAuc } = request;
  child.stdin.end(
    JSON.stringify({
      file,
      rows,
      parts,
      formula,
      resampled,
      drawn_rows: drawnRows,
      replicates,
      replicates_of_auc: replicatesOfAuc,
      budget_s: 2,
    }),
  );
  const [code] = await exit;
  if (code !== 0) throw new Error(`bench/peer/metrics.py ended with ${code}`);
  return answer.parse(JSON.parse(await output));
}

async function writeSample(file: string, { labels, candidate, baseline }: Sample): Promise<void> {
  const handle = await open(file, "w");
  try {
    for (const part of [labels, candidate, baseline]) await handle.write(new Uint8Array(part.buffer));
  } finally {
    await handle.close();
  }
}

/** `numpy 2.4.6`, … as the tables name them. */
export function peerVersions(found: PeerAnswer | null): readonly string[] {
  return found === null ? [] : Object.entries(found.versions).map(([name, version]) => `${name} ${version}`);
}
