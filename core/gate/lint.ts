import { formatPercent } from "../metrics/format.ts";
import { allMetricIds, metricIds, metricSpec } from "../metrics/registry.ts";
import { nearest } from "../nearest.ts";
import type { Task } from "../report.ts";
import { contradiction } from "./lint-comparison.ts";
import { refuse } from "./refusal.ts";
import type { Token } from "./tokens.ts";
import type { GateNode } from "./tree.ts";
import { checkUnit } from "./units.ts";

/** Refuses a metric that does not exist, or that models of the task do not have. */
export function checkMetric(id: string, task: Task | null, column: number): void {
  const spec = metricSpec(id);
  if (spec !== null && (task === null || spec.tasks.includes(task))) return;
  const operations = allMetricIds.filter((each) => metricSpec(each)?.method === "operation");
  const ids = task === null ? allMetricIds : [...metricIds(task), ...operations];
  const hint = nearest(id, ids);
  const problem = spec === null ? `there is no metric ${id}` : `${id} is not a metric of ${task ?? "these"} models`;
  refuse(column, hint === null ? problem : `${problem} (did you mean ${hint}?)`, ids);
}

/** Refuses flips of decisions where there are no decisions. */
export function checkFlips(id: string, task: Task | null, column: number): void {
  if (task === null || task === "binary" || task === "multiclass") return;
  refuse(column, `${id} counts decisions that differ, and ${task} models decide nothing`, ["delta(METRIC)"]);
}

/** Refuses to look at slices of a number that is not measured on rows. */
export function checkRows(id: string, column: number): void {
  const spec = metricSpec(id);
  if (spec?.method !== "operation") return;
  refuse(column, `${spec.label} is not measured on rows, so it has no slices`, [`ratio(${id}) < 1.2 at 95%`]);
}

/** Refuses to prove something about the difference of a metric that has no interval. */
export function checkProvable(id: string, column: number): void {
  const spec = metricSpec(id);
  if (spec === null) return;
  const comparison = `a comparison of its value, such as delta(${id}) ${spec.higherIsBetter ? ">" : "<"} 0.01`;
  if (spec.method === "none") {
    refuse(column, `${spec.label} has no interval, so nothing can be proven about its difference`, [comparison]);
  }
  if (spec.method === "operation") {
    const form = spec.higherIsBetter ? `ratio(${id}) > 0.8 at 95%` : `ratio(${id}) < 1.2 at 95%`;
    refuse(column, `${spec.label} is proven as a ratio to the baseline`, [form]);
  }
}

/** Refuses a margin or gain that can never decide anything, or that is not in the metric's unit. */
export function checkMargin(id: string, word: string, token: Extract<Token, { kind: "number" }>): void {
  const spec = metricSpec(id);
  if (spec === null) return;
  if (token.unit === "rel%") {
    refuse(token.column, `a ${word} relative to the baseline has no interval`, [
      spec.unit === "pp" ? "a number such as 0.5pp" : "a plain number such as 0.005",
      `delta(${id}) ${spec.higherIsBetter ? "> -2rel%" : "< 2rel%"}`,
    ]);
  }
  checkUnit(id, token);
  const range = spec.max - spec.min;
  if (token.value < range) return;
  const least = Number.isFinite(range) ? `less than ${range}` : "a finite number";
  const hint = spec.unit === "pp" && token.unit === "" ? [`${token.text}pp`, least] : [least];
  refuse(token.column, `a ${word} of ${token.text} decides nothing: ${spec.label} spans only ${range}`, hint);
}

/** Refuses a confidence level outside 50 % … 99.9 %. */
export function checkLevel(level: number, text: string, column: number): void {
  if (level >= 0.5 && level <= 0.999) return;
  refuse(column, `a confidence level of ${text} is out of range`, [`${formatPercent(0.5)} to ${formatPercent(0.999)}`]);
}

/** Refuses comparisons joined by `and` that no value can meet together. */
export function checkLogic(node: Extract<GateNode, { kind: "and" | "or" }>): GateNode {
  if (node.kind === "or") return node;
  const found = contradiction(node.parts.filter((part) => part.kind === "compare"));
  if (found !== null) {
    refuse(found.column, `no value can meet this and the comparison at column ${found.other}`, ["or", "other limits"]);
  }
  return node;
}
