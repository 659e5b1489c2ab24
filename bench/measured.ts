import { type Measured, type MeasureInput, measure } from "../core/metrics/measure.ts";
import type { Sample } from "./binormal.ts";

/** What the product says about a sample of two binary models: all rows, and the given slices. */
export function measureSample(
  { labels, candidate, baseline }: Sample,
  metrics: readonly string[],
  slices: MeasureInput["slices"] = [],
): Measured {
  return measure({
    task: "binary",
    metrics,
    labels,
    weights: null,
    groups: null,
    classNames: ["0", "1"],
    candidate: { kind: "binary", scores: candidate },
    baseline: { kind: "binary", scores: baseline },
    scoring: "probability",
    threshold: 0.5,
    slices,
    fairness: [],
    fairnessGroups: [],
    level: 0.95,
    levels: [],
    seed: "0".repeat(64),
  });
}
