import { metricSpec } from "../metrics/registry.ts";

/** What is assumed about the two models and the rows before anything is measured; null: not said. */
export type Assumptions = {
  readonly n: number;
  /** Share of rows that the two models decide differently. */
  readonly disagreement: number | null;
  /** Share of positive rows, the ROC AUC of both models and the correlation of their two estimates. */
  readonly positives: number | null;
  readonly auc: number | null;
  readonly correlation: number | null;
  /** Standard deviation of the per-row differences. */
  readonly sd: number | null;
  readonly slices: number | null;
};

/** How the difference of a metric spreads: as a table of flips, or normally with a standard error for n rows. */
export type Spread =
  | { readonly kind: "flips"; readonly disagreement: number }
  | {
      readonly kind: "normal";
      readonly method: "hanley-mcneil" | "sd";
      readonly standardErrorAt: (n: number) => number;
    };

/** The spread of a metric's difference under the assumptions, or which of them is missing. */
export function spreadOf(
  metric: string,
  of: Assumptions,
): Spread | { readonly kind: "missing"; readonly flags: readonly string[] } {
  const method = metricSpec(metric)?.method;
  if (method === "tango" && of.disagreement !== null) return { kind: "flips", disagreement: of.disagreement };
  const { sd, positives, auc, correlation } = of;
  if (method === "delong" && positives !== null && auc !== null && correlation !== null) {
    return hanleyMcNeil(metric === "gini" ? 2 : 1, { positives, auc, correlation });
  }
  if (sd !== null) return { kind: "normal", method: "sd", standardErrorAt: (n) => sd / Math.sqrt(n) };
  if (method === "tango") return { kind: "missing", flags: ["--disagreement"] };
  if (method !== "delong") return { kind: "missing", flags: ["--sd"] };
  const given = { "--positives": positives, "--auc": auc, "--correlation": correlation };
  return { kind: "missing", flags: Object.entries(given).flatMap(([flag, value]) => (value === null ? [flag] : [])) };
}

/** Two models of one ROC AUC on the same rows, whose estimates are correlated. */
function hanleyMcNeil(
  scale: number,
  of: { readonly positives: number; readonly auc: number; readonly correlation: number },
): Spread {
  const variance = (n: number): number => aucVariance(of.auc, n * of.positives, n * (1 - of.positives));
  return {
    kind: "normal",
    method: "hanley-mcneil",
    standardErrorAt: (n) => scale * Math.sqrt(2 * variance(n) * (1 - of.correlation)),
  };
}

/** Variance of a ROC AUC of two exponential score distributions (Hanley and McNeil 1982, Radiology 143:29). */
export function aucVariance(auc: number, positives: number, negatives: number): number {
  const q1 = auc / (2 - auc);
  const q2 = (2 * auc * auc) / (1 + auc);
  const squared = auc * auc;
  const sum = auc * (1 - auc) + (positives - 1) * (q1 - squared) + (negatives - 1) * (q2 - squared);
  return Math.max(0, sum) / (positives * negatives);
}
