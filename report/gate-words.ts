import { formatSize } from "../core/metrics/format.ts";
import { metricSpec } from "../core/metrics/registry.ts";
import type { GateResult, Verdict } from "../core/report.ts";
import { code, type Inline, type Text } from "./document.ts";
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

/** A gate's condition in words where its form is a common one, else the expression itself. */
export function requirement(gate: GateResult): Inline {
  const text = gate.require.replace(/\s+at\s+[\d.]+\s*%\s*$/, "").trim();
  const margin = /^ni\(\s*[\w@.]+\s*,\s*([\d.]+)\s*([a-zA-Z%]*)\s*\)$/.exec(text);
  if (margin !== null) return `not worse by more than ${quantity(margin)}`;
  const gain = /^sup\(\s*[\w@.]+\s*(?:,\s*([\d.]+)\s*([a-zA-Z%]*)\s*)?\)$/.exec(text);
  if (gain !== null) return gain[1] === undefined || Number(gain[1]) === 0 ? "better" : `better by more than ${quantity(gain)}`;
  const equal = /^equiv\(\s*[\w@.]+\s*,\s*([\d.]+)\s*([a-zA-Z%]*)\s*\)$/.exec(text);
  if (equal !== null) return `within ±${quantity(equal)}`;
  const limit = /^limit_gain\(\s*[\w@.]+\s*,\s*([\d.]+)\s*([a-zA-Z%]*)\s*\)$/.exec(text);
  if (limit !== null) return `gain below ${quantity(limit)}`;
  const bound = /^candidate\.[\w@.]+\s*(<=|>=|<|>)\s*([\d.]+)\s*([a-zA-Z%]*)$/.exec(text);
  if (bound !== null) return `${sign(bound[1] ?? "")} ${quantity([bound[0], bound[2] ?? "", bound[3] ?? ""])}`;
  const ratio = /^ratio\(\s*[\w@.]+\s*\)\s*(<=|>=|<|>)\s*([\d.]+)$/.exec(text);
  if (ratio !== null) return `${sign(ratio[1] ?? "")} ${ratio[2] ?? ""}× baseline`;
  return code(gate.require);
}

function quantity(match: readonly (string | undefined)[]): string {
  const unit = match[2] ?? "";
  return unit === "" || unit === "%" ? `${match[1] ?? ""}${unit === "" ? "" : " %"}` : `${match[1] ?? ""} ${unit}`;
}

function sign(operator: string): string {
  return operator === "<=" ? "≤" : operator === ">=" ? "≥" : operator;
}

/** One table cell about a gate: `✅ not worse by more than 0.5 pp`, `◻️ inconclusive: needs 1,900 more rows`. */
export function gateCell(gate: GateResult): Text {
  const icon = `${verdictIcon(gate.verdict)} `;
  switch (gate.verdict) {
    case "pass":
    case "fail":
    case "no_baseline":
    case "error":
      return [icon, requirement(gate)];
    case "insufficient":
      return [icon, "too few rows: ", requirement(gate)];
    case "inconclusive": {
      const rows = gate.needs?.rows ?? null;
      return rows === null
        ? [icon, "inconclusive: ", requirement(gate)]
        : [icon, `inconclusive: needs ${counted(rows, "more row")}`];
    }
  }
}

/** What would resolve an inconclusive gate, as a sentence, or null when nothing is known to. */
export function resolution(gate: GateResult, metricId: string | null): string | null {
  const { rows = null, margin = null } = gate.needs ?? {};
  const parts = [
    ...(rows === null ? [] : [`${counted(rows, "more held-out row")} would settle it`]),
    ...(margin === null ? [] : [`these rows can prove a margin of ${marginText(metricId, margin)}`]),
  ];
  return parts.length === 0 ? null : parts.join("; ");
}

function marginText(metricId: string | null, margin: number): string {
  if (metricId === null || metricSpec(metricId) === null) return String(Number(margin.toPrecision(2)));
  return formatSize(metricId, Math.abs(margin));
}
