import { momentsOf } from "./moments.ts";
import { type PerRow, sum, sumBlocks, sumOf, weightedMean } from "./sums.ts";

/** Standard error of the mean, with n − 1; null for fewer than two values. */
export function standardErrorOfMean(values: Float64Array): number | null {
  return standardErrorOf({ own: values, theirs: null }, null);
}

/**
 * Standard error of Σwv / Σw: √(Σw²(v − mean)²) / Σw, times √(n / (n − 1)) over the n rows of weight above 0; without
 * weights the one of the mean. Null for fewer than two rows.
 */
export function standardErrorOf({ own, theirs }: PerRow, weights: Float64Array | null): number | null {
  const rows = own.length;
  if (weights === null) {
    const { squares } = momentsOf({ own, theirs });
    return rows < 2 ? null : Math.sqrt(squares / (rows - 1) / rows);
  }
  const n = countPositive(weights);
  if (n < 2) return null;
  const total = sum(weights);
  const terms = (mean: number, power: 1 | 2): number => {
    return sumBlocks(rows, (start, end, into) => {
      for (let i = start; i < end; i++) {
        const value = (own[i] ?? 0) - (theirs === null ? 0 : (theirs[i] ?? 0)) - mean;
        const weighed = value * (weights[i] ?? 0);
        into[i - start] = power === 1 ? weighed : weighed * weighed;
      }
    });
  };
  const mean = terms(0, 1) / total;
  return Math.sqrt((terms(mean, 2) * n) / (n - 1)) / total;
}

/**
 * Standard error of Σwv / Σw when rows come in groups that are drawn as wholes: √(Σ_g (Σ_{i in g} w(v − mean))²) / Σw,
 * times √(G / (G − 1)) over the G groups. Null for fewer than two groups.
 */
export function clusteredStandardError(
  values: Float64Array,
  weights: Float64Array | null,
  groups: { readonly ofRow: Int32Array; readonly count: number },
): number | null {
  const { ofRow, count } = groups;
  if (count < 2) return null;
  const mean = weightedMean(values, weights);
  const sums = new Float64Array(count);
  const lost = new Float64Array(count);
  for (let row = 0; row < values.length; row++) {
    const group = ofRow[row] ?? 0;
    const value = (weights === null ? 1 : (weights[row] ?? 0)) * ((values[row] ?? 0) - mean);
    const before = sums[group] ?? 0;
    const next = before + value;
    const added = next - before;
    lost[group] = (lost[group] ?? 0) + (before - (next - added) + (value - added));
    sums[group] = next;
  }
  const squares = sumOf(count, (group) => ((sums[group] ?? 0) + (lost[group] ?? 0)) ** 2);
  const total = weights === null ? values.length : sum(weights);
  return Math.sqrt((squares * count) / (count - 1)) / total;
}

function countPositive(weights: Float64Array): number {
  let count = 0;
  for (let i = 0; i < weights.length; i++) if ((weights[i] ?? 0) > 0) count++;
  return count;
}
