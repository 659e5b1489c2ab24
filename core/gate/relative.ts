import { metricSpec } from "../metrics/registry.ts";
import { refuse } from "./refusal.ts";
import { measuredParts, type Quantity } from "./tree.ts";

type Sides = { readonly left: Quantity; readonly right: Quantity };

/** `delta(X) > -2rel%` compares the change as a share of the baseline; `rel%` means nothing anywhere else. */
export function asRelative(left: Quantity, right: Quantity): Sides {
  const [ofLeft, ofRight] = [relativeNumber(left), relativeNumber(right)];
  if (ofLeft === null && ofRight === null) return { left, right };
  if (ofRight !== null && ofLeft === null) return { left: shareOf(left, ofRight), right };
  if (ofLeft !== null && ofRight === null) return { left, right: shareOf(right, ofLeft) };
  return refuseRelative(ofLeft?.column ?? 1);
}

function relativeNumber(of: Quantity): Extract<Quantity, { kind: "number" }> | null {
  if (of.kind === "negate") return relativeNumber(of.of);
  return of.kind === "number" && of.unit === "rel%" ? of : null;
}

function shareOf(of: Quantity, number: { readonly column: number }): Quantity {
  if (of.kind === "abs") {
    const [inner] = of.of;
    if (inner !== undefined) return { ...of, of: [shareOf(inner, number)] };
  }
  if (of.kind !== "reference" || of.side !== "delta") return refuseRelative(number.column);
  checkDivisor(of.metric, of.column);
  return { ...of, side: "relative" };
}

function refuseRelative(column: number): never {
  return refuse(column, "rel% is a share of the baseline, so it compares with a change", ["delta(METRIC) > -2rel%"]);
}

/** Refuses to divide by a metric whose value can be 0 or change its sign: the share would mean nothing. */
export function checkDivisor(metric: string, column: number): void {
  const spec = metricSpec(metric);
  if (spec === null || spec.min >= 0) return;
  const message = `${spec.label} may be 0 or negative, so nothing can be relative to it`;
  refuse(column, message, [`a change in its own unit, such as delta(${metric})`]);
}

/** Refuses the same where a quotient is written out. */
export function checkDivisions(of: Quantity): void {
  switch (of.kind) {
    case "negate":
      return checkDivisions(of.of);
    case "min":
    case "max":
    case "abs":
      return of.of.forEach(checkDivisions);
    case "arithmetic":
      checkDivisions(of.left);
      checkDivisions(of.right);
      if (of.operator === "/") {
        for (const part of measuredParts(of.right)) {
          if (part.kind !== "flips") checkDivisor(part.metric, part.column);
        }
      }
      return;
    default:
  }
}
