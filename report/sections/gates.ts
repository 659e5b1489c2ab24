import type { GateResult, Report } from "../../core/report.ts";
import { type Block, code, list, type Text } from "../document.ts";
import { clip } from "../escape.ts";
import { verdictIcon } from "../gate-words.ts";

/** Every gate that did not pass, with its reason and, where it is known, what would resolve it. */
export function openGates(report: Report): readonly Block[] {
  const open = report.gates.filter((gate) => gate.verdict !== "pass");
  return open.length === 0 ? [] : [list(...open.map(gateItem))];
}

function gateItem(gate: GateResult): Text {
  const words = clip(gate.message, 600).trim();
  return [`${verdictIcon(gate.verdict)} `, code(clip(gate.require, 300)), words === "" ? "" : `: ${words}`];
}
