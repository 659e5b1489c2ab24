import { brentRoot } from "./brent.ts";
import { cdf, density, quantile } from "./normal.ts";

/** A test at α of one side or two. */
export type RocTest = { readonly alpha: number; readonly sides: 1 | 2 };

/** Positive and negative rows. */
export type RocRows = { readonly cases: number; readonly controls: number };

function critical({ alpha, sides }: RocTest): number {
  return quantile(1 - alpha / sides);
}

/**
 * Variance of √cases · AUC of a binormal curve, with κ controls per case (Obuchowski, Lieber and Wians 2004, Clinical
 * Chemistry 50:1118, formula 3, with its rounded constants).
 */
function varianceOfAuc(auc: number, kappa: number): number {
  // Three decimals of √2, as in the paper.
  const a = quantile(auc) * (1414 / 1000);
  return 0.0099 * Math.exp((-a * a) / 2) * (5 * a * a + 8 + (a * a + 8) / kappa);
}

/** The same under the null hypothesis of an AUC of one half. */
function varianceOfChance(kappa: number): number {
  return 0.0792 * (1 + 1 / kappa);
}

/** Power of the test that an AUC is not one half. */
export function powerRocOne(auc: number, { cases, controls }: RocRows, of: RocTest): number {
  const kappa = controls / cases;
  const away = Math.sqrt(cases) * Math.abs(auc - 0.5);
  return cdf((away - critical(of) * Math.sqrt(varianceOfChance(kappa))) / Math.sqrt(varianceOfAuc(auc, kappa)));
}

/** Cases and controls, κ per case and not rounded, with which the test that an AUC is not one half has that power. */
export function rowsRocOne(auc: number, kappa: number, of: RocTest & { readonly power: number }): RocRows {
  const reach =
    critical(of) * Math.sqrt(varianceOfChance(kappa)) + quantile(of.power) * Math.sqrt(varianceOfAuc(auc, kappa));
  const cases = (reach / (auc - 0.5)) ** 2;
  return { cases, controls: kappa * cases };
}

/** The significance level at which the test has that power. */
export function alphaRocOne(auc: number, rows: RocRows, of: { readonly power: number; readonly sides: 1 | 2 }): number {
  const kappa = rows.controls / rows.cases;
  const away = Math.sqrt(rows.cases) * Math.abs(auc - 0.5);
  const z = (away - quantile(of.power) * Math.sqrt(varianceOfAuc(auc, kappa))) / Math.sqrt(varianceOfChance(kappa));
  return of.sides * cdf(-z);
}

/**
 * The least AUC above one half that the test shows with that power, to within `tolerance`: where the cases needed are
 * those that there are. pROC stops at R's default tolerance, 2.2e-16 ** 0.25.
 */
export function detectableAuc(rows: RocRows, of: RocTest & { readonly power: number }, tolerance = 1e-12): number {
  const kappa = rows.controls / rows.cases;
  const missing = (auc: number): number => {
    return Math.min(Number.MAX_VALUE, rowsRocOne(auc, kappa, of).cases - rows.cases);
  };
  // The largest double below 1: the variance there is 0 as good as.
  return brentRoot(missing, [0.5, 1 - Number.EPSILON / 2], tolerance);
}

/** Two curves on the same rows: variances of the AUCs and their covariance, each as measured with `cases` cases. */
export type RocPair = {
  readonly difference: number;
  readonly variance: number;
  readonly otherVariance: number;
  readonly covariance: number;
  readonly cases: number;
};

/** Variances of the difference times the cases: under the null hypothesis both curves have the first one's. */
function variances(pair: RocPair): { readonly chance: number; readonly actual: number } {
  const { variance, otherVariance, covariance, cases } = pair;
  return { chance: 2 * cases * (variance - covariance), actual: cases * (variance + otherVariance - 2 * covariance) };
}

