import type { GateResult, Report } from "../../core/report.ts";
import { type Block, code, list, type Text } from "../document.ts";
import { clip } from "../escape.ts";
import { verdictIcon } from "../gate-words.ts";
import { count, counted } from "../words.ts";

/** Every gate that did not pass, with its reason and, where it is known, what would resolve it. */
export function openGates(report: Report): readonly Block[] {
  return gateList(report.gates.filter((gate) => gate.verdict !== "pass"));
}

/** Gates with their verdicts and reasons. */
export function gateList(gates: readonly GateResult[]): readonly Block[] {
  return gates.length === 0 ? [] : [list(...gates.map(gateItem))];
}

/** `2 of 3 gates pass` */
export function gatesTally({ gates }: Report): string {
  const passed = gates.filter((gate) => gate.verdict === "pass").length;
  return gates.length === 0
    ? "no gate is configured"
    : `${count(passed)} of ${counted(gates.length, "gate")} ${gates.length === 1 ? "passes" : "pass"}`;
}

function gateItem(gate: GateResult): Text {
  const words = clip(gate.message, 600).trim();
  return [`${verdictIcon(gate.verdict)} `, code(clip(gate.require, 300)), words === "" ? "" : `: ${words}`];
}
