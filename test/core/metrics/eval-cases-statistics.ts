import { z } from "zod";
import { delongStandardError, placements } from "../../../core/stats/delong.ts";
import {
  histogramDivergence,
  jensenShannonDistance,
  jensenShannonDivergence,
  kolmogorovSmirnov,
} from "../../../core/stats/drift.ts";
import { expectedMax, expectedMaxWithReplacement } from "../../../core/stats/expected-max.ts";
import { mcnemar } from "../../../core/stats/mcnemar.ts";
import { bhAdjusted, byAdjusted, holmAdjusted } from "../../../core/stats/multiplicity.ts";
import { rank } from "../../../core/stats/order.ts";
import { minimumQueries } from "../../../core/stats/order-statistics.ts";
import { exactTwoSample } from "../../../core/stats/permutation.ts";
import { casesRocTwo, detectableAuc, powerRocOne, powerRocTwo, type RocPair } from "../../../core/stats/power-roc.ts";
import {
  agrestiMinInterval,
  bonettPriceInterval,
  newcombeInterval,
  tangoInterval,
  tangoPValue,
  waldInterval,
} from "../../../core/stats/proportion.ts";
import { bennettRows, hoeffdingRows } from "../../../core/stats/reuse.ts";
import type { PerRow } from "../../../core/stats/sums.ts";
import { vertices } from "../../../core/stats/vertices.ts";
import asah from "../../../fixtures/metrics/asah.json" with { type: "json" };
import { type Check, type Got, gives, givesRelatively, numbers, pair } from "./eval-case.ts";

const table = z.object({ table: z.tuple([pair, pair]) });
const paired = z.object({ b: z.number(), c: z.number(), n: z.number() });
const pValues = z.object({ p: numbers });
const nothing = z.strictObject({});

const discordant: Check = gives(table, ({ table: [[, gained], [lost]] }) => {
  const { exact, midP, chi2, chi2Corrected, p, pCorrected } = mcnemar(gained, lost);
  return { exact_p: exact, midp: midP, chi2, chi2_cc: chi2Corrected, p, p_cc: pCorrected };
});

/** Rows that both models have right in the table of Cavo et al. (2012), which the case of its intervals leaves out. */
const cavoBothRight = 59;

const intervals: Readonly<Record<string, Check>> = {
  "paired_diff_ci/cavo_2012": gives(paired, ({ b, c, n }) => {
    const counts = { gained: b, lost: c, n };
    return {
      est: (b - c) / n,
      tango: tangoInterval(counts, 0.95),
      wald: waldInterval(counts, 0.95),
      agresti_min: agrestiMinInterval(counts, 0.95),
      newcombe: newcombeInterval({ ...counts, bothRight: cavoBothRight }, 0.95),
      bonett_price: bonettPriceInterval(counts, 0.95),
    };
  }),
  "paired_diff_ci/agresti_min_40_20_160": gives(paired, ({ b, c, n }) => {
    const counts = { gained: b, lost: c, n };
    return { agresti_min: agrestiMinInterval(counts, 0.95), tango: tangoInterval(counts, 0.95) };
  }),
};

function adjusted(adjust: (p: readonly number[]) => readonly number[]): Check {
  return gives(pValues, ({ p }) => {
    const values = adjust(p);
    return { adjusted: values, rejected: values.filter((value) => value <= 0.05).length };
  });
}

const twoSided = { alpha: 0.05, sides: 2 } as const;
const outcome = Int32Array.from(asah.poor);
const patients = {
  cases: outcome.filter((poor) => poor === 1).length,
  controls: outcome.filter((poor) => poor === 0).length,
};

/** ROC AUC of a marker of bad outcome, and what each patient adds to its spread. */
function marker(values: readonly number[]): { auc: number; perRow: Float64Array } {
  const ranking = rank(Float64Array.from(values), outcome, 1);
  const found = placements(ranking, vertices(ranking, null));
  if (found === null) throw new Error("one class only");
  return found;
}

function varianceOf(perRow: PerRow): number {
  return (delongStandardError(perRow, outcome, null) ?? Number.NaN) ** 2;
}

function pairOf(own: readonly number[], theirs: readonly number[]): RocPair {
  const [one, other] = [marker(own), marker(theirs)];
  const [variance, otherVariance] = [
    varianceOf({ own: one.perRow, theirs: null }),
    varianceOf({ own: other.perRow, theirs: null }),
  ];
  const ofDifference = varianceOf({ own: one.perRow, theirs: other.perRow });
  const covariance = (variance + otherVariance - ofDifference) / 2;
  return { difference: one.auc - other.auc, variance, otherVariance, covariance, cases: patients.cases };
}

