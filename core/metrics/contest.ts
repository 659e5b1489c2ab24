import { delongStandardError, stratifiedStandardError } from "../stats/delong.ts";
import type { PairedCounts } from "../stats/proportion.ts";
import { clusteredStandardError, standardErrorOf } from "../stats/spread.ts";
import { type PerRow, subtract, sum, weightedMean } from "../stats/sums.ts";
import { cellInfluence, cellStandardError, cellsToRows, differenceStandardError, marginalOf } from "./cell-spread.ts";
import type { CellCounts } from "./cells.ts";
import type { Counted } from "./classification.ts";
import type { MaybeEstimate } from "./estimate.ts";
import { type Share, shareOf } from "./proportion.ts";
import type { MetricSpec } from "./registry.ts";
import { effectiveRows, type Sample, unitsOf } from "./sample.ts";

/** Two-sided level of the intervals, and one-sided levels of the bounds, ascending. */
export type Levels = { readonly level: number; readonly oneSided: readonly number[] };

/** A value with its analytic standard error, null where there is none. */
export type Spread = {
  readonly value: number;
  readonly standardError: number | null;
  /** What each row moves, Σ = 0 up to weights; for the skewness of a bootstrap. Null where nothing sound is known. */
  readonly perRow: (() => Float64Array) | null;
  /** A plain share of some rows, which has Wilson's interval. */
  readonly share: Share | null;
};

/** Both models' value of a metric on the same rows, and what is known of their difference. */
export type Contest = {
  readonly spec: MetricSpec;
  readonly sample: Sample;
  /** Rows behind the value; for a ranking task the queries that count. */
  readonly n: number;
  readonly effective: number | null;
  /** What the spread rests on: rows or groups that weigh something; of a rank metric no more than the smaller class. */
  readonly units: () => number;
  readonly candidate: Spread | null;
  /** Null also where there is no baseline: see `hasBaseline`. */
  readonly baseline: Spread | null;
  readonly hasBaseline: boolean;
  readonly difference: Spread | null;
  /** The models agree row by row, although their rows differ: then a standard error of 0 is to be believed. */
  readonly agree: boolean;
  /** Rows that only one of the models has right, where the metric is the share of right ones. */
  readonly discordant: PairedCounts | null;
};

/** How numbers per row give a standard error: by class (placements, or influences of a rank metric), or all alike. */
export type RowForm = "placements" | "stratified" | "plain";

/** A metric of the table of classes on the rows of `counts`. */
export function tableContest(
  spec: MetricSpec,
  sample: Sample,
  counts: CellCounts,
  { own, theirs }: { readonly own: Counted | null; readonly theirs: Counted | null | undefined },
): Contest {
  const spread = (of: Counted | null | undefined, side: "own" | "theirs"): Spread | null => {
    if (of === null || of === undefined) return null;
    const perRow = (): Float64Array => {
      const influence = side === "own" ? cellInfluence(counts, of, null) : cellInfluence(counts, null, of);
      return cellsToRows(counts.cells.ofRow, influence);
    };
    const alone = marginalOf(counts, side);
    const share = sample.groups === null ? shareOf(spec.id, alone, side) : null;
    const standardError =
      sample.groups === null
        ? cellStandardError(alone, cellInfluence(alone, of, null), sample)
        : clusteredStandardError(perRow(), sample.weights, sample.groups);
    return { standardError, perRow, value: of.value, share };
  };
  const candidate = spread(own, "own");
  const baseline = spread(theirs, "theirs");
  const both = candidate !== null && baseline !== null && own !== null && theirs !== null && theirs !== undefined;
  const influence = both ? cellInfluence(counts, own, theirs) : null;
  const difference =
    both && influence !== null
      ? {
          ...tableSpread(counts, influence, { own, theirs }, sample),
          value: candidate.value - baseline.value,
          share: null,
        }
      : null;
  return {
    spec,
    sample,
    n: sample.n,
    effective: effectiveRows(sample),
    units: () => unitsOf(sample),
    candidate,
    baseline,
    hasBaseline: theirs !== undefined,
    difference,
    agree: difference?.value === 0 && difference.standardError === 0 && (candidate?.standardError ?? 0) > 0,
    discordant: spec.method === "tango" && isPlain(sample) && both ? discordantCells(counts) : null,
  };
}

/** A metric with a number per row. */
export function rowContest(
  spec: MetricSpec,
  sample: Sample,
  { own, theirs }: { readonly own: MaybeEstimate; readonly theirs: MaybeEstimate | undefined },
  { form, labels }: { readonly form: RowForm; readonly labels: Int32Array },
): Contest {
  const spread = (value: number, perRow: PerRow | null): Spread => {
    return { ...rowSpread(perRow, sample, form, labels), value, share: null };
  };
  const [mine, other] = [own?.perRow ?? null, theirs?.perRow ?? null];
  const candidate = own === null ? null : spread(own.value, alone(mine));
  const baseline = theirs === null || theirs === undefined ? null : spread(theirs.value, alone(other));
  const difference =
    candidate === null || baseline === null
      ? null
      : spread(candidate.value - baseline.value, mine === null || other === null ? null : { own: mine, theirs: other });
  const isZeroOne = spec.method === "tango" && isPlain(sample) && mine !== null && other !== null;
  return {
    spec,
    sample,
    n: sample.n,
    effective: effectiveRows(sample),
    units: () => (form === "plain" ? unitsOf(sample) : Math.min(unitsOf(sample), smallerClass(sample, labels))),
    candidate: isZeroOne || spec.method === "tango" ? withShare(candidate, sample) : candidate,
    baseline: spec.method === "tango" ? withShare(baseline, sample) : baseline,
    hasBaseline: theirs !== undefined,
    difference,
    agree: difference?.value === 0 && difference.standardError === 0 && (candidate?.standardError ?? 0) > 0,
    discordant: isZeroOne ? discordantRows(mine, other) : null,
  };
}

