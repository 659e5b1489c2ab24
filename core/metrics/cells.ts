/**
 * The distinct combinations of label and predicted classes, in the order in which rows show them, and the one of each
 * row. Everything that depends on classes only is a function of how much each cell holds.
 */
export type Cells = {
  readonly classes: number;
  readonly labels: Int32Array;
  readonly own: Int32Array;
  readonly theirs: Int32Array;
  readonly ofRow: Int32Array;
};

/** How much each cell holds: rows, Σw and Σw². */
export type CellCounts = {
  readonly cells: Cells;
  readonly rows: Float64Array;
  readonly weights: Float64Array;
  readonly squares: Float64Array;
};

/** Weights of a model's classes: labeled so, predicted so, and both; and the cells they come from. */
export type ClassTable = {
  readonly n: number;
  readonly classes: number;
  readonly labeled: Float64Array;
  readonly predicted: Float64Array;
  readonly correct: Float64Array;
  readonly cells: { readonly labels: Int32Array; readonly predicted: Int32Array; readonly weights: Float64Array };
};

/** Up to so many combinations are found by place, above that by key. */
const mostPlaces = 4_000_000;

/** The cells of two models' predicted classes; without a baseline its class counts as 0. */
export function cellsOf(classes: number, labels: Int32Array, own: Int32Array, theirs: Int32Array | null): Cells {
  const ofRow = new Int32Array(labels.length);
  const seen = { labels: new Array<number>(), own: new Array<number>(), theirs: new Array<number>() };
  const places = classes ** 3 <= mostPlaces ? new Int32Array(classes ** 3) : new Map<number, number>();
  for (let row = 0; row < ofRow.length; row++) {
    const label = labels[row] ?? 0;
    const mine = own[row] ?? 0;
    const other = theirs === null ? 0 : (theirs[row] ?? 0);
    const key = (label * classes + mine) * classes + other;
    let cell = (places instanceof Map ? places.get(key) : places[key]) ?? 0;
    if (cell === 0) {
      cell = seen.labels.push(label);
      seen.own.push(mine);
      seen.theirs.push(other);
      if (places instanceof Map) places.set(key, cell);
      else places[key] = cell;
    }
    ofRow[row] = cell - 1;
  }
  return {
    classes,
    labels: Int32Array.from(seen.labels),
    own: Int32Array.from(seen.own),
    theirs: Int32Array.from(seen.theirs),
    ofRow,
  };
}

/** What the cells hold; weights are summed with compensation. */
export function countCells(cells: Cells, weights: Float64Array | null): CellCounts {
  const rows = new Float64Array(cells.labels.length);
  const { ofRow } = cells;
  for (let row = 0; row < ofRow.length; row++) {
    const cell = ofRow[row] ?? 0;
    rows[cell] = (rows[cell] ?? 0) + 1;
  }
  if (weights === null) return { cells, rows, weights: rows, squares: rows };
  const sums = new Float64Array(rows.length);
  const lost = new Float64Array(rows.length);
  const squares = new Float64Array(rows.length);
  for (let row = 0; row < ofRow.length; row++) {
    const cell = ofRow[row] ?? 0;
    const value = weights[row] ?? 0;
    const before = sums[cell] ?? 0;
    const next = before + value;
    const added = next - before;
    lost[cell] = (lost[cell] ?? 0) + (before - (next - added) + (value - added));
    sums[cell] = next;
    squares[cell] = (squares[cell] ?? 0) + value * value;
  }
  return { cells, rows, weights: sums.map((sum, cell) => sum + (lost[cell] ?? 0)), squares };
}

/** One model's classes under some weights of the cells. */
export function tableOf(cells: Cells, weights: Float64Array, side: "own" | "theirs"): ClassTable {
  const { classes, labels } = cells;
  const guesses = cells[side];
  const labeled = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  const correct = new Float64Array(classes);
  let n = 0;
  for (let cell = 0; cell < weights.length; cell++) {
    const weight = weights[cell] ?? 0;
    const label = labels[cell] ?? 0;
    const guess = guesses[cell] ?? 0;
    labeled[label] = (labeled[label] ?? 0) + weight;
    predicted[guess] = (predicted[guess] ?? 0) + weight;
    if (label === guess) correct[label] = (correct[label] ?? 0) + weight;
    n += weight;
  }
  return { n, classes, labeled, predicted, correct, cells: { labels, predicted: guesses, weights } };
}

/** The cells of some of the rows, without those that none of them is in. */
export function cellsAt(cells: Cells, rows: Uint32Array): Cells {
  const renamed = new Int32Array(cells.labels.length).fill(-1);
  const kept = new Array<number>();
  const ofRow = new Int32Array(rows.length);
  for (let at = 0; at < ofRow.length; at++) {
    const cell = cells.ofRow[rows[at] ?? 0] ?? 0;
    let name = renamed[cell] ?? -1;
    if (name === -1) {
      name = kept.push(cell) - 1;
      renamed[cell] = name;
    }
    ofRow[at] = name;
  }
  const pick = (of: Int32Array): Int32Array => Int32Array.from(kept, (cell) => of[cell] ?? 0);
  return {
    classes: cells.classes,
    labels: pick(cells.labels),
    own: pick(cells.own),
    theirs: pick(cells.theirs),
    ofRow,
  };
}
