import { counts } from "../core/gate/conclude.ts";
import { isOperation } from "../core/gate/lookup.ts";
import { type GateNode, parseGate } from "../core/gate/parse.ts";
import { formatCount, formatDelta, formatSize } from "../core/metrics/format.ts";
import { unitOf } from "../core/metrics/registry.ts";
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

/** A gate's icon; an open gate whose mode lets it pass shows that it does not hold the model up. */
export function gateIcon(gate: GateResult): string {
  return gate.verdict !== counts(gate) ? "☑️" : verdictIcon(gate.verdict);
}

/** What the mode of an open gate makes of it. */
function modeWords({ mode }: GateResult): string {
  return mode === "fn-free" ? "open, passes by its mode: " : mode === "ask" ? "a person decides: " : "inconclusive: ";
}

/** One table cell about a gate: `✅ not worse by more than 0.5 pp`, `◻️ inconclusive: about 1,900 more rows would tell`. */
export function gateCell(gate: GateResult): Text {
  const icon = `${gateIcon(gate)} `;
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
      return [icon, modeWords(gate), rows === null ? requirement(gate) : rowsWords(rows, unitOfGate(gate))];
    }
  }
}

/** `about 1,900 more rows would tell`: the gate would then pass with 80 % chance if the estimate were the truth. */
export function rowsWords(rows: number, unit: "row" | "query" = "row"): string {
  const more =
    unit === "row" ? counted(rows, "more row") : `${formatCount(rows)} more ${rows === 1 ? "query" : "queries"}`;
  return `about ${more} would tell`;
}

/** What a gate's advice counts: the queries of a ranking metric, else rows. */
function unitOfGate({ require }: GateResult): "row" | "query" {
  const parsed = parseGate(require);
  return parsed.ok && "metric" in parsed.gate ? unitOf(parsed.gate.metric) : "row";
}

/** A gate's condition in words where its form is a common one, else the expression itself. */
export function requirement(gate: GateResult): Inline {
  const parsed = parseGate(gate.require);
  return (parsed.ok ? conditionWords(parsed.gate) : null) ?? code(clip(gate.require, 200));
}

function violation(gate: GateResult): Text {
  const parsed = parseGate(gate.require);
  if (parsed.ok && parsed.gate.kind === "ni" && parsed.gate.slice === null)
    return [`worse by more than ${formatSize(parsed.gate.metric, parsed.gate.margin)}`];
  return ["required: ", requirement(gate)];
}

function conditionWords(node: GateNode): string | null {
  switch (node.kind) {
    case "ni":
      return `not worse by more than ${formatSize(node.metric, node.margin)}${where(node)}`;
    case "sup":
      return `${node.margin === 0 ? "better" : `better by more than ${formatSize(node.metric, node.margin)}`}${where(node)}`;
    case "equiv":
      return `the same within ${formatSize(node.metric, node.margin)}${where(node)}`;
    case "limit_gain":
      return `better by at most ${formatSize(node.metric, node.margin)}${where(node)}`;
    case "no_worse_slices": {
      const slices = node.by === null ? "slice" : `slice by ${node.by.join(", ")}`;
      return `no ${slices} worse by more than ${formatSize(node.metric, node.margin)}`;
    }
    case "compare":
      return comparisonWords(node);
    case "not":
    case "and":
    case "or":
      return null;
  }
}

function where({ slice }: { readonly slice: string | null }): string {
  return slice === null ? "" : ` where ${slice}`;
}

function comparisonWords(node: Compare): string | null {
  const { left } = node;
  if (left.kind !== "reference" || left.slice !== null || isOperation(left.metric)) return null;
  if (left.side !== "candidate" && left.side !== "delta") return null;
  const limit = numberOf(node.right);
  if (limit === null) return null;
  const shown = left.side === "delta" ? formatDelta(left.metric, limit) : String(limit);
  return `${left.side === "delta" ? "change " : ""}${signs[node.operator]} ${shown}`;
}

type Compare = Extract<GateNode, { kind: "compare" }>;

const signs: Readonly<Record<Compare["operator"], string>> = { "<": "<", "<=": "≤", ">": ">", ">=": "≥" };

function numberOf(of: Compare["right"]): number | null {
  if (of.kind === "number") return Number(of.value.toPrecision(12));
  const inner = of.kind === "negate" ? numberOf(of.of) : null;
  return inner === null ? null : -inner;
}
