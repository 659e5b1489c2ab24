import type { Operator, Unit } from "./tokens.ts";

/** Shares of rows on which candidate and baseline decide differently: at all, for the worse, for the better. */
export type Flips = "flip_rate" | "nfr" | "pfr";

/** A metric as a gate names it; `slice` is the text in brackets, null for all rows. */
export type Reference = {
  readonly kind: "reference";
  /** `relative` is the change as a share of the baseline's size, (c − b) / |b|. */
  readonly side: "candidate" | "baseline" | "delta" | "ratio" | "relative";
  readonly metric: string;
  readonly slice: string | null;
  readonly column: number;
};

/** A number that a comparison compares. Positions are 1-based columns of the gate's text. */
export type Quantity =
  | { readonly kind: "number"; readonly value: number; readonly unit: Unit; readonly column: number }
  | Reference
  | { readonly kind: "flips"; readonly id: Flips; readonly column: number }
  | {
      /** The candidate's worst value over slices, or how far its best and worst are apart. */
      readonly kind: "worst" | "gap";
      readonly metric: string;
      readonly by: readonly string[] | null;
      readonly column: number;
    }
  | {
      readonly kind: "min" | "max" | "abs";
      readonly of: readonly Quantity[];
      readonly column: number;
    }
  | { readonly kind: "negate"; readonly of: Quantity; readonly column: number }
  | {
      readonly kind: "arithmetic";
      readonly operator: "+" | "-" | "*" | "/";
      readonly left: Quantity;
      readonly right: Quantity;
      readonly column: number;
    };

/**
 * A condition on the improvement over the baseline at a one-sided confidence level: not worse by the margin, better by
 * it, neither by it, or not suspiciously much better.
 */
export type ProofNode = {
  readonly kind: "ni" | "sup" | "equiv" | "limit_gain";
  readonly metric: string;
  readonly slice: string | null;
  /** The loss or gain that the condition is about, in the metric's unit, not negative. */
  readonly margin: number;
  readonly level: number;
  readonly column: number;
};

/** No slice is significantly worse by more than the margin; `by` null: every slice of the report. */
export type SlicesNode = {
  readonly kind: "no_worse_slices";
  readonly metric: string;
  readonly margin: number;
  readonly by: readonly string[] | null;
  readonly level: number;
  readonly column: number;
};

export type CompareNode = {
  readonly kind: "compare";
  readonly left: Quantity;
  readonly operator: Operator;
  readonly right: Quantity;
  /** `+/- ε`: the half width of the interval from which on anything is concluded. */
  readonly precision: number | null;
  /** One-sided confidence level; null: the values are compared. */
  readonly level: number | null;
  readonly column: number;
};

/** A condition that the report can prove, refute or leave open. */
export type GateNode =
  | ProofNode
  | SlicesNode
  | CompareNode
  | { readonly kind: "not"; readonly of: GateNode; readonly column: number }
  | { readonly kind: "and" | "or"; readonly parts: readonly GateNode[]; readonly column: number };

/** Whether the parsed thing is a condition or a number. */
export function isCondition(node: GateNode | Quantity): node is GateNode {
  switch (node.kind) {
    case "ni":
    case "sup":
    case "equiv":
    case "limit_gain":
    case "no_worse_slices":
    case "compare":
    case "not":
    case "and":
    case "or":
      return true;
    case "number":
    case "reference":
    case "flips":
    case "worst":
    case "gap":
    case "min":
    case "max":
    case "abs":
    case "negate":
    case "arithmetic":
      return false;
  }
}

/** Everything of a number that is measured, in the order of the text. */
export function measuredParts(
  of: Quantity,
): readonly Extract<Quantity, { kind: "reference" | "flips" | "worst" | "gap" }>[] {
  switch (of.kind) {
    case "number":
      return [];
    case "reference":
    case "flips":
    case "worst":
    case "gap":
      return [of];
    case "min":
    case "max":
    case "abs":
      return of.of.flatMap(measuredParts);
    case "negate":
      return measuredParts(of.of);
    case "arithmetic":
      return [...measuredParts(of.left), ...measuredParts(of.right)];
  }
}

/** Every metric reference of a number. */
export function references(of: Quantity): readonly Reference[] {
  return measuredParts(of).filter((part) => part.kind === "reference");
}
