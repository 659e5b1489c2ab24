import type { Fault } from "../../core/fault.ts";
import type { ModelView } from "../../core/view.ts";
import { type Block, code, details, fence, joined, link, list, paragraph, strong, type Text } from "../document.ts";
import { clip } from "../escape.ts";
import { counted } from "../words.ts";

const shownLines = 12;

/** Why a stage failed: the message, the end of the log, and where the whole log is. */
export function failure(view: ModelView, tailLimit: number): readonly Block[] {
  if (view.fault === null) return [paragraph("No reason was recorded. The run's log tells more: ", ...lastRun(view))];
  return [
    paragraph(strong(...placeAndMessage(view.fault)), ...reasonAndCommand(view.fault)),
    ...commandLine(view.fault),
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

/** Faults as a list: where, what, and the reason code; what to type instead is a line of its own, to be copied. */
export function faultList(faults: readonly Fault[]): readonly Block[] {
  const blocks: Block[] = [];
  let items: Text[] = [];
  for (const fault of faults) {
    items.push([...placeAndMessage(fault), ...reasonAndCommand(fault)]);
    const command = commandLine(fault);
    if (command.length === 0) continue;
    blocks.push(list(...items), ...command);
    items = [];
  }
  return items.length === 0 ? blocks : [...blocks, list(...items)];
}

/** `file:line:column` as code, so that it stays as it is and can be copied, then the message. */
function placeAndMessage({ place, message }: Fault): Text {
  const { file, line, column, path } = place ?? {};
  const at = [file === undefined ? undefined : clip(file, 200), line, column].filter((part) => part !== undefined);
  const where = [at.join(":"), clip(path ?? "", 200)].filter((part) => part !== "").map((part): Text => [code(part)]);
  return [...joined(where, " "), ...(where.length === 0 ? [] : [": "]), clip(message, 600)];
}

function reasonAndCommand(fault: Fault): Text {
  return [" (", code(fault.reason), commandLine(fault).length === 0 ? ")" : "); what to type instead:"];
}

/** A command in a fence: nothing is inserted into it. One that is too long to show is left out, never cut. */
function commandLine({ command }: Fault): readonly Block[] {
  const line = command?.trim() ?? "";
  return line === "" || line.length > 1_000 ? [] : [fence(line)];
}
