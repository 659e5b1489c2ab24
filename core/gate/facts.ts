import type { GateResult, Metric, Report, Task } from "../report.ts";

/** What gates are judged from: all of it stands in a report, so that a report can be judged again. */
export type GateFacts = {
  readonly task: Task;
  readonly metrics: readonly Metric[];
  readonly hasBaseline: boolean;
  readonly operations: Report["operations"];
  readonly behaviour: Report["behaviour"];
};

/** The facts of a report. */
export function factsOf(report: Pick<Report, "task" | "metrics" | "operations" | "behaviour" | "baseline">): GateFacts {
  const { task, metrics, operations, behaviour, baseline } = report;
  return { task, metrics, operations, behaviour, hasBaseline: baseline !== null };
}

/** How a gate looks at slices; only gates about slices read it. */
export type SliceRules = {
  /** `holm`: what is found fails the gate. `bh`: it is advice, and leaves the gate inconclusive. */
  readonly correction: "holm" | "bh";
  /** Every slice must be proven not worse by itself. */
  readonly critical: boolean;
  /** What a slice with too few rows means. */
  readonly onInsufficient: "block" | "warn" | "ignore";
};

/** What a condition is judged by. */
export type Judged = { readonly facts: GateFacts; readonly rules: SliceRules };

/** A judged condition, without the text it was written as. */
export type Outcome = Omit<GateResult, "require" | "id" | "mode">;
