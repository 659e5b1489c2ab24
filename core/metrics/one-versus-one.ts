import { sum } from "../stats/sums.ts";
import type { MaybeEstimate } from "./estimate.ts";
import type { Side } from "./side.ts";

/**
 * Hand and Till's M (2001): the mean over all ordered pairs of classes of A(j|k), the chance that a row of class j has
 * a higher score for j than a row of class k. Undefined when a class has no rows.
 */
export function rocAucOvo(side: Side): MaybeEstimate {
  const { n, classes } = side;
  const sizes = sizesOf(side);
  if (n === 0 || classes < 2 || sizes.some((size) => size === 0)) return null;
  const perRow = new Float64Array(n);
  const areas = new Float64Array(classes);
  for (let k = 0; k < classes; k++) areas[k] = addClass(side, k, sizes, perRow);
  const pairs = classes * (classes - 1);
  const total = sum(sizes);
  // Rows hold their summed placements less the areas; each counts by the size of its own class.
  for (let row = 0; row < n; row++) {
    perRow[row] = ((total / (sizes[side.labels[row] ?? 0] ?? 0)) * (perRow[row] ?? 0)) / pairs;
  }
  return { value: sum(areas) / pairs, perRow };
}

/** Σ_k A(j|k) of a class j; adds to each row its placements in those pairs, less their areas. */
function addClass(side: Side, j: number, sizes: Float64Array, perRow: Float64Array): number {
  const { rows, marks } = side.ranking(j);
  const { labels, weights, n } = side;
  const weightOf = (row: number): number => (weights === null ? 1 : (weights[row] ?? 0));
  const own = new Float64Array(n);
  const areas = new Float64Array(side.classes);
  let below = 0;
  let ownBelow = 0;
  for (let start = 0; start < n; ) {
    let [end, tied, ownTied] = [start, 0, 0];
    do {
      const row = rows[end] ?? 0;
      const label = labels[row] ?? 0;
      if (label === j) ownTied += weightOf(row);
      else tied += weightOf(row) / (sizes[label] ?? 0);
      end++;
    } while (end < n && ((marks[end] ?? 0) & 1) === 0);
    for (let at = start; at < end; at++) {
      const row = rows[at] ?? 0;
      const label = labels[row] ?? 0;
      if (label === j) {
        own[row] = below + tied / 2;
      } else {
        own[row] = 1 - (ownBelow + ownTied / 2) / (sizes[j] ?? 0);
        areas[label] = (areas[label] ?? 0) + (weightOf(row) * (own[row] ?? 0)) / (sizes[label] ?? 0);
      }
    }
    below += tied;
    ownBelow += ownTied;
    start = end;
  }
  const all = sum(areas);
  for (let row = 0; row < n; row++) {
    const label = labels[row] ?? 0;
    perRow[row] = (perRow[row] ?? 0) + (own[row] ?? 0) - (label === j ? all : (areas[label] ?? 0));
  }
  return all;
}

function sizesOf({ n, classes, labels, weights }: Side): Float64Array {
  const sizes = new Float64Array(classes);
  for (let row = 0; row < n; row++) {
    const label = labels[row] ?? 0;
    sizes[label] = (sizes[label] ?? 0) + (weights === null ? 1 : (weights[row] ?? 0));
  }
  return sizes;
}
