import type { Bounds, Difference, Measurement } from "../report.ts";
import { bcaInterval, percentileInterval } from "../stats/bootstrap.ts";
import { mcnemar } from "../stats/mcnemar.ts";
import { quantile, twoSided } from "../stats/normal.ts";
import { type PairedCounts, pairedStandardError, tangoBounds, tangoZ, wilsonInterval } from "../stats/proportion.ts";
import { studentQuantile, studentTwoSided } from "../stats/student.ts";
import {
  type BootstrapLaw,
  type Bootstrapped,
  bootstrappedDifference,
  skewness,
  spreadOf,
  widening,
} from "./bootstrapped.ts";
import type { Contest, Levels, Spread } from "./contest.ts";
import type { MetricSpec } from "./registry.ts";

/** One-sided levels at which every difference has bounds, whatever the gates ask for. */
export const customaryLevels: readonly number[] = [0.9, 0.95, 0.975, 0.99];

/** `method` of a difference that was not tested because there are too few rows for it. */
export const tooFewRows = "too-few-rows";

/** Standard errors of this share of the difference, and of 0, are rounding. */
const noSpread = 1e-12;

/** Fewer units than this have their paired means tested by flipping signs. */
export const fewUnits = 100;

/** From so many discordant rows on, McNemar's mid-p stands in for the exact test. */
const manyDiscordant = 25;

/** What was drawn for a contest: replicates of both models, and by what method. Null where nothing was. */
export type Evidence = {
  readonly bootstrapped: Bootstrapped | null;
  /** Two-sided p of flipping the signs of the differences at random. */
  readonly flipped: number | null;
};

/** One model's number with its two-sided interval. */
export function measurement(
  contest: Contest,
  side: "candidate" | "baseline",
  level: number,
  bootstrapped: Bootstrapped | null,
): Measurement {
  const { n, effective } = contest;
  const of = contest[side];
  const counted = effective === null ? { n } : { n, nEff: effective };
  if (of === null) return { value: null, status: "undefined", ...counted, interval: null };
  const interval = intervalOf(contest, of, { level, bootstrapped, replicates: bootstrapped?.[side] ?? null });
  return { value: of.value, status: "ok", ...counted, interval };
}

/** The number that is not given because the rows are too few. */
export function insufficient(n: number): Measurement {
  return { value: null, status: "insufficient", n, interval: null };
}

/** A difference of which nothing can be said. */
export function noDifference(level: number): Difference {
  return { value: null, interval: null, level, method: "none", standardError: null, z: null, p: null };
}

/** Candidate minus baseline on the same rows, tested with the metric's own method. */
export function difference(contest: Contest, levels: Levels, { bootstrapped, flipped }: Evidence): Difference {
  const { spec, sample, difference: of, discordant } = contest;
  if (of === null) return noDifference(levels.level);
  const unknown = { ...noDifference(levels.level), value: of.value };
  if (discordant !== null) return pairedProportions(discordant, levels);
  if (bootstrapped !== null) {
    const circumstances = { range: spec.max - spec.min, law: lawOf(contest, of) };
    return bootstrappedDifference(of.value, bootstrapped, levels, circumstances) ?? unknown;
  }
  const { standardError } = of;
  // Rows that all differ by the same show no spread; what is left of it then is rounding.
  if (standardError === null || (standardError <= noSpread * Math.abs(of.value) && !contest.agree)) return unknown;
  if (sample.groups !== null) {
    // Few groups know their own spread badly: Student's quantiles with one degree less than groups.
    return symmetric(spec, of.value, standardError, levels, student("cluster-influence", contest.units() - 1));
  }
  if (spec.method !== "paired-mean") return symmetric(spec, of.value, standardError, levels, normal(methodName(spec)));
  const tested = symmetric(spec, of.value, standardError, levels, student("paired-t", contest.units() - 1));
  return flipped === null ? tested : { ...tested, method: "sign-flip", p: flipped };
}

type Law = {
  readonly method: string;
  readonly quantile: (p: number) => number;
  readonly twoSided: (z: number) => number;
};

const normal = (method: string): Law => ({ method, quantile, twoSided });
const student = (method: string, df: number): Law => ({
  method,
  quantile: (p) => studentQuantile(p, df),
  twoSided: (t) => studentTwoSided(t, df),
});

/** BCa for what is no rank metric; its percentiles are too near for the few that ranks and groups rest on: 0016. */
function lawOf(contest: Pick<Contest, "spec" | "sample" | "units">, of: Spread): BootstrapLaw {
  const { sample } = contest;
  if (!isSteady(contest)) return { kind: "bca", skewness: () => skewness(of, sample) };
  const method = sample.groups === null ? "bootstrap-se" : "cluster-bootstrap";
  const units = contest.units();
  return {
    kind: "student",
    method,
    degrees: Math.max(1, units - 1),
    widening: () => widening(of, sample, units),
    least: contest.spec.method === "bootstrap" ? 0 : (of.standardError ?? 0),
  };
}

