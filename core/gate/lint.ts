import { formatPercent } from "../metrics/format.ts";
import { allMetricIds, type MetricSpec, metricIds, metricSpec } from "../metrics/registry.ts";
import { nearest } from "../nearest.ts";
import type { Task } from "../report.ts";
import { refuse } from "./refusal.ts";
import type { Token } from "./tokens.ts";
import { type CompareNode, type Quantity, references } from "./tree.ts";

/** Refuses a metric that does not exist, or that models of the task do not have. */
export function checkMetric(id: string, task: Task | null, column: number): void {
  const ids = task === null ? allMetricIds : metricIds(task);
  if (ids.includes(id)) return;
  const hint = nearest(id, ids);
  const known = metricSpec(id) !== null;
  const problem = known && task !== null ? `${id} is not a metric of ${task} models` : `there is no metric ${id}`;
  refuse(column, hint === null ? problem : `${problem} (did you mean ${hint}?)`, ids);
}

/** Refuses a margin or gain that can never decide anything, or that is not in the metric's unit. */
export function checkMargin(id: string, word: string, token: Extract<Token, { kind: "number" }>): void {
  const spec = metricSpec(id);
  if (spec === null) return;
  if (spec.method === "none") {
    refuse(token.column, `${spec.label} has no interval in this version, so nothing can be proven about its ${word}`, [
      `a comparison of its value, such as delta(${id}) ${spec.higherIsBetter ? ">" : "<"} 0.01`,
    ]);
  }
  if (token.unit !== "" && spec.unit === "") {
    refuse(token.column, `${spec.label} is not counted in ${token.unit === "%" ? "per cent" : "points"}`, [
      "a plain number such as 0.005",
    ]);
  }
  const range = spec.max - spec.min;
  if (token.value >= range) {
    const hint =
      spec.unit === "pp" && token.unit === "" ? [`${token.text}pp`, `less than ${range}`] : [`less than ${range}`];
    refuse(token.column, `a ${word} of ${token.text} decides nothing: ${spec.label} spans only ${range}`, hint);
  }
}

/** Refuses a confidence level outside 50 % … 99.9 %. */
export function checkLevel(level: number, text: string, column: number): void {
  if (level >= 0.5 && level <= 0.999) return;
  refuse(column, `a confidence level of ${text} is out of range`, [`${formatPercent(0.5)} to ${formatPercent(0.999)}`]);
}

/** Refuses a comparison whose answer is known before anything is measured. */
export function checkComparison(node: CompareNode): CompareNode {
  if (references(node.left).length + references(node.right).length === 0) {
    refuse(node.column, "no metric is compared, so the answer is known before anything is measured", [
      "candidate.METRIC",
      "delta(METRIC)",
    ]);
  }
  checkRange(node.left, node.right);
  checkRange(node.right, node.left);
  return node;
}

/** `candidate.accuracy > 85` would fail for ever, and `< 85` pass: most likely 85% was meant. */
function checkRange(measured: Quantity, limit: Quantity): void {
  if (measured.kind !== "reference") return;
  const spec = metricSpec(measured.metric);
  const value = constant(limit);
  if (spec === null || value === null) return;
  const [low, high] = range(spec, measured.side);
  if (value >= low && value <= high) return;
  const percent = spec.unit === "pp" && value > 1 && value <= 100 ? [`${value}%`] : [];
  refuse(
    limit.column,
    `${spec.label} ${measured.side === "delta" ? "changes by" : "lies"} between ${low} and ${high}`,
    [...percent, "a value in that range"],
  );
}

function range(spec: MetricSpec, side: "candidate" | "baseline" | "delta"): readonly [number, number] {
  // A loss has no natural end: its largest possible value says only where logarithms are clipped.
  const max = spec.id === "log_loss" ? Number.POSITIVE_INFINITY : spec.max;
  return side === "delta" ? [spec.min - max, max - spec.min] : [spec.min, max];
}

function constant(of: Quantity): number | null {
  if (of.kind === "number") return of.value;
  if (of.kind !== "negate") return null;
  const value = constant(of.of);
  return value === null ? null : -value;
}