/** Power of the test that two paired AUCs differ (Obuchowski and McClish 1997, Statistics in Medicine 16:1529). */
export function powerRocTwo(pair: RocPair, cases: number, of: RocTest): number {
  const { chance, actual } = variances(pair);
  return cdf((Math.sqrt(cases) * Math.abs(pair.difference) - critical(of) * Math.sqrt(chance)) / Math.sqrt(actual));
}

/** Cases, not rounded, with which that test has that power; controls in the proportion of the pair. */
export function casesRocTwo(pair: RocPair, of: RocTest & { readonly power: number }): number {
  const { chance, actual } = variances(pair);
  return ((critical(of) * Math.sqrt(chance) + quantile(of.power) * Math.sqrt(actual)) / pair.difference) ** 2;
}

/** The significance level at which that test has that power. */
export function alphaRocTwo(
  pair: RocPair,
  cases: number,
  of: { readonly power: number; readonly sides: 1 | 2 },
): number {
  const { chance, actual } = variances(pair);
  const away = Math.sqrt(cases) * Math.abs(pair.difference);
  return of.sides * cdf(-(away - quantile(of.power) * Math.sqrt(actual)) / Math.sqrt(chance));
}

/** A binormal curve Φ(a + b Φ⁻¹(t)), over the false-positive rates asked for; the whole curve where null. */
export type BinormalCurve = {
  readonly a: number;
  readonly b: number;
  readonly range: readonly [number, number] | null;
};

/** How two curves' scores go together, and the controls per case. */
export type Correlation = { readonly controls: number; readonly cases: number; readonly kappa: number };

/**
 * Two binormal curves as a pair of one case (so that `cases` is 1), by the variances and the covariance of Obuchowski and
 * McClish 1997, formulas 4 and 5 and table 1, for the whole or a partial area; `difference` is that of the areas.
 */
export function binormalPair(
  one: BinormalCurve,
  other: BinormalCurve,
  correlation: Correlation,
  difference: number,
): RocPair {
  const { kappa } = correlation;
  return {
    difference,
    variance: varianceOfArea(one, kappa),
    otherVariance: varianceOfArea(other, kappa),
    covariance: covarianceOfAreas(one, other, correlation),
    cases: 1,
  };
}

function varianceOfArea(curve: BinormalCurve, kappa: number): number {
  const { a, b } = curve;
  const { f, g } = slopes(curve);
  return f * f * (1 + (b * b) / kappa + (a * a) / 2) + (g * g * b * b * (1 + kappa)) / (2 * kappa);
}

function covarianceOfAreas(one: BinormalCurve, other: BinormalCurve, of: Correlation): number {
  const [first, second] = [slopes(one), slopes(other)];
  const { cases: ra, controls: rn, kappa } = of;
  const both = ra + (rn * one.b * other.b) / kappa + (ra * ra * one.a * other.a) / 2;
  const spread = (one.b * other.b * (rn * rn + kappa * ra * ra)) / (2 * kappa);
  const mixed = first.f * second.g * one.a * other.b + second.f * first.g * other.a * one.b;
  return first.f * second.f * both + first.g * second.g * spread + (mixed * ra * ra) / 2;
}

/** Derivatives of the area by a and by b. */
function slopes({ a, b, range }: BinormalCurve): { readonly f: number; readonly g: number } {
  const scale = 1 + b * b;
  const peak = Math.exp((-a * a) / (2 * scale));
  const f = peak / Math.sqrt(2 * Math.PI * scale);
  const g = (-peak * a * b) / Math.sqrt(2 * Math.PI * scale ** 3);
  if (range === null) return { f, g };
  const [from, to] = range;
  const at = (rate: number): number => (normalQuantile(rate) + (a * b) / scale) * Math.sqrt(scale);
  const inside = cdf(at(to)) - cdf(at(from));
  const edges = density(at(from)) - density(at(to));
  return { f: f * inside, g: (peak / scale) * (edges / Math.sqrt(2 * Math.PI)) + g * inside };
}

function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  return p >= 1 ? Number.POSITIVE_INFINITY : quantile(p);
}