/** Whether only the standard error of the replicates is used. */
function isSteady({ spec, sample }: Pick<Contest, "spec" | "sample">): boolean {
  return sample.groups !== null || spec.needsBothClasses;
}

/** `bootstrap` metrics of many rows have the spread of their influences; so have weighted shares. */
function methodName({ method }: MetricSpec): string {
  return method === "bootstrap" || method === "tango" ? "influence" : method;
}

function symmetric(
  { min, max }: MetricSpec,
  value: number,
  standardError: number,
  { level, oneSided }: Levels,
  law: Law,
): Difference {
  const range = max - min;
  const z = standardError === 0 ? 0 : value / standardError;
  const bound = (p: number): [number, number] => {
    const half = law.quantile(p) * standardError;
    return [Math.max(-range, value - half), Math.min(range, value + half)];
  };
  return {
    value,
    interval: bound((1 + level) / 2),
    level,
    method: law.method,
    standardError,
    z,
    p: law.twoSided(z),
    bounds: oneSided.map((each): Bounds => {
      const [lower, upper] = bound(each);
      return { level: each, lower, upper };
    }),
  };
}

function pairedProportions(counts: PairedCounts, { level, oneSided }: Levels): Difference {
  const { gained, lost, n } = counts;
  const test = mcnemar(gained, lost);
  return {
    value: (gained - lost) / n,
    interval: tangoBounds(counts, quantile((1 + level) / 2)),
    level,
    method: "tango",
    standardError: pairedStandardError(counts),
    z: gained === lost ? 0 : tangoZ(counts, 0),
    p: gained + lost < manyDiscordant ? test.exact : test.midP,
    bounds: oneSided.map((each): Bounds => {
      const [lower, upper] = tangoBounds(counts, quantile(each));
      return { level: each, lower, upper };
    }),
  };
}

type Drawn = {
  readonly level: number;
  readonly bootstrapped: Bootstrapped | null;
  readonly replicates: Float64Array | null;
};

function intervalOf(contest: Contest, of: Spread, { level, bootstrapped, replicates }: Drawn): [number, number] | null {
  const { spec, sample } = contest;
  const z = quantile((1 + level) / 2);
  // DeLong's interval of one model stands; only a difference can be beyond it.
  const isDrawn = bootstrapped !== null && replicates !== null && of.share === null;
  if (!isDrawn || (spec.method === "delong" && sample.groups === null)) {
    if (sample.groups === null) return singleInterval(spec, of, { level, z });
    return singleInterval(spec, of, { level, z: studentQuantile((1 + level) / 2, Math.max(1, contest.units() - 1)) });
  }
  const standardError = spreadOf(replicates) * bootstrapped.scale;
  if (bootstrapped.scale !== 1) return singleInterval(spec, { ...of, standardError }, { level, z });
  if (isSteady(contest)) {
    // On the scale of the logit where there is one: Boyd, Eng and Page 2013 of the area under precision and recall.
    const units = contest.units();
    const widened = standardError * widening(of, sample, units);
    const t = studentQuantile((1 + level) / 2, Math.max(1, units - 1));
    return replicates.length < 2 ? null : singleInterval(spec, { ...of, standardError: widened }, { level, z: t });
  }
  return aroundValue(spec, of, bcaInterval(replicates, of.value, skewness(of, sample), level), replicates, level);
}

function singleInterval(
  spec: MetricSpec,
  { value, standardError, share }: Spread,
  { level, z }: { readonly level: number; readonly z: number },
): [number, number] | null {
  if (share !== null) return wilsonInterval(share.successes, share.of, level);
  if (standardError === null || standardError === 0) return null;
  if (spec.min === 0 && spec.max === 1) return logitInterval(value, standardError, z);
  return [Math.max(spec.min, value - z * standardError), Math.min(spec.max, value + z * standardError)];
}

/** A bootstrap interval of one model, or the percentiles; in the metric's range and around the value. */
function aroundValue(
  { min, max }: MetricSpec,
  { value }: Spread,
  bca: [number, number] | null,
  replicates: Float64Array,
  level: number,
): [number, number] | null {
  if (replicates.length < 2 || replicates[0] === replicates.at(-1)) return null;
  const found = bca ?? percentileInterval(replicates, level);
  if (found === null) return null;
  return [Math.min(value, Math.max(min, found[0])), Math.max(value, Math.min(max, found[1]))];
}

/** The interval of the value's logit, turned back: it stays inside (0, 1). */
function logitInterval(value: number, standardError: number, z: number): [number, number] | null {
  if (!(value > 0 && value < 1)) return null;
  const center = Math.log(value / (1 - value));
  const half = (z * standardError) / (value * (1 - value));
  // A tiny spread may vanish in rounding; the value stays inside.
  return [Math.min(value, 1 / (1 + Math.exp(-(center - half)))), Math.max(value, 1 / (1 + Math.exp(-(center + half))))];
}
