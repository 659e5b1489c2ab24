import { type Metric, type Report, sliceName } from "../core/report.ts";
import { holmAdjusted } from "../core/stats/multiplicity.ts";
import { type Change, changeOf } from "./findings.ts";

/** The chance of claiming even one slice that did not change, over all slices and metrics of a report. */
const familywise = 0.05;

export type SliceFindings = {
  /** Comparisons with a p-value, over all slices and metrics: the family that is corrected for. */
  readonly tested: number;
  /** Worse than the baseline, the strongest evidence first; `proven` are those that survive Holm's correction. */
  readonly worse: readonly Change[];
  /** Names of the slices where some metric got provably worse. */
  readonly proven: readonly string[];
  /** Names of the other slices where some interval lies beyond zero on the worse side: many looks find some by chance. */
  readonly suspected: readonly string[];
  /** Measurements in slices that changed provably, for the better or the worse. */
  readonly survivors: ReadonlySet<Metric>;
};

/** Slices that got worse. With dozens of comparisons, single intervals prove nothing: Holm's correction decides. */
export function sliceFindings(report: Report): SliceFindings {
  const changes = report.metrics
    .filter((metric) => metric.slice !== null)
    .map(changeOf)
    .filter((change) => change !== null);
  const tested = changes.filter((change) => typeof change.metric.delta?.p === "number");
  const adjusted = holmAdjusted(tested.map((change) => change.metric.delta?.p ?? 1));
  const survivors = new Set(tested.filter((_, at) => (adjusted[at] ?? 1) <= familywise));
  const worse = changes.filter((change) => change.direction === "worse");
  const proven = namesOf(worse.filter((change) => survivors.has(change)));
  return {
    tested: tested.length,
    worse: worse
      .map((change) => ({ ...change, proven: survivors.has(change) }))
      .toSorted((a, b) => Number(b.proven) - Number(a.proven) || b.evidence - a.evidence),
    proven,
    suspected: namesOf(worse.filter((change) => change.proven)).filter((name) => !proven.includes(name)),
    survivors: new Set([...survivors].map((change) => change.metric)),
  };
}

function namesOf(changes: readonly Change[]): readonly string[] {
  return [...new Set(changes.map((change) => sliceName(change.metric.slice)))];
}

/** The slice of a metric with the strongest evidence of being worse, or null when none is worse. */
export function worstSlice(report: Report, id: string): Change | null {
  return sliceFindings(report).worse.find((change) => change.metric.id === id) ?? null;
}

/** Names of the slices where a metric got provably worse, the strongest evidence first. */
export function provablyWorse(report: Report, id: string): readonly string[] {
  return namesOf(sliceFindings(report).worse.filter((change) => change.proven && change.metric.id === id));
}
