/** What the page's script shows for one threshold: text, ready to be put in place, and where points lie in the plots. */
export type ThresholdStep = {
  /** `0.42` */
  readonly at: string;
  /** The threshold itself, to find the step nearest to a place in a plot. */
  readonly value: number;
  /** True positives, false positives, true negatives, false negatives. */
  readonly counts: readonly string[];
  /** What changed in each against the baseline; empty without one. */
  readonly changes: readonly string[];
  /** Per metric, in the order of the table: the row's numbers, as the table's columns show them. */
  readonly metrics: readonly (readonly string[])[];
  /** Per gate that depends on the threshold. */
  readonly gates: readonly GateStep[];
  /** By plot: the candidate's place and the baseline's, in the plot's own coordinates. */
  readonly marks: Readonly<Record<string, readonly (readonly [x: number, y: number] | null)[]>>;
  /** One sentence for a screen reader. */
  readonly spoken: string;
};

/** As far as values without intervals tell. */
export type GateStep = { readonly state: "holds" | "broken" | "unknown"; readonly words: string };

/** The data block of the page: every threshold's step, and the one that the report was judged at. */
export type ExplorerData = { readonly configured: number; readonly steps: readonly ThresholdStep[] };
