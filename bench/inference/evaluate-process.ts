import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { root } from "../../demo/world.ts";

const run = promisify(execFile);

const reportPart = z.object({
  data: z.object({ rows: z.number() }),
  metrics: z.array(z.object({ id: z.string(), candidate: z.object({ value: z.number().nullable() }) })),
  environment: z.object({ runtime: z.string(), batch: z.number().optional() }),
  seconds: z.object({ load: z.number(), predict: z.number(), measure: z.number() }),
});

export type Evaluation = {
  readonly wallSeconds: number;
  readonly peakBytes: number;
  readonly report: z.infer<typeof reportPart>;
};

/** `assay evaluate` as a process of its own, with how long it took from start to exit and its largest resident set. */
export async function evaluateOnce(options: {
  /** Holds assay.yml. */
  readonly folder: string;
  /** Its name in assay.yml. */
  readonly model: string;
  /** The candidate, and the baseline where there is one. */
  readonly models: readonly string[];
  readonly data: string;
  readonly workers: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Promise<Evaluation> {
  const { folder, model, models, data, workers, env } = options;
  const [candidate = "", baseline] = models;
  const file = (name: string): string => join(folder, name);
  const peakFile = file(`peak-${performance.now()}`);
  const args = ["--config", file("assay.yml"), "--model", model, "--candidate", candidate];
  if (baseline !== undefined) args.push("--baseline", baseline);
  args.push("--data", data, "--workers", String(workers), "--quiet");
  const start = performance.now();
  await run(
    process.execPath,
    [
      "--import",
      join(root, "bench/inference/peak-memory.ts"),
      join(root, "runner/main.ts"),
      "evaluate",
      ...args,
      "--out",
      file("report"),
    ],
    { cwd: folder, env: { ...env, ASSAY_BENCH_PEAK_FILE: peakFile }, maxBuffer: 1 << 24 },
  );
  const wallSeconds = (performance.now() - start) / 1_000;
  const report = reportPart.parse(JSON.parse(await readFile(join(folder, "report/report.json"), "utf8")));
  return { wallSeconds, peakBytes: Number(await readFile(peakFile, "utf8")), report };
}
