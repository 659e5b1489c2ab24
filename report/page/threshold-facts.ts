import { factsOf, type GateFacts } from "../../core/gate/facts.ts";
import { tableOf } from "../../core/metrics/cells.ts";
import { estimatorOf } from "../../core/metrics/estimators.ts";
import type { Curves, Measurement, Metric, Report } from "../../core/report.ts";

export type Thresholds = NonNullable<Curves["thresholds"]>;
export type Outcome = Thresholds["rows"]["candidate"][number];

/** Whether another threshold gives the metric of a binary model another value. */
export function dependsOnThreshold(id: string): boolean {
  return estimatorOf(id)?.kind === "table";
}

/** A metric of the four counts, by the formula that the report's own number comes from; null where it is not defined. */
export function valueAt(id: string, [tp, fp, tn, fn]: Outcome): number | null {
  const estimator = estimatorOf(id);
  if (estimator?.kind !== "table") return null;
  const labels = Int32Array.of(1, 0, 0, 1);
  const own = Int32Array.of(1, 1, 0, 0);
  const cells = { classes: 2, labels, own, theirs: own, ofRow: new Int32Array(0) };
  return estimator.of(tableOf(cells, Float64Array.of(tp, fp, tn, fn), "own"))?.value ?? null;
}

/** The counts behind metrics at a threshold: of weight where rows have weights, else of rows. */
export function outcomesAt(thresholds: Thresholds, step: number): { own: Outcome; theirs: Outcome | null } {
  const { candidate, baseline } = thresholds.weights ?? thresholds.rows;
  return { own: candidate[step] ?? [0, 0, 0, 0], theirs: baseline?.[step] ?? null };
}

/**
 * What gates would see at another threshold, without intervals: the metrics of `ids` anew, other metrics as they are.
 * What the counts cannot tell is left out, so that a gate about it finds nothing: slices of such metrics, and rows on
 * which the two models disagree.
 */
export function factsAt(report: Report, thresholds: Thresholds, step: number, ids: readonly string[]): GateFacts {
  const facts = factsOf(report);
  const { own, theirs } = outcomesAt(thresholds, step);
  const n = report.data.rows;
  const anew = ids.filter(dependsOnThreshold).map((id): Metric => {
    const value = valueAt(id, own);
    const before = theirs === null ? null : valueAt(id, theirs);
    return {
      id,
      slice: null,
      definition: "",
      candidate: measured(value, n),
      baseline: theirs === null ? null : measured(before, n),
      delta: theirs === null ? null : { ...unproven, value: value === null || before === null ? null : value - before },
    };
  });
  return {
    ...facts,
    behaviour: null,
    metrics: [...facts.metrics.filter(({ id }) => !dependsOnThreshold(id)), ...anew],
  };
}

const unproven = { interval: null, level: 0.95, method: "none", standardError: null, z: null, p: null };

function measured(value: number | null, n: number): Measurement {
  return { value, status: value === null ? "undefined" : "ok", n, interval: null };
}
