import { normalize } from "../../core/gate/linear.ts";
import { conditionsOf } from "../../core/gate/needs.ts";
import type { GateNode } from "../../core/gate/tree.ts";
import { metricSpec } from "../../core/metrics/registry.ts";
import { hoeffdingRows } from "../../core/stats/reuse.ts";
import { type Arguments, valueOf } from "../cli/command.ts";
import { badUsage } from "../cli/failure.ts";
import { countOf, shareOf } from "./numbers.ts";

/** What a test set must hold to be asked again and again. */
export type Reuse = {
  readonly reliability: number;
  readonly steps: number;
  readonly precision: number;
  /** Nobody who trains sees an answer; each answer may steer the next model. */
  readonly rows: { readonly unseen: number; readonly adaptive: number };
};

/** The sample size for `--reliability R --steps H`, by the gate's precision or its margin; null when not asked for. */
export function reuseOf(gate: GateNode, given: Arguments): Reuse | null {
  const reliability = shareOf(given, "reliability", { low: 0.5, high: 0.999999 });
  const steps = valueOf(given, "steps");
  if (reliability === null && steps === null) return null;
  if (reliability === null || steps === null) throw badUsage("--reliability and --steps belong together");
  const found = precisionOf(gate);
  if (found === null) {
    throw badUsage(
      "--reliability needs one condition on shares of rows with a margin or a precision, such as n - o > 0.02 +/- 0.02",
    );
  }
  const commits = countOf("steps", steps, 1);
  const rowsIf = (adaptivity: "none" | "full"): number =>
    Math.ceil(
      hoeffdingRows({ delta: 1 - reliability, commits, adaptivity }, found.precision, { variables: found.variables }),
    );
  const rows = { unseen: rowsIf("none"), adaptive: rowsIf("full") };
  return { reliability, steps: commits, precision: found.precision, rows };
}

/** Hoeffding's bound holds for means of numbers between 0 and 1: shares of rows. */
function precisionOf(gate: GateNode): { readonly precision: number; readonly variables: number } | null {
  const [condition, ...others] = conditionsOf(gate);
  if (condition === undefined || others.length > 0) return null;
  if (condition.kind === "compare") {
    const subject = normalize(condition)?.subject ?? null;
    if (subject === null || condition.precision === null) return null;
    if (subject.kind !== "flips" && metricSpec(subject.metric)?.method !== "tango") return null;
    return { precision: condition.precision, variables: subject.kind === "delta" ? 2 : 1 };
  }
  if (condition.kind === "no_worse_slices" || !(condition.margin > 0)) return null;
  return metricSpec(condition.metric)?.method === "tango" ? { precision: condition.margin, variables: 2 } : null;
}
