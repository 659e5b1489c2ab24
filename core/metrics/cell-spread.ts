import { sumOf } from "../stats/sums.ts";
import type { CellCounts } from "./cells.ts";
import type { Counted } from "./classification.ts";
import type { Sample } from "./sample.ts";
import type { Side } from "./side.ts";

/** The influence of a row in each cell: on one model's value, or on the difference of the two. */
export function cellInfluence({ cells }: CellCounts, own: Counted | null, theirs: Counted | null): Float64Array {
  const influence = new Float64Array(cells.labels.length);
  for (let cell = 0; cell < influence.length; cell++) {
    const label = cells.labels[cell] ?? 0;
    const mine = own?.influence(label, cells.own[cell] ?? 0) ?? 0;
    influence[cell] = mine - (theirs?.influence(label, cells.theirs[cell] ?? 0) ?? 0);
  }
  return influence;
}

/** Standard error of a value whose rows have the influences of their cells: √(Σw²φ²) / Σw with n − 1. */
export function cellStandardError(counts: CellCounts, influence: Float64Array, { total, n }: Sample): number | null {
  const rows = counts.weights === counts.rows ? n : positiveRows(counts);
  if (rows < 2) return null;
  const squares = sumOf(influence.length, (cell) => (counts.squares[cell] ?? 0) * (influence[cell] ?? 0) ** 2);
  return Math.sqrt((squares * rows) / (rows - 1)) / total;
}

/**
 * The counts of one model's cells, those that differ only in what the other model predicts taken together: so that what
 * is said of a model does not depend, not even by rounding, on whom it is compared with. Rows keep their finer cells.
 */
export function marginalOf({ cells, rows, weights, squares }: CellCounts, side: "own" | "theirs"): CellCounts {
  const places = new Map<number, number>();
  const guesses = cells[side];
  const into = Int32Array.from(cells.labels, (label, cell) => {
    const key = label * cells.classes + (guesses[cell] ?? 0);
    const place = places.get(key) ?? places.size;
    places.set(key, place);
    return place;
  });
  const collect = (of: Float64Array): Float64Array => {
    const sums = new Float64Array(places.size);
    for (let cell = 0; cell < into.length; cell++) {
      const place = into[cell] ?? 0;
      sums[place] = (sums[place] ?? 0) + (of[cell] ?? 0);
    }
    return sums;
  };
  const keys = [...places.keys()];
  const labels = Int32Array.from(keys, (key) => Math.floor(key / cells.classes));
  const predicted = Int32Array.from(keys, (key) => key % cells.classes);
  const together = collect(rows);
  return {
    cells: { ...cells, labels, own: predicted, theirs: predicted },
    rows: together,
    weights: weights === rows ? together : collect(weights),
    squares: squares === rows ? together : collect(squares),
  };
}

/** The numbers of the cells, row by row. */
export function cellsToRows(ofRow: Int32Array, perCell: Float64Array): Float64Array {
  const perRow = new Float64Array(ofRow.length);
  for (let row = 0; row < perRow.length; row++) perRow[row] = perCell[ofRow[row] ?? 0] ?? 0;
  return perRow;
}

/** The influence of each row on one model's value. */
export function toRowsOfCells(
  { influence }: Counted,
  { labels, predicted, n }: Pick<Side, "labels" | "predicted" | "n">,
): Float64Array {
  const guesses = predicted();
  const perRow = new Float64Array(n);
  for (let row = 0; row < n; row++) perRow[row] = influence(labels[row] ?? 0, guesses[row] ?? 0);
  return perRow;
}

/** Rows in cells that weigh something: a cell mixes rows of any weight, so rows of weight 0 count where others do not. */
function positiveRows({ rows, weights }: CellCounts): number {
  return sumOf(rows.length, (cell) => ((weights[cell] ?? 0) > 0 ? (rows[cell] ?? 0) : 0));
}
