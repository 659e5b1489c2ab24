import type { Report } from "../core/report.ts";
import { writeMarkdown } from "./markdown-writer.ts";
import { reportBlocks } from "./sections/report.ts";

/** A local report as Markdown, for `report.md` and job summaries. Charts are text: a file has no host for pictures. */
export function renderReportMarkdown(report: Report): string {
  return `${writeMarkdown(reportBlocks(report), {})}\n`;
}
