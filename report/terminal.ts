import type { Report } from "../core/report.ts";
import { paragraph } from "./document.ts";
import { verdictIcon } from "./gate-words.ts";
import { gatesTally } from "./sections/gates.ts";
import { briefBlocks, reportBlocks } from "./sections/report.ts";
import { type Terminal, writeTerminal } from "./terminal-writer.ts";

export type TerminalReport = Terminal & {
  /** `brief`: the verdict, metrics, gates and slices that got provably worse. */
  readonly detail: "brief" | "all";
  /** Where the page with everything lies, or null when there is none. */
  readonly page: string | null;
};

/** A local report for a terminal of so many columns, readable from 60 on; the last line sums it up, for it stays in sight. */
export function renderReportTerminal(report: Report, options: TerminalReport): string {
  const { verdict } = report;
  const parts = [`${verdictIcon(verdict)} ${verdict.replaceAll("_", " ")}`, gatesTally(report), options.page];
  // Not wrapped: a terminal wraps a long path itself, and it can then still be copied or opened.
  const end = writeTerminal([paragraph(parts.filter((part) => part !== null).join(" · "))], {
    ...options,
    columns: Number.POSITIVE_INFINITY,
  });
  return `${writeTerminal(options.detail === "brief" ? briefBlocks(report) : reportBlocks(report), options)}\n\n${end}\n`;
}
