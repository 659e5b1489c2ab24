import * as fc from "fast-check";
import {
  type BinaryPredictions,
  type MeasureInput,
  type MulticlassPredictions,
  measure,
  type Predictions,
} from "../../../core/metrics/measure.ts";
import type { Metric } from "../../../core/report.ts";

/** Predictions of a binary model. */
export function scores(...values: readonly number[]): BinaryPredictions {
  return { kind: "binary", scores: Float64Array.from(values) };
}

/** Predictions of a multiclass model from one row of probabilities per row. */
export function probabilities(rows: readonly (readonly number[])[]): MulticlassPredictions {
  return { kind: "multiclass", probabilities: Float64Array.from(rows.flat()), classes: rows[0]?.length ?? 0 };
}

/** Predictions of a multiclass model that is sure of one class per row. */
export function certain(classes: number, predicted: readonly number[]): MulticlassPredictions {
  return probabilities(predicted.map((guess) => Array.from({ length: classes }, (_, k) => (k === guess ? 1 : 0))));
}

/** Input of `measure` with what a test does not care about filled in. */
export function input(
  of: { labels: readonly number[]; candidate: Predictions } & Partial<Omit<MeasureInput, "labels" | "candidate">>,
): MeasureInput {
  const { labels, candidate, ...rest } = of;
  const classes = candidate.kind === "multiclass" ? candidate.classes : 2;
  return {
    task: candidate.kind === "value" ? "regression" : candidate.kind,
    metrics: [],
    classNames: Array.from({ length: classes }, (_, k) => `class ${k}`),
    baseline: null,
    weights: null,
    groups: null,
    scoring: "probability",
    threshold: 0.5,
    slices: [],
    fairness: [],
    fairnessGroups: [],
    level: 0.95,
    levels: [],
    seed: "5eed",
    ...rest,
    labels: candidate.kind === "value" ? Float64Array.from(labels) : Int32Array.from(labels),
    candidate,
  };
}

/** The one metric of an id over all rows. */
export function measured(id: string, of: Parameters<typeof input>[0]): Metric {
  const [metric] = measure(input({ ...of, metrics: [id] })).metrics;
  if (metric === undefined) throw new Error(`no ${id}`);
  return metric;
}

/** A candidate's value, or null when it is undefined. */
export function value(id: string, labels: readonly number[], candidate: Predictions): number | null {
  return measured(id, { labels, candidate }).candidate.value;
}

/** Rows of two binary models: label, candidate, baseline. Scores are coarse, so that ties are common. */
export const pairedRows = fc.array(
  fc.record({
    label: fc.integer({ min: 0, max: 1 }),
    own: fc.integer({ min: 0, max: 20 }),
    theirs: fc.integer({ min: 0, max: 20 }),
  }),
  { minLength: 1, maxLength: 60 },
);

export type PairedRow = { readonly label: number; readonly own: number; readonly theirs: number };

/** Input of `measure` from paired rows. */
export function pairedInput(rows: readonly PairedRow[], metrics: readonly string[]): MeasureInput {
  return input({
    labels: rows.map((row) => row.label),
    candidate: scores(...rows.map((row) => row.own / 20)),
    baseline: scores(...rows.map((row) => row.theirs / 20)),
    metrics,
  });
}

/** A stream of numbers in (0, 1) that is the same in every run (Park and Miller's generator). */
export function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