/** What pROC's tests ask of power.roc.test with the data set aSAH. */
const powerRoc: Check = givesRelatively(nothing, () => {
  const two = pairOf(asah.ndka, asah.wfns);
  const cases = casesRocTwo(two, { ...twoSided, power: 0.9 });
  return {
    one_curve_s100b_power: powerRocOne(marker(asah.s100b).auc, patients, twoSided),
    auc073_41_72_power: powerRocOne(0.73, { cases: 41, controls: 72 }, twoSided),
    auc_needed: detectableAuc({ cases: 41, controls: 72 }, { ...twoSided, power: 0.95 }, Number.EPSILON ** 0.25),
    ndka_vs_wfns_power: powerRocTwo(two, patients.cases, twoSided),
    n_cases_power09: cases,
    n_controls_power09: (cases * patients.controls) / patients.cases,
  };
});

const reuse: Readonly<Record<string, Check>> = {
  "easeml_ci/semeval2019": gives(z.object({ delta: z.number(), H: z.number() }), ({ delta, H }) => {
    const [none, full] = [
      { delta, commits: H, adaptivity: "none" },
      { delta, commits: H, adaptivity: "full" },
    ] as const;
    return {
      hoeffding: [hoeffdingRows(none, 0.02, { variables: 2 }), hoeffdingRows(full, 0.02, { variables: 2 })],
      bennett_p01_eps002: [bennettRows(none, 0.02, 0.1, 2), bennettRows(full, 0.02, 0.1, 2)],
      bennett_p01_eps0022_full: bennettRows(full, 0.022, 0.1, 2),
    };
  }),
  "easeml_ci/yml_example": gives(z.object({ reliability: z.number(), steps: z.number() }), ({ reliability, steps }) => {
    const rows = hoeffdingRows({ delta: 1 - reliability, commits: steps, adaptivity: "full" }, 0.1, { variables: 2 });
    return Math.ceil(rows);
  }),
};

const overruns = [0, 1, 2, 3, 5, 10, 100];
const buckets = z
  .tuple([z.number(), z.number(), z.number()])
  .transform(([low, high, count]) => ({ low, high, count }))
  .array();

const drift: Readonly<Record<string, Check>> = {
  "drift/ks": gives(z.object({ a: numbers, b: numbers }), ({ a, b }) => {
    const { statistic, p } = kolmogorovSmirnov(Float64Array.from(a), Float64Array.from(b));
    return { stat: statistic, p };
  }),
  "drift/js": gives(
    z.array(z.object({ p: numbers, q: numbers, base: z.literal([2, "e"]) })),
    (given): Got => ({
      distance: given.map(({ p, q, base }) => jensenShannonDistance(p, q, base === 2 ? 2 : Math.E)),
      divergence_base2_second: given.slice(1).map(({ p, q }) => jensenShannonDivergence(p, q, 2))[0],
    }),
  ),
  "drift/js_divergence_hist_tfdv": gives(z.object({ a: buckets, b: buckets }), ({ a, b }) => histogramDivergence(a, b)),
};

/** The cases of statistics, each with the product's way to its numbers. */
export const statisticsChecks: Readonly<Record<string, Check>> = {
  "mcnemar/[[9959, 11], [1, 29]]": discordant,
  "mcnemar/[[59, 6], [16, 80]]": discordant,
  "noninferiority/tango_p": gives(z.array(paired.extend({ m: z.number() })), (given) => {
    return given.map(({ b, c, n, m }) => tangoPValue({ gained: b, lost: c, n }, m));
  }),
  "multitest/BH1995/holm": adjusted(holmAdjusted),
  "multitest/BH1995/fdr_bh": adjusted(bhAdjusted),
  "multitest/BH1995/fdr_by": adjusted(byAdjusted),
  permutation_two_sample_exact: gives(z.object({ a: numbers, b: numbers }), ({ a, b }) => {
    const found = exactTwoSample(a, b);
    return found === null ? null : { p_greater: found.greater, p_less: found.less, p_two: found.twoSided };
  }),
  expected_max: gives(z.object({ v: numbers, k: numbers }), ({ v, k }) => ({
    dodge_with_replacement: k.map((of) => expectedMaxWithReplacement(v, of)),
    tang_unbiased: k.map((of) => expectedMax(v, of)),
  })),
  "mlperf/early_stopping_min_queries": gives(z.object({ confidence: z.number() }), ({ confidence }) => {
    const queries = (percentile: number): Got => {
      return Object.fromEntries(overruns.map((of) => [of, minimumQueries(percentile, of, confidence)]));
    };
    return { "0.9": queries(0.9), "0.95": queries(0.95), "0.99": queries(0.99), "0.999": queries(0.999) };
  }),
  power_roc: powerRoc,
  ...intervals,
  ...reuse,
  ...drift,
};
