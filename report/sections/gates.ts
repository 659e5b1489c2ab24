import type { GateResult, Report } from "../../core/report.ts";
import { type Block, code, list, type Text } from "../document.ts";
import { clip } from "../escape.ts";
import { mentioned } from "../findings.ts";
import { resolution, verdictIcon } from "../gate-words.ts";

/** Every gate that did not pass, with its reason and, where it is known, what would resolve it. */
export function openGates(report: Report): readonly Block[] {
  const open = report.gates.filter((gate) => gate.verdict !== "pass");
  return open.length === 0 ? [] : [list(...open.map((gate) => gateItem(report, gate)))];
}

/** Every gate, for the lineage of a verdict. */
export function allGates(report: Report): readonly Block[] {
  return report.gates.length === 0 ? [] : [list(...report.gates.map((gate) => gateItem(report, gate)))];
}

function gateItem(report: Report, gate: GateResult): Text {
  const metric = mentioned(gate).find((id) => report.metrics.some((one) => one.id === id)) ?? null;
  const resolve = gate.verdict === "pass" ? null : resolution(gate, metric);
  const words = clip(gate.message, 500).replace(/[.\s]+$/, "");
  return [
    `${verdictIcon(gate.verdict)} `,
    code(clip(gate.require, 300)),
    words === "" ? "" : `: ${words}`,
    resolve === null ? "" : `. To resolve: ${resolve}`,
    ".",
  ];
}
