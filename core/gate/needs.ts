import { type CompareNode, type GateNode, measuredParts, type ProofNode, type SlicesNode } from "./tree.ts";

/** A metric that a gate looks at, in the slice of that text, or in all slices of the columns. */
export type Need = {
  readonly metric: string;
  readonly slice: string | null;
  /** Empty: not about slices by column; null: about every slice there is. */
  readonly by: readonly string[] | null;
  readonly column: number;
};

/** The conditions of a gate without their logic. */
export function conditionsOf(gate: GateNode): readonly (ProofNode | SlicesNode | CompareNode)[] {
  switch (gate.kind) {
    case "not":
      return conditionsOf(gate.of);
    case "and":
    case "or":
      return gate.parts.flatMap(conditionsOf);
    default:
      return [gate];
  }
}

/** What a report must hold for a gate to be judged. Shares of flips need no metric and are not among it. */
export function needsOf(gate: GateNode): readonly Need[] {
  return conditionsOf(gate).flatMap((condition): readonly Need[] => {
    switch (condition.kind) {
      case "compare":
        return [...measuredParts(condition.left), ...measuredParts(condition.right)].flatMap(
          (part): readonly Need[] => {
            const { column } = part;
            if (part.kind === "flips") return [];
            if (part.kind === "reference") return [{ metric: part.metric, slice: part.slice, by: [], column }];
            return [{ metric: part.metric, slice: null, by: part.by, column }];
          },
        );
      case "no_worse_slices":
        return [{ metric: condition.metric, slice: null, by: condition.by, column: condition.column }];
      default:
        return [{ metric: condition.metric, slice: condition.slice, by: [], column: condition.column }];
    }
  });
}

/** The metrics that a gate is about, each once, in the order of the text. */
export function metricsOf(gate: GateNode): readonly string[] {
  return [...new Set(needsOf(gate).map((need) => need.metric))];
}

/** The one-sided levels that the gate asks bounds for, each once. */
export function levelsOf(gate: GateNode): readonly number[] {
  const levels = conditionsOf(gate).map((condition) => condition.level);
  return [...new Set(levels.filter((level) => level !== null))];
}
