import type { Metric, Slice } from "../report.ts";
import { signFlip } from "../stats/permutation.ts";
import { type RandomKey, uniforms } from "../stats/random.ts";
import type { Bootstrapped } from "./bootstrapped.ts";
import { difference, fewUnits, insufficient, measurement, noDifference } from "./compare.ts";
import type { Contest, Levels } from "./contest.ts";
import type { MetricSpec } from "./registry.ts";
import type { Sample } from "./sample.ts";

/** Random flips of signs. */
const flips = 4_999;

/** Up to how much a bootstrap is worth its time; beyond it, influences give the spread. */
export type Budget = {
  /** Rows, or queries. */
  readonly rows: number;
  /** Rows that are drawn when a metric has no influences and there are too many rows. */
  readonly part: number;
  readonly groups: number;
  readonly groupedRows: number;
  readonly replicates: number;
  /** Replicates where only a part of the rows is drawn, of which only the spread is used. */
  readonly partReplicates: number;
};

/** Over all rows, and in each of possibly hundreds of slices. */
export const budgets = {
  whole: {
    rows: 20_000,
    part: 20_000,
    groups: 20_000,
    groupedRows: 50_000,
    replicates: 2_000,
    partReplicates: 300,
  },
  slice: { rows: 500, part: 1_000, groups: 2_000, groupedRows: 5_000, replicates: 500, partReplicates: 100 },
} as const satisfies Record<string, Budget>;

/** What is the same for all metrics of some rows. */
export type Settings = {
  readonly levels: Levels;
  readonly key: RandomKey;
  readonly budget: Budget;
  /** Whether there are rows enough to prove something, so that drawing is worth while. */
  readonly isEnough: (spec: MetricSpec) => boolean;
};

/** A metric of the report from what is known of it and what was drawn for it. */
export function metricOf(
  slice: Slice | null,
  contest: Contest,
  drawn: Bootstrapped | null,
  settings: Settings,
): Metric {
  const { levels } = settings;
  const { spec, hasBaseline } = contest;
  return {
    id: spec.id,
    slice,
    definition: spec.definition,
    candidate: measurement(contest, "candidate", levels.level, drawn),
    baseline: hasBaseline ? measurement(contest, "baseline", levels.level, drawn) : null,
    delta: hasBaseline
      ? difference(contest, levels, { bootstrapped: drawn, flipped: flippedOf(contest, settings) })
      : null,
  };
}

/** p of flipping signs at random, for the paired means of few rows: Student's law is not to be relied on there. */
function flippedOf({ spec, sample, n, difference: of }: Contest, { key, isEnough }: Settings): number | null {
  if (spec.method !== "paired-mean" || sample.groups !== null || n >= fewUnits || !isEnough(spec)) return null;
  if (of === null || of.perRow === null || of.standardError === null || of.standardError === 0) return null;
  const { weights } = sample;
  const off = of.perRow();
  const differences = off.map((value, row) => (value + of.value) * (weights === null ? 1 : (weights[row] ?? 0)));
  return signFlip(differences, key, flips).twoSided;
}

/** A metric of which there are too few rows. */
export function insufficientOf(
  spec: MetricSpec,
  slice: Slice | null,
  { n, hasBaseline }: { readonly n: number; readonly hasBaseline: boolean },
  { level }: Levels,
): Metric {
  return {
    id: spec.id,
    slice,
    definition: spec.definition,
    candidate: insufficient(n),
    baseline: hasBaseline ? insufficient(n) : null,
    delta: hasBaseline ? noDifference(level) : null,
  };
}

/** As many rows as the budget allows, drawn without replacement, ascending (Floyd's algorithm). */
export function someRows({ n }: Sample, { key, budget }: Settings): Uint32Array {
  const uniform = uniforms(key, 0);
  const isDrawn = new Uint8Array(n);
  for (let row = Math.max(0, n - budget.part); row < n; row++) {
    const drawn = Math.floor(uniform() * (row + 1));
    isDrawn[isDrawn[drawn] === 1 ? row : drawn] = 1;
  }
  const rows = new Uint32Array(Math.min(n, budget.part));
  for (let row = 0, at = 0; at < rows.length; row++) {
    rows[at] = row;
    at += isDrawn[row] ?? 0;
  }
  return rows;
}
