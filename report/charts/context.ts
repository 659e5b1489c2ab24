import type { ModelView } from "../../core/view.ts";

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
