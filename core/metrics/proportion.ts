import type { CellCounts } from "./cells.ts";

/** Successes among trials; with weights the effective numbers of both. */
export type Share = { readonly successes: number; readonly of: number };

type Counts = { readonly among: (label: number, predicted: number) => boolean; readonly hit: typeof right };

const right = (label: number, predicted: number): boolean => label === predicted;
const anyRow = (): boolean => true;
const selected = (_label: number, predicted: number): boolean => predicted === 1;
const rejected = (_label: number, predicted: number): boolean => predicted === 0;
const positive = (label: number): boolean => label === 1;
const negative = (label: number): boolean => label === 0;

/** The metrics that are a plain share of some rows: of which, and which ones count. */
const shares: Readonly<Record<string, Counts>> = {
  accuracy: { among: anyRow, hit: right },
  f1_micro: { among: anyRow, hit: right },
  precision_micro: { among: anyRow, hit: right },
  recall_micro: { among: anyRow, hit: right },
  recall_weighted: { among: anyRow, hit: right },
  precision: { among: selected, hit: right },
  npv: { among: rejected, hit: right },
  recall: { among: positive, hit: right },
  specificity: { among: negative, hit: right },
  false_positive_rate: { among: negative, hit: selected },
  false_negative_rate: { among: positive, hit: rejected },
  selection_rate: { among: anyRow, hit: selected },
};

/** The share that a metric is of a model's rows, or null for another kind of metric. */
export function shareOf(
  id: string,
  { cells, rows, weights, squares }: CellCounts,
  side: "own" | "theirs",
): Share | null {
  const counts = shares[id];
  if (counts === undefined) return null;
  const guesses = cells[side];
  let [hits, total, total2] = [0, 0, 0];
  for (let cell = 0; cell < rows.length; cell++) {
    const label = cells.labels[cell] ?? 0;
    const guess = guesses[cell] ?? 0;
    if (!counts.among(label, guess)) continue;
    total += weights[cell] ?? 0;
    total2 += squares[cell] ?? 0;
    if (counts.hit(label, guess)) hits += weights[cell] ?? 0;
  }
  if (total === 0) return null;
  if (weights === rows) return { successes: hits, of: total };
  // Kish's effective number of rows stands in for a count.
  const effective = total ** 2 / total2;
  return { successes: (hits / total) * effective, of: effective };
}
