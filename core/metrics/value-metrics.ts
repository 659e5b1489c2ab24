import type { Metric, Slice } from "../report.ts";
import { type Bootstrapped, bootstrapped } from "./bootstrapped.ts";
import { type Contest, rowContest } from "./contest.ts";
import type { MetricSpec } from "./registry.ts";
import { regressionEstimate } from "./regression-estimators.ts";
import { drawnMean, resample, type Statistic } from "./resample.ts";
import { numbersAt, type Sample, sampleAt } from "./sample.ts";
import { type Budget, metricOf, type Settings, someRows } from "./settle.ts";

/** The rows on which two models of a number are compared. */
export type ValuePart = {
  readonly slice: Slice | null;
  readonly sample: Sample;
  readonly truth: Float64Array;
  readonly candidate: Float64Array;
  readonly baseline: Float64Array | null;
};

/** Some of the rows. */
export function valuesAt(whole: ValuePart, slice: Slice | null, rows: Uint32Array): ValuePart {
  return {
    slice,
    sample: sampleAt(whole.sample, rows),
    truth: numbersAt(whole.truth, rows),
    candidate: numbersAt(whole.candidate, rows),
    baseline: whole.baseline === null ? null : numbersAt(whole.baseline, rows),
  };
}

/** Most of these metrics sort or search the rows in every replicate, so that fewer can be drawn than of others. */
const mostRows = 2_000;

/** The metrics of two models of a number on some rows, in the order of `specs`. */
export function valueMetrics(part: ValuePart, specs: readonly MetricSpec[], settings: Settings): Metric[] {
  return specs.map((spec) => {
    const contest = contestOf(part, spec);
    const drawn = settings.isEnough(spec) ? draw(part, contest, settings) : null;
    return metricOf(part.slice, contest, drawn, settings);
  });
}

function contestOf({ sample, truth, candidate, baseline }: ValuePart, spec: MetricSpec): Contest {
  const estimate = (predicted: Float64Array): ReturnType<typeof regressionEstimate> => {
    return regressionEstimate(spec.id, { n: sample.n, truth, predicted, weights: sample.weights });
  };
  const theirs = baseline === null ? undefined : estimate(baseline);
  return rowContest(spec, sample, { own: estimate(candidate), theirs }, { form: "plain", labels: new Int32Array() });
}

function draw(part: ValuePart, contest: Contest, settings: Settings): Bootstrapped | null {
  switch (planOf(contest, settings.budget)) {
    case "none":
      return null;
    case "whole":
      return drawFrom(part, contest.spec, settings, { count: settings.budget.replicates, scale: 1 });
    case "part": {
      const rows = someRows(part.sample, { ...settings, budget: { ...settings.budget, part: mostRows } });
      const scale = Math.sqrt(rows.length / part.sample.n);
      return drawFrom(valuesAt(part, part.slice, rows), contest.spec, settings, {
        count: settings.budget.partReplicates,
        scale,
      });
    }
  }
}

function planOf({ spec, sample, candidate }: Contest, budget: Budget): "none" | "whole" | "part" {
  if (candidate === null || spec.method === "none") return "none";
  const isMean = spec.method === "paired-mean";
  if (sample.groups !== null) {
    const few = sample.groups.count <= budget.groups && sample.n <= (isMean ? budget.groupedRows : mostRows);
    return few ? "whole" : "none";
  }
  if (spec.method !== "bootstrap") return "none";
  if (sample.n <= Math.min(mostRows, budget.rows)) return "whole";
  return candidate.perRow === null ? "part" : "none";
}

function drawFrom(
  part: ValuePart,
  spec: MetricSpec,
  { key }: Settings,
  { count, scale }: { readonly count: number; readonly scale: number },
): Bootstrapped {
  const own = statisticOf(part, spec, part.candidate);
  const statistics = part.baseline === null ? [own] : [own, statisticOf(part, spec, part.baseline)];
  const [candidate, baseline] = resample(part.sample, statistics, { key, replicates: count });
  return bootstrapped(candidate ?? new Float64Array(), baseline ?? null, scale);
}

function statisticOf({ sample, truth }: ValuePart, spec: MetricSpec, predicted: Float64Array): Statistic {
  const { n, weights } = sample;
  if (spec.method === "paired-mean") {
    const losses = regressionEstimate(spec.id, { n, truth, predicted, weights })?.perRow ?? null;
    if (losses !== null) return (draws) => drawnMean(losses, draws);
  }
  return (draws) => {
    const drawn = { n, truth, predicted, weights: Float64Array.from(draws) };
    return regressionEstimate(spec.id, drawn)?.value ?? Number.NaN;
  };
}
