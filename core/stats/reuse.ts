/**
 * How often a test set may be used (Karlaš et al. 2019, "Continuous integration of machine learning models with
 * ease.ml/ci", MLSys). `none` and `hybrid` (a new set after the first pass) let H commits see H verdicts; `full` shows
 * one of `outcomes` verdicts after every commit, so that outcomes^H histories are possible.
 */
export type Reuse = {
  /** 1 − reliability: the probability that any verdict is wrong. */
  readonly delta: number;
  readonly commits: number;
  readonly adaptivity: "none" | "hybrid" | "full";
  /** Verdicts a commit can get; 2 unless said otherwise. */
  readonly outcomes?: number;
};

/** Variables of the clause (n − o has two), their largest coefficient, and clauses of the condition; each 1 by default. */
export type Condition = { readonly variables?: number; readonly coefficient?: number; readonly clauses?: number };

/** ln M − ln δ: what the number of histories and the reliability cost. */
function price({ delta, commits, adaptivity, outcomes = 2 }: Reuse): number {
  return (adaptivity === "full" ? commits * Math.log(outcomes) : Math.log(commits)) - Math.log(delta);
}

/** Rows that estimate a condition to ± `precision` by Hoeffding's inequality; round up. */
export function hoeffdingRows(reuse: Reuse, precision: number, condition: Condition = {}): number {
  const { variables = 1, coefficient = 1, clauses = 1 } = condition;
  const scale = (variables * coefficient) / precision;
  return (scale * scale * (Math.log(variables * clauses) + price(reuse))) / 2;
}

/** The precision that so many rows give by Hoeffding's inequality: `hoeffdingRows` turned around. */
export function hoeffdingPrecision(reuse: Reuse, rows: number, condition: Condition = {}): number {
  return Math.sqrt(hoeffdingRows(reuse, 1, condition) / rows);
}

/**
 * Rows that estimate a difference of two accuracies to ± `precision` where the models disagree on a share of at most
 * `disagreement`, by Bennett's inequality; `events` (2 for one two-sided difference, 4 for the paper's pattern 1) share δ.
 */
export function bennettRows(reuse: Reuse, precision: number, disagreement: number, events: 2 | 4): number {
  return (Math.log(events) + price(reuse)) / (disagreement * bennett(precision / disagreement));
}

/** The precision that so many rows give by Bennett's inequality, at most 1. */
export function bennettPrecision(reuse: Reuse, rows: number, disagreement: number, events: 2 | 4): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (bennettRows(reuse, middle, disagreement, events) > rows) low = middle;
    else high = middle;
  }
  return high;
}

/** Labels one commit needs if only rows on which the models disagree are labeled (the paper's active labeling). */
export function activeLabels(delta: number, precision: number, disagreement: number): number {
  return Math.log(4 / delta) / bennett(precision / disagreement);
}

/** h(u) = (1 + u) ln(1 + u) − u. */
function bennett(u: number): number {
  return (1 + u) * Math.log1p(u) - u;
}
