import { metricSpec } from "../metrics/registry.ts";
import { labelOf } from "./lookup.ts";
import { refuse } from "./refusal.ts";
import type { Token, Unit } from "./tokens.ts";
import type { Quantity } from "./tree.ts";

/** What a number of a gate counts. `free` fits everything, `percent` is a share or a factor. */
type Dimension = "free" | "percent" | "share" | "plain" | "factor" | "ms" | "B" | "rows/s" | "relative";

const ofUnit: Readonly<Record<Unit, Dimension>> = {
  "": "free",
  "%": "percent",
  pp: "share",
  ms: "ms",
  B: "B",
  "rel%": "relative",
};

const unitWords: Readonly<Record<Exclude<Unit, "">, string>> = {
  "%": "per cent",
  pp: "points",
  ms: "milliseconds",
  B: "bytes",
  "rel%": "per cent of the baseline",
};

const examples: Readonly<Record<Dimension, string>> = {
  free: "a plain number",
  percent: "a number such as 2%",
  share: "a number such as 0.5pp or 2%",
  plain: "a plain number such as 0.005",
  factor: "a plain number such as 1.2",
  ms: "a time such as 20ms",
  B: "a size such as 5MB",
  "rows/s": "a plain number such as 1000",
  relative: "a number such as 2rel%",
};

function ofMetric(id: string): Dimension {
  const unit = metricSpec(id)?.unit ?? "";
  if (unit === "pp") return "share";
  return unit === "" ? "plain" : unit;
}

/** Refuses a margin or a precision in a unit that is not the metric's. */
export function checkUnit(id: string, token: Extract<Token, { kind: "number" }>): void {
  demandUnit(ofMetric(id), labelOf(id), token);
}

function demandUnit(dimension: Dimension, label: string, of: { unit: Unit; column: number }): void {
  if (of.unit === "" || unified(dimension, ofUnit[of.unit]) !== null) return;
  const message = `${label} is not counted in ${unitWords[of.unit]}`;
  refuse(of.column, message, [examples[dimension]]);
}

/** Refuses two numbers that cannot be compared, added or subtracted because they count different things. */
export function checkSame(left: Quantity, right: Quantity, column: number): void {
  const [a, b] = [dimensionOf(left), dimensionOf(right)];
  if (unified(a, b) !== null) return;
  for (const [limit, other, dimension] of [
    [right, left, a],
    [left, right, b],
  ] as const) {
    const number = limit.kind === "negate" ? limit.of : limit;
    if (number.kind === "number") demandUnit(dimension, nameOf(other), number);
  }
  refuse(column, `${nameOf(left)} and ${nameOf(right)} do not count the same thing`, ["two numbers of one unit"]);
}

/** Refuses a precision in another unit than what is compared. */
export function checkPrecision(of: Quantity, token: Extract<Token, { kind: "number" }>): void {
  demandUnit(dimensionOf(of), nameOf(of), token);
}

function dimensionOf(of: Quantity): Dimension {
  switch (of.kind) {
    case "number":
      return ofUnit[of.unit];
    case "reference":
      if (of.side === "relative") return "relative";
      return of.side === "ratio" ? "factor" : ofMetric(of.metric);
    case "flips":
      return "share";
    case "worst":
    case "gap":
      return ofMetric(of.metric);
    case "negate":
      return dimensionOf(of.of);
    case "min":
    case "max":
    case "abs":
      return of.of.map(dimensionOf).reduce((a, b) => unified(a, b) ?? a);
    case "arithmetic":
      return ofArithmetic(of.operator, dimensionOf(of.left), dimensionOf(of.right));
  }
}

function ofArithmetic(operator: "+" | "-" | "*" | "/", left: Dimension, right: Dimension): Dimension {
  if (operator === "+" || operator === "-") return unified(left, right) ?? left;
  const scales = (of: Dimension): boolean => of === "free" || of === "percent" || of === "factor";
  if (scales(right)) return left;
  if (operator === "*") return scales(left) ? right : "free";
  return unified(left, right) === null ? "free" : "factor";
}

function unified(a: Dimension, b: Dimension): Dimension | null {
  if (a === b || b === "free") return a;
  if (a === "free") return b;
  const percent = a === "percent" ? b : b === "percent" ? a : null;
  return percent === "share" || percent === "factor" ? percent : null;
}

function nameOf(of: Quantity): string {
  switch (of.kind) {
    case "reference":
      return of.side === "ratio" ? `the ratio of ${labelOf(of.metric)}` : labelOf(of.metric);
    case "worst":
    case "gap":
      return labelOf(of.metric);
    case "negate":
      return nameOf(of.of);
    case "flips":
      return of.id;
    default:
      return "this number";
  }
}
