import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Predictions } from "../../core/metrics/measure.ts";
import type { Report } from "../../core/report.ts";
import { artifactFiles } from "../../core/run-result.ts";
import { renderReportHtml } from "../../report/html.ts";
import { renderReportMarkdown } from "../../report/markdown.ts";
import { writePredictions } from "../data/predictions.ts";
import type { PendingFolder } from "../files.ts";
import type { Scored } from "./scored.ts";

/** Writes the four files of an evaluation and shows them all at once. Throws the reason of the interrupt. */
export async function publishEvaluation(
  pending: PendingFolder,
  scored: Scored,
  report: Report,
  interrupt: AbortSignal,
): Promise<void> {
  const { rowNumbers, labels, classNames, candidate, baseline } = scored;
  await writePredictions(join(pending.path, artifactFiles.predictions), {
    rowNumbers,
    labels,
    classNames,
    classes: candidate.kind === "multiclass" ? candidate.classes : 1,
    candidate: valuesOf(candidate),
    baseline: baseline === null ? null : valuesOf(baseline),
  });
  await writeFile(join(pending.path, artifactFiles.report), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(pending.path, "report.md"), renderReportMarkdown(report));
  await writeFile(join(pending.path, "report.html"), await renderReportHtml(report));
  interrupt.throwIfAborted();
  await pending.publish();
}

/** Rows × columns, as they stand in a table of predictions. */
export function valuesOf(of: Predictions): Float64Array {
  switch (of.kind) {
    case "binary":
      return of.scores;
    case "multiclass":
      return of.probabilities;
    case "value":
      return of.values;
  }
}
