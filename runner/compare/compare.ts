import { digestJson } from "../../core/digest.ts";
import type { Report } from "../../core/report.ts";
import { assembleReport } from "../evaluate/assemble-report.ts";
import { measureScored } from "../evaluate/measure-scored.ts";
import { publishEvaluation } from "../evaluate/publish.ts";
import { digestFile, type FileDigest, prepareFolder } from "../files.ts";
import { describeCpu } from "../machine.ts";
import { type Reading, readScored } from "./read-scored.ts";

export type Comparison = Reading & { readonly startedAt: Date };

/** Reads, measures, judges and publishes the four files of a comparison in `out`. Throws AssayError for bad input. */
export async function runComparison(options: Comparison): Promise<Report> {
  const { console, interrupt, startedAt, name, gates, weight, group, baseline } = options;
  const pending = await prepareFolder(options.out);
  const start = performance.now();
  try {
    // 1. Read the table.
    console.progress("reading the predictions");
    const file = await digestFile(options.file);
    const scored = await readScored(options);
    const loaded = performance.now();

    // 2. Measure and judge.
    console.progress("measuring");
    const seed = seedOf(options, file);
    const measured = measureScored(scored, { ...options, seed });
    const done = performance.now();
    const candidate = { digest: digestOfColumns(file, options.candidate), bytes: file.bytes, parameters: null };
    const report = assembleReport({
      name,
      scored,
      measured,
      operations: {},
      gates,
      candidate,
      baseline:
        baseline === null ? null : { digest: digestOfColumns(file, baseline), version: options.baselineVersion },
      data: { digest: file.digest, role: "open", weight, group },
      environment: environment(),
      seed,
      startedAt,
      seconds: { load: (loaded - start) / 1_000, predict: 0, measure: (done - loaded) / 1_000 },
    });

    // 3. Write everything down, then show it all at once.
    console.progress("writing the report");
    await publishEvaluation(pending, scored, report, interrupt);
    return report;
  } finally {
    await pending.discard();
  }
}

/** What determines the random draws: the same table and columns give the same numbers. */
function seedOf({ candidate, baseline }: Comparison, { digest }: FileDigest): string {
  return digestJson({ data: digest, candidate, baseline }).slice("sha256:".length);
}

/** Predictions without a model: what they are is the file and the columns that hold them. */
function digestOfColumns({ digest }: FileDigest, columns: readonly string[]): string {
  return digestJson({ file: digest, columns });
}

/** No model ran here: there is no runtime and no provider. */
function environment(): Report["environment"] {
  return { runtime: "predictions", provider: "none", node: process.versions.node, cpu: describeCpu(), gpu: null };
}
