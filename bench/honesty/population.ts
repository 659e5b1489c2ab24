import { cdf, density } from "../../core/stats/normal.ts";
import { type Pair, probabilityOf } from "../binormal.ts";

/** Metrics whose value is known for a model that sees evidence of a given separation (bench/binormal.ts). */
export type KnownMetric = "accuracy" | "roc_auc" | "log_loss" | "f1" | "average_precision";

/** The metric's value over infinitely many rows. */
export function populationValue(metric: KnownMetric, separation: number, prevalence: number): number {
  const { truePositive, falsePositive } = rates(separation, prevalence);
  switch (metric) {
    case "accuracy":
      return prevalence * truePositive + (1 - prevalence) * (1 - falsePositive);
    case "roc_auc":
      return cdf(separation / Math.SQRT2);
    case "f1": {
      const hits = prevalence * truePositive;
      const misses = prevalence - hits;
      return (2 * hits) / (2 * hits + misses + (1 - prevalence) * falsePositive);
    }
    case "log_loss":
      return integrate(separation, (evidence) => {
        const p = probabilityOf(separation, prevalence, evidence);
        const positive = -prevalence * density(evidence - separation) * Math.log(p);
        return positive - (1 - prevalence) * density(evidence) * Math.log1p(-p);
      });
    case "average_precision":
      return integrate(separation, (evidence) => {
        const positives = prevalence * cdf(separation - evidence);
        return (density(evidence - separation) * positives) / (positives + (1 - prevalence) * cdf(-evidence));
      });
  }
}

/** The pair of a baseline of `separation` and a candidate that is worse by exactly `loss`, both seeing much the same. */
export function worseBy(metric: KnownMetric, loss: number, equal: Pair): Pair {
  const start = populationValue(metric, equal.baseline, equal.prevalence);
  const lost = (candidate: number): number => Math.abs(start - populationValue(metric, candidate, equal.prevalence));
  return { ...equal, candidate: bisect((candidate) => loss - lost(candidate), 0.2, equal.baseline) };
}

/** Two models of the same quality whose decisions at 0.5 differ in the share `disagreement` of the rows. */
export function equalPair(separation: number, prevalence: number, disagreement: number): Pair {
  const threshold = decisionPoint(separation, prevalence);
  const differ = (agreement: number): number =>
    prevalence * discordance(threshold - separation, agreement) + (1 - prevalence) * discordance(threshold, agreement);
  const agreement = bisect((value) => disagreement - differ(value), 0, 0.999999);
  return { prevalence, candidate: separation, baseline: separation, agreement };
}

/** Evidence at which the probability is 0.5. */
function decisionPoint(separation: number, prevalence: number): number {
  return separation / 2 - Math.log(prevalence / (1 - prevalence)) / separation;
}

function rates(separation: number, prevalence: number): { truePositive: number; falsePositive: number } {
  const threshold = decisionPoint(separation, prevalence);
  return { truePositive: cdf(separation - threshold), falsePositive: cdf(-threshold) };
}

/** P(one of two correlated standard normal numbers is above the threshold and the other is not). */
function discordance(threshold: number, agreement: number): number {
  const rest = Math.sqrt(1 - agreement ** 2);
  const both = (evidence: number): number =>
    evidence < threshold ? 0 : density(evidence) * cdf((agreement * evidence - threshold) / rest);
  return 2 * (cdf(-threshold) - simpson(threshold, threshold + 10, both));
}

function integrate(separation: number, of: (evidence: number) => number): number {
  return simpson(-8, separation + 8, of);
}

/** Simpson's rule with 1,000 steps. */
function simpson(from: number, to: number, of: (x: number) => number): number {
  const steps = 1_000;
  const width = (to - from) / steps;
  let sum = of(from) + of(to);
  for (let step = 1; step < steps; step += 1) sum += (step % 2 === 1 ? 4 : 2) * of(from + step * width);
  return (sum * width) / 3;
}

/** Where a function that rises from below 0 to above it is 0. */
function bisect(of: (x: number) => number, low: number, high: number): number {
  let [below, above] = [low, high];
  for (let step = 0; step < 60; step += 1) {
    const middle = (below + above) / 2;
    if (of(middle) < 0) below = middle;
    else above = middle;
  }
  return (below + above) / 2;
}
