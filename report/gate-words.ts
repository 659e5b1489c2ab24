import { type GateNode, parseGate } from "../core/gate/parse.ts";
import { formatDelta, formatSize } from "../core/metrics/format.ts";
import type { GateResult, Verdict } from "../core/report.ts";
import { code, type Inline, type Text } from "./document.ts";
import { clip } from "./escape.ts";
import { counted } from "./words.ts";

const icons: Readonly<Record<Verdict, string>> = {
  pass: "✅",
  fail: "❌",
  inconclusive: "◻️",
  insufficient: "◻️",
  no_baseline: "◻️",
  error: "⚠️",
};

export function verdictIcon(verdict: Verdict): string {
  return icons[verdict];
}

/** One table cell about a gate: `✅ not worse by more than 0.5 pp`, `◻️ inconclusive: about 1,900 more rows would tell`. */
export function gateCell(gate: GateResult): Text {
  const icon = `${verdictIcon(gate.verdict)} `;
  switch (gate.verdict) {
    case "pass":
      return [icon, requirement(gate)];
    case "fail":
      return [icon, ...violation(gate)];
    case "no_baseline":
      return [icon, "needs a baseline: ", requirement(gate)];
    case "error":
      return [icon, "not judged: ", requirement(gate)];
    case "insufficient":
      return [icon, "too few rows: ", requirement(gate)];
    case "inconclusive": {
      const rows = gate.needs?.rows ?? null;
      return [icon, "inconclusive: ", rows === null ? requirement(gate) : rowsWords(rows)];
    }
  }
}

/** `about 1,900 more rows would tell`: the gate would then pass with 80 % chance if the estimate were the truth. */
export function rowsWords(rows: number): string {
  return `about ${counted(rows, "more row")} would tell`;
}

/** A gate's condition in words where its form is a common one, else the expression itself. */
export function requirement(gate: GateResult): Inline {
  const parsed = parseGate(gate.require);
  return (parsed.ok ? conditionWords(parsed.gate) : null) ?? code(clip(gate.require, 200));
}

function violation(gate: GateResult): Text {
  const parsed = parseGate(gate.require);
  if (parsed.ok && parsed.gate.kind === "ni")
    return [`worse by more than ${formatSize(parsed.gate.metric, parsed.gate.margin)}`];
  return ["required: ", requirement(gate)];
}

function conditionWords(node: GateNode): string | null {
  switch (node.kind) {
    case "ni":
      return `not worse by more than ${formatSize(node.metric, node.margin)}`;
    case "sup":
      return node.margin === 0 ? "better" : `better by more than ${formatSize(node.metric, node.margin)}`;
    case "compare": {
      if (node.left.kind !== "reference") return null;
      const limit = numberOf(node.right);
      if (limit === null || node.left.side === "baseline") return null;
      const shown = node.left.side === "delta" ? formatDelta(node.left.metric, limit) : String(limit);
      return `${node.left.side === "delta" ? "change " : ""}${signs[node.operator]} ${shown}`;
    }
    case "not":
    case "and":
    case "or":
      return null;
  }
}

type Compare = Extract<GateNode, { kind: "compare" }>;

const signs: Readonly<Record<Compare["operator"], string>> = { "<": "<", "<=": "≤", ">": ">", ">=": "≥" };

function numberOf(of: Compare["right"]): number | null {
  if (of.kind === "number") return Number(of.value.toPrecision(12));
  const inner = of.kind === "negate" ? numberOf(of.of) : null;
  return inner === null ? null : -inner;
}
