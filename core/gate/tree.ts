import type { Operator } from "./tokens.ts";

/** A number that a comparison compares. Positions are 1-based columns of the gate's text. */
export type Quantity =
  | { readonly kind: "number"; readonly value: number; readonly column: number }
  | {
      readonly kind: "reference";
      readonly side: "candidate" | "baseline" | "delta";
      readonly metric: string;
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

/** Not worse than the baseline by the margin, or better by the gain, at a one-sided confidence level. */
export type ProofNode = {
  readonly kind: "ni" | "sup";
  readonly metric: string;
  /** `ni`: the loss that would be too much. `sup`: the gain that is required. In the metric's unit, not negative. */
  readonly margin: number;
  readonly level: number;
  readonly column: number;
};

export type CompareNode = {
  readonly kind: "compare";
  readonly left: Quantity;
  readonly operator: Operator;
  readonly right: Quantity;
  readonly column: number;
};

/** A condition that the report can prove, refute or leave open. */
export type GateNode =
  | ProofNode
  | CompareNode
  | { readonly kind: "not"; readonly of: GateNode; readonly column: number }
  | { readonly kind: "and" | "or"; readonly parts: readonly GateNode[]; readonly column: number };

/** Whether the parsed thing is a condition or a number. */
export function isCondition(node: GateNode | Quantity): node is GateNode {
  switch (node.kind) {
    case "ni":
    case "sup":
    case "compare":
    case "not":
    case "and":
    case "or":
      return true;
    case "number":
    case "reference":
    case "negate":
    case "arithmetic":
      return false;
  }
}

/** Every metric reference of a number. */
export function references(of: Quantity): readonly Extract<Quantity, { kind: "reference" }>[] {
  switch (of.kind) {
    case "number":
      return [];
    case "reference":
      return [of];
    case "negate":
      return references(of.of);
    case "arithmetic":
      return [...references(of.left), ...references(of.right)];
  }
}
