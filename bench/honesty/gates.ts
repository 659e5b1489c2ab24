import { judge } from "../../core/gate/judge.ts";
import { metricSpec } from "../../core/metrics/registry.ts";
import type { Metric, Verdict } from "../../core/report.ts";
import type { KnownMetric } from "./population.ts";

/** The margin of each metric's gates, as its number and as a gate is written. */
export const margins: Readonly<Record<KnownMetric, { readonly value: number; readonly text: string }>> = {
  accuracy: { value: 0.02, text: "2pp" },
  roc_auc: { value: 0.02, text: "2pp" },
  log_loss: { value: 0.02, text: "0.02" },
  f1: { value: 0.03, text: "3pp" },
  average_precision: { value: 0.03, text: "3pp" },
};

/** What three gates say about the same measured metrics. */
export type Verdicts = {
  /** Provably not worse by the margin: this project's gate. */
  readonly notWorse: Verdict;
  /** The usual gates, which compare point estimates: at least as good as the baseline; worse by at most the margin. */
  readonly atLeast: Verdict;
  readonly smallDrop: Verdict;
};

/** Judges the measured metric by our gate and by the two naive ones, all through the product's `judge`. */
export function judgeThree(metric: KnownMetric, metrics: readonly Metric[]): Verdicts {
  const { text } = margins[metric];
  const higher = metricSpec(metric)?.higherIsBetter === true;
  const difference = `candidate.${metric} - baseline.${metric}`;
  const [notWorse, atLeast, smallDrop] = judgeAll(
    [
      `ni(${metric}, ${text}) at 95%`,
      `candidate.${metric} ${higher ? ">=" : "<="} baseline.${metric}`,
      higher ? `${difference} >= -${text}` : `${difference} <= ${text}`,
    ],
    metrics,
  );
  return { notWorse: notWorse ?? "error", atLeast: atLeast ?? "error", smallDrop: smallDrop ?? "error" };
}

/** Verdicts of gates over a binary model's metrics. Throws when a gate cannot be judged at all. */
export function judgeAll(expressions: readonly string[], metrics: readonly Metric[]): readonly Verdict[] {
  const { gates } = judge(expressions, {
    task: "binary",
    metrics,
    hasBaseline: true,
    operations: {},
    behaviour: null,
  });
  const broken = gates.find(({ verdict }) => verdict === "error");
  if (broken !== undefined) throw new Error(`${broken.require}: ${broken.message}`);
  return gates.map(({ verdict }) => verdict);
}
