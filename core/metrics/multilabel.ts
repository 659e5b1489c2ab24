import { sumOf } from "../stats/sums.ts";

/** Which of the labels each row has, 0 or 1, row after row. */
export type LabelSets = { readonly rows: number; readonly labels: number; readonly has: Uint8Array };

/** Share of the rows whose set of labels is predicted exactly; null without rows. */
export function subsetAccuracy(truth: LabelSets, predicted: LabelSets): number | null {
  if (truth.rows === 0) return null;
  return sumOf(truth.rows, (row) => (overlap(truth, predicted, row).differing === 0 ? 1 : 0)) / truth.rows;
}

/**
 * Mean over the rows of 2|T ∩ P| / (|T| + |P|). `whenEmpty` is the F1 of a row that has no label and is predicted none:
 * scikit-learn counts 0; null leaves such rows out. Null when no row counts.
 */
export function samplesF1(truth: LabelSets, predicted: LabelSets, whenEmpty: 0 | 1 | null): number | null {
  let counted = 0;
  const total = sumOf(truth.rows, (row) => {
    const { shared, differing } = overlap(truth, predicted, row);
    const empty = shared + differing === 0;
    if (empty && whenEmpty === null) return 0;
    counted++;
    return empty ? (whenEmpty ?? 0) : (2 * shared) / (2 * shared + differing);
  });
  return counted === 0 ? null : total / counted;
}

function overlap(truth: LabelSets, predicted: LabelSets, row: number): { shared: number; differing: number } {
  let shared = 0;
  let differing = 0;
  for (let at = row * truth.labels; at < (row + 1) * truth.labels; at++) {
    if (truth.has[at] !== predicted.has[at]) differing++;
    else if (truth.has[at] === 1) shared++;
  }
  return { shared, differing };
}
