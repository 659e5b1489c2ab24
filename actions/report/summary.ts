import type { Report } from "../../core/report.ts";
import type { PullView } from "../../core/view.ts";
import { renderComment } from "../../report/comment.ts";
import { renderReportMarkdown } from "../../report/markdown.ts";

export const appName = "Assay";

/** GitHub refuses the summary of a step above 1 MiB; the rest is left for what else the step may write. */
export const summaryLimitBytes = 1_000_000;

/** Every report in full, or, where that is too long, what a comment would show of them. */
export function renderSummary(view: PullView, reports: readonly Report[]): string {
  const full = reports.map(renderReportMarkdown).join("\n");
  if (Buffer.byteLength(full) <= summaryLimitBytes) return full;
  const shortened = renderComment(view, { charts: {}, appName, alone: { marker: "", fullReport: "the report files" } });
  return `${reports.length} reports are too long for a summary of 1 MiB; this is the short form.\n\n${shortened}`;
}
