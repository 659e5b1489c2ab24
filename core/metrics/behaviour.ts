import type { Report } from "../report.ts";
import { wilsonInterval } from "../stats/proportion.ts";
import type { ClassPart } from "./part.ts";

/**
 * How often the models predict different classes, and how often only one of them is right. Counts and Wilson's
 * intervals only where every row counts 1 and stands for itself.
 */
export function behaviourOf({ sample, counts, baseline }: ClassPart, level: number): Report["behaviour"] {
  if (baseline === null || !(sample.total > 0)) return null;
  const { cells, weights } = counts;
  let [disagreed, lost, gained] = [0, 0, 0];
  for (let cell = 0; cell < weights.length; cell++) {
    const [own, theirs, label] = [cells.own[cell], cells.theirs[cell], cells.labels[cell]];
    const weight = weights[cell] ?? 0;
    if (own === theirs) continue;
    disagreed += weight;
    if (theirs === label) lost += weight;
    if (own === label) gained += weight;
  }
  const { n, total } = sample;
  const isPlain = sample.weights === null && sample.groups === null;
  return {
    disagreement: disagreed / total,
    negativeFlips: lost / total,
    positiveFlips: gained / total,
    counts: isPlain ? { n, disagreed, lost, gained } : null,
    intervals: isPlain
      ? {
          disagreement: wilsonInterval(disagreed, n, level),
          negativeFlips: wilsonInterval(lost, n, level),
          positiveFlips: wilsonInterval(gained, n, level),
        }
      : null,
  };
}
