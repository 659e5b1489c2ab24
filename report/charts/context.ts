import type { ModelView } from "../../core/view.ts";
import { headlineMetric } from "../findings.ts";

export type LearningCurve = ModelView["learningCurve"];

/** A metric of one version of a model, measured when the version was made. */
export type HistoryPoint = {
  readonly version: string;
  readonly value: number;
  readonly interval: readonly [number, number] | null;
  /** ISO 8601 date and time. */
  readonly at: string;
};

/** The versions before the candidate, the oldest first. */
export type History = { readonly metric: string; readonly points: readonly HistoryPoint[] };

/** What some charts need besides the report. */
export type ChartContext = {
  readonly learning?: LearningCurve;
  /** The training that made the baseline, drawn behind the candidate's. */
  readonly baselineLearning?: LearningCurve;
  readonly history?: History;
};

/** What a model's view knows beside its report: its learning curve, and the decisive metric of its versions. */
export function contextOf({ learningCurve, baselineCurve, report, history }: ModelView): ChartContext {
  const headline = report === null ? null : headlineMetric(report);
  const learning = { learning: learningCurve, baselineLearning: baselineCurve };
  if (headline === null) return learning;
  const points = history.flatMap(({ version, at, metrics }) => {
    const measured = metrics.find(({ id, definition }) => id === headline.id && definition === headline.definition);
    return measured === undefined ? [] : [{ version, at, value: measured.value, interval: measured.interval }];
  });
  return { ...learning, history: { metric: headline.id, points } };
}
