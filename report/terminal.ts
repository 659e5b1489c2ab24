import type { Report } from "../core/report.ts";
import { reportBlocks } from "./sections/report.ts";
import { type Terminal, writeTerminal } from "./terminal-writer.ts";

/** A local report for a terminal of so many columns; readable from 60 on. */
export function renderReportTerminal(report: Report, options: Terminal): string {
  return `${writeTerminal(reportBlocks(report), options)}\n`;
}
