import type { Fairness } from "../report.ts";
import type { Cells } from "./cells.ts";

export type FairnessId = Fairness["id"];

/** Weight of each cell of each group, group after group. */
export type GroupCells = Float64Array;

/** The cells of the rows' labels and predictions in each group: Σw and Σw². */
export type GroupTable = {
  readonly cells: Cells;
  /** Cells per group. */
  readonly width: number;
  readonly weights: GroupCells;
  readonly squares: GroupCells;
};

/** What share of a group a model selects: of all, of the positive and of the negative rows. NaN where there are none. */
export type GroupRates = {
  readonly selected: number;
  readonly truePositive: number;
  readonly falsePositive: number;
};

/** The differences that are reported, from the rates of the groups that count. */
export const fairnessGaps: readonly {
  readonly id: FairnessId;
  readonly gap: (groups: readonly GroupRates[]) => number;
}[] = [
  { id: "demographic_parity_difference", gap: (groups) => spread(groups.map(({ selected }) => selected)) },
  { id: "demographic_parity_ratio", gap: (groups) => ratio(groups.map(({ selected }) => selected)) },
  { id: "equal_opportunity_difference", gap: (groups) => spread(groups.map(({ truePositive }) => truePositive)) },
  {
    id: "equalized_odds_difference",
    gap: (groups) =>
      Math.max(
        spread(groups.map(({ truePositive }) => truePositive)),
        spread(groups.map(({ falsePositive }) => falsePositive)),
      ),
  },
];

/** The rates of one group under some weights of its cells. */
export function ratesOf(
  of: GroupCells,
  { cells, width }: GroupTable,
  group: number,
  side: "own" | "theirs",
): GroupRates {
  const guesses = cells[side];
  const all = [0, 0];
  const selected = [0, 0];
  for (let cell = 0; cell < width; cell++) {
    const weight = of[group * width + cell] ?? 0;
    const label = cells.labels[cell] ?? 0;
    all[label] = (all[label] ?? 0) + weight;
    if (guesses[cell] === 1) selected[label] = (selected[label] ?? 0) + weight;
  }
  const [negatives = 0, positives = 0] = all;
  const [wrong = 0, right = 0] = selected;
  return {
    selected: (wrong + right) / (negatives + positives),
    truePositive: right / positives,
    falsePositive: wrong / negatives,
  };
}

/** Largest minus smallest; NaN where one is. */
function spread(rates: readonly number[]): number {
  return Math.max(...rates) - Math.min(...rates);
}

/** Smallest over largest; NaN where nobody is selected. */
function ratio(rates: readonly number[]): number {
  return Math.min(...rates) / Math.max(...rates);
}