function tableSpread(
  counts: CellCounts,
  influence: Float64Array,
  models: { readonly own: Counted; readonly theirs: Counted },
  sample: Sample,
): Omit<Spread, "value" | "share"> {
  const perRow = (): Float64Array => cellsToRows(counts.cells.ofRow, influence);
  const { groups, weights } = sample;
  const clustered = groups === null ? null : clusteredStandardError(perRow(), weights, groups);
  return { standardError: differenceStandardError(counts, influence, models, { sample, clustered }), perRow };
}

function alone(own: Float64Array | null): PerRow | null {
  return own === null ? null : { own, theirs: null };
}

function rowSpread(
  of: PerRow | null,
  sample: Sample,
  form: RowForm,
  labels: Int32Array,
): Omit<Spread, "value" | "share"> {
  if (of === null) return { standardError: null, perRow: null };
  const { weights, groups } = sample;
  const perRow = (): Float64Array => {
    const values = of.theirs === null ? of.own : subtract(of.own, of.theirs);
    return form === "placements" ? influenceOfPlacements(values, sample, labels) : centered(values, weights);
  };
  if (groups !== null) return { standardError: clusteredStandardError(perRow(), weights, groups), perRow };
  switch (form) {
    case "placements":
      return { standardError: delongStandardError(of, labels, weights), perRow };
    case "stratified":
      return { standardError: stratifiedStandardError(of, labels, weights), perRow };
    case "plain":
      return { standardError: standardErrorOf(of, weights), perRow };
    default:
      return form satisfies never;
  }
}

/** φ = (W / W_class)(placement − its mean in the class): what a row moves the area by, times the weight of all rows. */
function influenceOfPlacements(perRow: Float64Array, { weights, total }: Sample, labels: Int32Array): Float64Array {
  const positive = classWeights(labels, weights, 1);
  const negative = classWeights(labels, weights, 0);
  const [up, across] = [sum(positive), sum(negative)];
  const mean = up === 0 ? 0 : weightedMean(perRow, positive);
  const others = across === 0 ? 0 : weightedMean(perRow, negative);
  const off = new Float64Array(perRow.length);
  for (let row = 0; row < off.length; row++) {
    const value = perRow[row] ?? 0;
    off[row] = labels[row] === 1 ? (total / up) * (value - mean) : (total / across) * (value - others);
  }
  return off;
}

function classWeights(labels: Int32Array, weights: Float64Array | null, label: 0 | 1): Float64Array {
  const own = new Float64Array(labels.length);
  for (let row = 0; row < own.length; row++) {
    if ((labels[row] === 1) === (label === 1)) own[row] = weights === null ? 1 : (weights[row] ?? 0);
  }
  return own;
}

function centered(perRow: Float64Array, weights: Float64Array | null): Float64Array {
  const mean = weightedMean(perRow, weights);
  const off = new Float64Array(perRow.length);
  for (let row = 0; row < off.length; row++) off[row] = (perRow[row] ?? 0) - mean;
  return off;
}

function withShare(of: Spread | null, sample: Sample): Spread | null {
  if (of === null || sample.groups !== null) return of;
  const rows = effectiveRows(sample) ?? sample.n;
  return { ...of, share: { successes: of.value * rows, of: rows } };
}

function discordantCells({ cells, rows }: CellCounts): PairedCounts {
  let [gained, lost, n] = [0, 0, 0];
  for (let cell = 0; cell < rows.length; cell++) {
    const count = rows[cell] ?? 0;
    const mine = cells.own[cell] === cells.labels[cell];
    const other = cells.theirs[cell] === cells.labels[cell];
    if (mine && !other) gained += count;
    if (other && !mine) lost += count;
    n += count;
  }
  return { gained, lost, n };
}

function discordantRows(own: Float64Array, theirs: Float64Array): PairedCounts {
  let [gained, lost] = [0, 0];
  for (let row = 0; row < own.length; row++) {
    const change = (own[row] ?? 0) - (theirs[row] ?? 0);
    if (change > 0) gained++;
    if (change < 0) lost++;
  }
  return { gained, lost, n: own.length };
}

function smallerClass({ n, weights }: Sample, labels: Int32Array): number {
  let [positives, negatives] = [0, 0];
  for (let row = 0; row < n; row++) {
    if (weights !== null && !((weights[row] ?? 0) > 0)) continue;
    if (labels[row] === 1) positives++;
    else negatives++;
  }
  return Math.min(positives, negatives);
}

function isPlain({ weights, groups }: Sample): boolean {
  return weights === null && groups === null;
}
