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

/** Wrong classes tried per label; with more classes they are spread evenly over all. */
const mostGuesses = 16;

/**
 * Standard error of a difference from the influences of its cells, with what one row gained and one row lost would add:
 * see `gainedAndLost`. With groups, the two rows count as groups of their own beside `clustered`.
 */
export function differenceStandardError(
  counts: CellCounts,
  influence: Float64Array,
  models: { readonly own: Counted; readonly theirs: Counted },
  { sample, clustered }: { readonly sample: Sample; readonly clustered: number | null },
): number | null {
  const plain = sample.groups === null ? cellStandardError(counts, influence, sample) : clustered;
  if (plain === null) return null;
  const plainly = counts.weights === counts.rows;
  const squareOfRow = plainly
    ? 1
    : sumOf(counts.squares.length, (at) => counts.squares[at] ?? 0) / positiveRows(counts);
  return Math.sqrt(plain ** 2 + (squareOfRow * gainedAndLost(counts.cells.classes, models)) / sample.total ** 2);
}

/**
 * Σφ² of one row that only the candidate has right and one that only the baseline has right, both of the label where
 * they would move the difference most. Few discordant rows understate how much there may be, so a share that is
 * compared counts one more of each (Bonett and Price 2012, Journal of Educational and Behavioral Statistics 37:479);
 * for accuracy and recall this is their term, for other tables docs/decisions/0015 says why it is taken over.
 */
function gainedAndLost(classes: number, { own, theirs }: { readonly own: Counted; readonly theirs: Counted }): number {
  const guesses = Math.min(classes - 1, mostGuesses);
  let most = 0;
  for (let label = 0; label < classes; label++) {
    let squares = 0;
    for (let at = 0; at < guesses; at++) {
      const wrong = (label + 1 + Math.floor((at * (classes - 1)) / guesses)) % classes;
      const gained = own.influence(label, label) - theirs.influence(label, wrong);
      const lost = own.influence(label, wrong) - theirs.influence(label, label);
      squares += gained ** 2 + lost ** 2;
    }
    most = Math.max(most, squares / guesses);
  }
  return most;
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
