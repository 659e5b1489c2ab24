import { metricSpec } from "../metrics/registry.ts";
import { type Normal, normalize, type Subject, subjectKey } from "./linear.ts";
import { labelOf } from "./lookup.ts";
import { refuse } from "./refusal.ts";
import { checkDivisions } from "./relative.ts";
import { type CompareNode, measuredParts, type Quantity } from "./tree.ts";

/** Refuses a comparison whose answer is known before anything is measured, or that has no bound at its level. */
export function checkComparison(node: CompareNode): CompareNode {
  const measured = [...measuredParts(node.left), ...measuredParts(node.right)];
  if (measured.length === 0) {
    refuse(node.column, "no metric is compared, so the answer is known before anything is measured", [
      "candidate.METRIC",
      "delta(METRIC)",
    ]);
  }
  checkDivisions(node.left);
  checkDivisions(node.right);
  const normal = normalize(node);
  if (node.level !== null) checkBound(node, normal);
  if (normal !== null) checkRange(node, normal);
  return node;
}

/** `candidate.accuracy > 85` would fail for ever, and `< 85` pass: most likely 85% was meant. */
function checkRange(node: CompareNode, { subject, operator, limit }: Normal): void {
  const [low, high] = rangeOf(subject);
  const column = constantSide(node)?.column ?? node.column;
  const label = subject.kind === "flips" ? subject.id : labelOf(subject.metric);
  if (!(limit >= low && limit <= high)) {
    const share = subject.kind === "flips" || metricSpec(subject.metric)?.unit === "pp";
    const percent = share && limit > 1 && limit <= 100 ? [`${limit}%`] : [];
    const spans = `${subject.kind === "delta" ? "changes by" : "lies"} between ${low} and ${high}`;
    refuse(column, `${label} ${spans}`, [...percent, "a value in that range"]);
  }
  const never = (operator === ">" && limit >= high) || (operator === "<" && limit <= low);
  const always = (operator === ">=" && limit <= low) || (operator === "<=" && limit >= high);
  if (never) refuse(column, `no model can meet this: ${label} ends at ${limit}`, ["a value inside the range"]);
  if (always) refuse(column, `every model meets this: ${label} ends at ${limit}`, ["a value inside the range"]);
}

function rangeOf(subject: Subject): readonly [number, number] {
  if (subject.kind === "flips") return [0, 1];
  if (subject.kind === "ratio") return [0, Number.POSITIVE_INFINITY];
  const spec = metricSpec(subject.metric);
  if (spec === null) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  // A loss has no natural end: its largest possible value says only where logarithms are clipped.
  const max = spec.id === "log_loss" ? Number.POSITIVE_INFINITY : spec.max;
  return subject.kind === "delta" ? [spec.min - max, max - spec.min] : [spec.min, max];
}

function constantSide(node: CompareNode): Quantity | null {
  if (measuredParts(node.right).length === 0) return node.right;
  return measuredParts(node.left).length === 0 ? node.left : null;
}

/** Numbers of the model file are known exactly. */
const exact: ReadonlySet<string> = new Set(["model_bytes", "parameters"]);

/** Refuses a level for a number of which no report holds a bound, and names the form that has one. */
function checkBound(node: CompareNode, normal: Normal | null): void {
  if (normal === null) refuse(node.column, "this combination has no confidence bound", [formWithBound(node)]);
  const { subject } = normal;
  if (subject.kind === "flips") return;
  const spec = metricSpec(subject.metric);
  if (spec === null) return;
  const isOperation = spec.method === "operation";
  if (exact.has(spec.id)) {
    refuse(node.column, `${spec.label} is known exactly, without a level`, ["the comparison without at"]);
  }
  if (spec.method === "none") {
    refuse(node.column, `${spec.label} has no interval, so it is compared without a level`, [
      "the comparison without at",
    ]);
  }
  if (subject.kind === "ratio" && !isOperation) {
    refuse(node.column, `a ratio of ${spec.label} has no confidence bound`, [`delta(${spec.id}) at 95%`, "no at"]);
  }
  if (isOperation && subject.kind === "delta") {
    refuse(node.column, `a difference of ${spec.label} has no confidence bound`, [`ratio(${spec.id}) < 1.2 at 95%`]);
  }
}

function formWithBound(node: CompareNode): string {
  const sides = [node.left, node.right];
  const abs = sides.find((side) => side.kind === "abs");
  const [part] = sides.flatMap(measuredParts);
  const metric = part === undefined || part.kind === "flips" ? "METRIC" : part.metric;
  if (abs !== undefined) return `equiv(${metric}, MARGIN) at 95%`;
  if (sides.some((side) => side.kind === "min" || side.kind === "max")) return "comparisons joined by and, or";
  if (sides.some((side) => side.kind === "worst" || side.kind === "gap")) return `no_worse_slices(${metric}, MARGIN)`;
  if (part?.kind === "reference" && part.side === "relative") return `ni(${metric}, MARGIN) at 95%`;
  return `one of candidate.${metric}, delta(${metric}), ratio(latency_p95), against a number`;
}

/** Two comparisons about one number that no value can meet together, by their columns; null when there are none. */
export function contradiction(parts: readonly CompareNode[]): { column: number; other: number } | null {
  const seen = new Map<string, { readonly normal: Normal; readonly column: number }[]>();
  for (const part of parts) {
    const normal = normalize(part);
    if (normal === null) continue;
    const key = subjectKey(normal.subject);
    const others = seen.get(key) ?? [];
    const clash = others.find((other) => excludes(other.normal, normal) || excludes(normal, other.normal));
    if (clash !== undefined) return { column: part.column, other: clash.column };
    seen.set(key, [...others, { normal, column: part.column }]);
  }
  return null;
}

/** Whether nothing is above the first's limit and below the second's. */
function excludes(above: Normal, below: Normal): boolean {
  if (above.operator[0] !== ">" || below.operator[0] !== "<") return false;
  if (above.limit === below.limit) return above.operator === ">" || below.operator === "<";
  return above.limit > below.limit;
}
