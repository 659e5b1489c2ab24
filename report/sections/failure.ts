import type { Fault } from "../../core/fault.ts";
import { describeFault } from "../../core/fault.ts";
import type { ModelView } from "../../core/view.ts";
import { type Block, code, details, fence, link, list, paragraph, strong } from "../document.ts";
import { clip } from "../escape.ts";
import { counted } from "../words.ts";

const shownLines = 12;

/** Why a stage failed: the message, the end of the log, and where the whole log is. */
export function failure(view: ModelView, tailLimit: number): readonly Block[] {
  if (view.fault === null) return [paragraph("No reason was recorded. The run's log tells more: ", ...lastRun(view))];
  return [
    paragraph(strong(clip(describeFault(view.fault), 600)), " (", code(view.fault.reason), ")"),
    ...logTail(view.fault.detail ?? "", tailLimit),
    ...(view.runs.length === 0 ? [] : [paragraph("The whole log is in the ", ...lastRun(view), ".")]),
  ];
}

function lastRun(view: ModelView) {
  const run = view.runs.at(-1);
  return run === undefined ? ["run"] : [link(run.url, `${run.stage} run`)];
}

/** The last lines in sight, the lines before them folded. */
function logTail(log: string, limit: number): readonly Block[] {
  const kept = log.length <= limit ? log : log.slice(-limit).replace(/^[^\n]*\n/, "");
  const lines = kept.replace(/\s+$/, "").split(/\r\n|\r|\n/);
  if (kept.trim() === "") return [];
  const before = lines.slice(0, -shownLines);
  const end = fence(lines.slice(-shownLines).join("\n"));
  return before.length === 0
    ? [end]
    : [end, details([`${counted(before.length, "line")} before that`], fence(before.join("\n")))];
}

/** Faults as a list: where, what, and the reason code. */
export function faultList(faults: readonly Fault[]): Block {
  return list(...faults.map((fault) => [clip(describeFault(fault), 600), " (", code(fault.reason), ")"]));
}
