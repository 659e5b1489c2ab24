import type { Slice } from "../report.ts";
import { type CellCounts, type Cells, type ClassTable, cellsAt, cellsOf, countCells, tableOf } from "./cells.ts";
import { codesAt, type Sample, sampleAt } from "./sample.ts";
import { type ClassPredictions, type Side, sideAt, sideOf } from "./side.ts";

/** The rows on which two models of classes are compared: all, or a slice. */
export type ClassPart = {
  readonly slice: Slice | null;
  readonly sample: Sample;
  readonly labels: Int32Array;
  readonly counts: CellCounts;
  readonly candidate: Side;
  readonly baseline: Side | null;
};

/** Two models of classes on the same rows. */
export type ClassModels = {
  readonly labels: Int32Array;
  readonly candidate: ClassPredictions;
  readonly baseline: ClassPredictions | null;
  readonly threshold: number;
  /** Whether numbers per row will be asked for more than once. */
  readonly keepsColumns: boolean;
};

/** All rows. */
export function wholeOf(models: ClassModels, sample: Sample): ClassPart {
  const { labels, candidate, baseline, threshold, keepsColumns } = models;
  const options = { weights: sample.weights, threshold, keepsColumns };
  const own = sideOf(labels, candidate, options);
  const theirs = baseline === null ? null : sideOf(labels, baseline, options);
  const cells = cellsOf(own.classes, labels, own.predicted(), theirs?.predicted() ?? null);
  return partOf(null, sample, labels, cells, own, theirs);
}

/** Some of the rows. */
export function sliceOf(whole: ClassPart, slice: Slice | null, rows: Uint32Array): ClassPart {
  const sample = sampleAt(whole.sample, rows);
  const labels = codesAt(whole.labels, rows);
  const own = sideAt(whole.candidate, rows, labels, sample.weights);
  const theirs = whole.baseline === null ? null : sideAt(whole.baseline, rows, labels, sample.weights);
  return partOf(slice, sample, labels, cellsAt(whole.counts.cells, rows), own, theirs);
}

/** Rows of the smallest class. */
export function smallestClass({ counts: { cells, rows } }: ClassPart): number {
  const sizes = new Float64Array(cells.classes);
  for (let cell = 0; cell < rows.length; cell++) {
    const label = cells.labels[cell] ?? 0;
    sizes[label] = (sizes[label] ?? 0) + (rows[cell] ?? 0);
  }
  return sizes.reduce((least, size) => Math.min(least, size), Number.POSITIVE_INFINITY);
}

function partOf(
  slice: Slice | null,
  sample: Sample,
  labels: Int32Array,
  cells: Cells,
  candidate: Side,
  baseline: Side | null,
): ClassPart {
  const counts = countCells(cells, sample.weights);
  const withTable = (side: Side, which: "own" | "theirs"): Side => {
    // Both tables follow from the cells that are counted already.
    const table: ClassTable = tableOf(cells, counts.weights, which);
    return { ...side, table: () => table };
  };
  return {
    slice,
    sample,
    labels,
    counts,
    candidate: withTable(candidate, "own"),
    baseline: baseline === null ? null : withTable(baseline, "theirs"),
  };
}
