import type { Task } from "../report.ts";

/**
 * How a difference of two models is tested: see core/metrics/compare.ts. `none` means a value without an interval,
 * `operation` a number that is measured on a machine and not on rows.
 */
export type Method = "tango" | "delong" | "paired-mean" | "influence" | "bootstrap" | "none" | "operation";

/** The least that a model must give: probabilities, any score that ranks, or just labels. */
export type Needs = "probability" | "score" | "label";

/** What a metric is, apart from how it is computed. `definition` is its fingerprint: numbers compare only if equal. */
export type MetricSpec = {
  readonly id: string;
  readonly label: string;
  readonly tasks: readonly Task[];
  readonly higherIsBetter: boolean;
  readonly min: number;
  readonly max: number;
  /** `pp`: a ratio whose differences are shown in percentage points; empty: a plain number. */
  readonly unit: "pp" | "ms" | "rows/s" | "B" | "";
  readonly definition: string;
  readonly method: Method;
  readonly needs: Needs;
  /** Rank metrics say nothing about a slice with fewer than ten rows of a class. */
  readonly needsBothClasses: boolean;
};

/** Metrics with a number in their id, such as `ndcg@10`. */
export type MetricFamily = {
  readonly name: string;
  /** Which numbers are meant, for messages: `a whole number of at least 1`. */
  readonly parameter: string;
  /** The member that lists show. */
  readonly example: number;
  readonly accepts: (parameter: number) => boolean;
  readonly member: (parameter: number) => MetricSpec;
};

/** The name and the number of an id: `ndcg@10` is ndcg and 10; the number is null where there is none. */
export function splitId(id: string): { readonly name: string; readonly parameter: number | null } {
  const at = id.indexOf("@");
  if (at === -1) return { name: id, parameter: null };
  const text = id.slice(at + 1);
  const parameter = Number(text);
  // One spelling per metric: `f_beta@2.0` would be a second name of `f_beta@2`.
  return { name: id.slice(0, at), parameter: String(parameter) === text ? parameter : Number.NaN };
}
