import { sum } from "../stats/sums.ts";

/** Which group each row is in, 0 … count − 1. */
export type Grouping = { readonly ofRow: Int32Array; readonly count: number };

/** What rows count for, apart from what is predicted on them. */
export type Sample = {
  readonly n: number;
  /** Null: every row counts 1. */
  readonly weights: Float64Array | null;
  /** Rows that are drawn together; null: every row by itself. */
  readonly groups: Grouping | null;
  /** Σw, or n. */
  readonly total: number;
};

/** A sample of n rows. */
export function sampleOf(n: number, weights: Float64Array | null, groups: Grouping | null): Sample {
  return { n, weights, groups, total: weights === null ? n : sum(weights) };
}

/** The groups of codes 0 … k − 1 that all occur somewhere. */
export function groupingOf(codes: Int32Array): Grouping {
  let count = 0;
  for (let row = 0; row < codes.length; row++) count = Math.max(count, (codes[row] ?? 0) + 1);
  return { ofRow: codes, count };
}

/** Some rows of a sample; their groups are numbered anew, so that none is empty. */
export function sampleAt(of: Sample, rows: Uint32Array): Sample {
  const weights = of.weights === null ? null : numbersAt(of.weights, rows);
  return sampleOf(rows.length, weights, of.groups === null ? null : groupsAt(of.groups, rows));
}

/** Kish's effective number of rows, (Σw)² / Σw²; null without weights. */
export function effectiveRows({ weights, total }: Sample): number | null {
  if (weights === null) return null;
  const squares = sum(weights.map((weight) => weight * weight));
  return squares === 0 ? 0 : total ** 2 / squares;
}

/** How many rows, or groups, weigh something: what is drawn again. */
export function unitsOf({ n, weights, groups }: Sample): number {
  if (weights === null) return groups?.count ?? n;
  if (groups === null) return weights.reduce((count, weight) => count + Number(weight > 0), 0);
  return new Set(groups.ofRow.filter((_, row) => (weights[row] ?? 0) > 0)).size;
}

/** The numbers of some rows. */
export function numbersAt(values: Float64Array, rows: Uint32Array): Float64Array {
  const own = new Float64Array(rows.length);
  for (let at = 0; at < own.length; at++) own[at] = values[rows[at] ?? 0] ?? 0;
  return own;
}

/** The codes of some rows. */
export function codesAt(values: Int32Array, rows: Uint32Array): Int32Array {
  const own = new Int32Array(rows.length);
  for (let at = 0; at < own.length; at++) own[at] = values[rows[at] ?? 0] ?? 0;
  return own;
}

function groupsAt({ ofRow, count }: Grouping, rows: Uint32Array): Grouping {
  const renamed = new Int32Array(count).fill(-1);
  const own = new Int32Array(rows.length);
  let seen = 0;
  for (let at = 0; at < own.length; at++) {
    const group = ofRow[rows[at] ?? 0] ?? 0;
    let name = renamed[group] ?? -1;
    if (name === -1) {
      name = seen++;
      renamed[group] = name;
    }
    own[at] = name;
  }
  return { ofRow: own, count: seen };
}
