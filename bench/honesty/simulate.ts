import type { Metric } from "../../core/report.ts";
import { drawSample, type Pair } from "../binormal.ts";
import { measureSample } from "../measured.ts";
import { randomFrom } from "../random.ts";
import { judgeThree, margins } from "./gates.ts";
import { equalPair, type KnownMetric, populationValue, worseBy } from "./population.ts";

/** The baseline of all simulations: ROC AUC 0.86, three rows in ten positive. */
export const separation = 1.5;
export const prevalence = 0.3;

/** One line of an experiment: many evaluations of fresh rows with the same two models. */
export type Cell = {
  readonly metric: KnownMetric;
  /** `worse`: the candidate's true metric is worse by exactly the gate's margin. `equal`: both are equally good. */
  readonly truth: "worse" | "equal";
  readonly rows: number;
  /** Share of the rows on which two equally good models decide differently. */
  readonly disagreement: number;
  readonly runs: number;
  readonly seed: string;
};

/** How often each thing happened, of `runs`. */
export type Tally = {
  readonly runs: number;
  readonly notWorsePassed: number;
  readonly notWorseFailed: number;
  readonly atLeastPassed: number;
  readonly smallDropPassed: number;
  /** The 95 % interval of the difference held the true difference. */
  readonly covered: number;
};

/** Runs the cell: draws rows, measures them and judges them as `assay compare` would. Depends on the cell alone. */
export function simulate(cell: Cell): Tally {
  const { metric, truth, rows, disagreement, runs, seed } = cell;
  const equal = equalPair(separation, prevalence, disagreement);
  const pair = truth === "equal" ? equal : worseBy(metric, margins[metric].value, equal);
  const difference = trueDifference(metric, pair);
  const tally = { runs, notWorsePassed: 0, notWorseFailed: 0, atLeastPassed: 0, smallDropPassed: 0, covered: 0 };
  for (let run = 0; run < runs; run += 1) {
    const random = randomFrom(seed, metric, truth, rows, disagreement, run);
    const { metrics } = measureSample(drawSample(pair, rows, random), [metric]);
    const { notWorse, atLeast, smallDrop } = judgeThree(metric, metrics);
    if (notWorse === "pass") tally.notWorsePassed += 1;
    if (notWorse === "fail") tally.notWorseFailed += 1;
    if (atLeast === "pass") tally.atLeastPassed += 1;
    if (smallDrop === "pass") tally.smallDropPassed += 1;
    if (covers(metrics, difference)) tally.covered += 1;
  }
  return tally;
}

function trueDifference(metric: KnownMetric, { candidate, baseline, prevalence }: Pair): number {
  return populationValue(metric, candidate, prevalence) - populationValue(metric, baseline, prevalence);
}

function covers([metric]: readonly Metric[], difference: number): boolean {
  const interval = metric?.delta?.interval ?? null;
  return interval !== null && interval[0] <= difference && difference <= interval[1];
}

/** Standard error of a share that was counted over `runs` runs, if its true value is `share`. */
export function monteCarloError(share: number, runs: number): number {
  return Math.sqrt((share * (1 - share)) / runs);
}
