import type { Metric } from "../report.ts";
import { type Bootstrapped, bootstrapped } from "./bootstrapped.ts";
import { type Contest, type RowForm, rowContest, tableContest } from "./contest.ts";
import type { MaybeEstimate } from "./estimate.ts";
import { type Estimator, estimatorOf } from "./estimators.ts";
import { giniContest } from "./gini.ts";
import { type ClassPart, sliceOf } from "./part.ts";
import { rocAuc } from "./ranking.ts";
import type { MetricSpec } from "./registry.ts";
import { resample, statisticsOf } from "./resample.ts";
import { type Budget, budgets, metricOf, type Settings, someRows } from "./settle.ts";
import { computeAnew, type Kept, keep, type Side } from "./side.ts";

/** Up to this share of positives DeLong's normal approximation is not relied on where a bootstrap can be had. */
const rare = 0.01;

type Entry = { readonly contest: Contest; readonly estimator: Estimator };

/**
 * The metrics of two models of classes on some rows, in the order of `specs`. Numbers per row are kept only of metrics that
 * wait for draws, which many rows do not: their memory does not grow with the metrics.
 */
export function classMetrics(part: ClassPart, specs: readonly MetricSpec[], settings: Settings): Metric[] {
  const areas: Kept<RowForm, Contest> =
    specs.filter(({ method }) => method === "delong").length > 1 ? keep() : computeAnew;
  const whole: Entry[] = [];
  const some: Entry[] = [];
  const metrics = specs.map((spec): Metric | Contest => {
    const entry = entryOf(part, spec, areas);
    const plan = settings.isEnough(spec) ? planOf(part, entry, settings.budget) : "none";
    if (plan === "none") return metricOf(part.slice, entry.contest, null, settings);
    (plan === "whole" ? whole : some).push(entry);
    return entry.contest;
  });
  const drawn = new Map([...drawAll(part, whole, settings), ...drawPart(part, some, settings)]);
  return metrics.map((one) => ("spec" in one ? metricOf(part.slice, one, drawn.get(one) ?? null, settings) : one));
}

/** `areas` keeps the contest of the ROC AUC, from which Gini's coefficient follows, if both are asked for. */
function entryOf(part: ClassPart, spec: MetricSpec, areas: Kept<RowForm, Contest>): Entry {
  const estimator = estimatorOf(spec.id);
  if (estimator === null) throw new RangeError(`no estimator for ${spec.id}`);
  const { sample, counts, candidate, baseline, labels } = part;
  if (estimator.kind === "table") {
    const own = estimator.of(candidate.table());
    const theirs = baseline === null ? undefined : estimator.of(baseline.table());
    return { contest: tableContest(spec, sample, counts, { own, theirs }), estimator };
  }
  const form = formOf(spec, estimator);
  const contest = (of: (side: Side) => MaybeEstimate): Contest => {
    const pair = { own: of(candidate), theirs: baseline === null ? undefined : of(baseline) };
    return rowContest(spec, sample, pair, { form, labels });
  };
  if (form !== "placements") return { contest: contest(estimator.of), estimator };
  const area = areas(form, () => contest(rocAuc));
  return { contest: spec.id === "gini" ? giniContest(spec, area) : { ...area, spec }, estimator };
}

function formOf({ method }: MetricSpec, { kind }: Estimator): RowForm {
  if (method === "delong") return "placements";
  return kind === "corners" ? "stratified" : "plain";
}

/** Whether a metric is bootstrapped, on all rows or on a part of them. */
function planOf(part: ClassPart, { contest, estimator }: Entry, budget: Budget): "none" | "whole" | "part" {
  const { spec, sample, candidate } = contest;
  if (candidate === null) return "none";
  if (sample.groups !== null) {
    return sample.groups.count <= budget.groups && sample.n <= budget.groupedRows ? "whole" : "none";
  }
  // A mean over classes sorts the rows once per class.
  const cost = sample.n * (estimator.kind === "rows" ? part.candidate.classes : 1);
  if (spec.method === "bootstrap") {
    if (cost <= budget.rows) return "whole";
    return candidate.perRow === null ? "part" : "none";
  }
  return spec.method === "delong" && cost <= budgets.whole.rows && isBeyondDeLong(part, contest) ? "whole" : "none";
}

/** No spread although the areas differ, or so few positives that their spread is badly known. */
function isBeyondDeLong({ candidate }: ClassPart, { difference: of }: Contest): boolean {
  if (of === null || of.standardError === null) return false;
  const { labeled, n } = candidate.table();
  return (of.standardError === 0 && of.value !== 0) || (labeled[1] ?? 0) <= rare * n;
}

function drawAll(part: ClassPart, entries: readonly Entry[], { key, budget }: Settings): Map<Contest, Bootstrapped> {
  if (entries.length === 0) return new Map();
  const { sample, counts, candidate, baseline } = part;
  const own = statisticsOf(candidate, counts.cells, "own");
  const theirs = baseline === null ? null : statisticsOf(baseline, counts.cells, "theirs");
  const statistics = entries.flatMap(({ estimator }) => {
    return theirs === null ? [own(estimator)] : [own(estimator), theirs(estimator)];
  });
  const results = resample(sample, statistics, { key, replicates: budget.replicates });
  return new Map(collect(entries, results, baseline !== null, 1));
}

/** The spread in a part of the rows, which is √(all / part) times as large. */
function drawPart(part: ClassPart, entries: readonly Entry[], settings: Settings): Map<Contest, Bootstrapped> {
  if (entries.length === 0) return new Map();
  const rows = someRows(part.sample, settings);
  const smaller = sliceOf(part, part.slice, rows);
  const own = statisticsOf(smaller.candidate, smaller.counts.cells, "own");
  const theirs = smaller.baseline === null ? null : statisticsOf(smaller.baseline, smaller.counts.cells, "theirs");
  const statistics = entries.flatMap(({ estimator }) => {
    return theirs === null ? [own(estimator)] : [own(estimator), theirs(estimator)];
  });
  const results = resample(smaller.sample, statistics, {
    key: settings.key,
    replicates: settings.budget.partReplicates,
  });
  return new Map(collect(entries, results, smaller.baseline !== null, Math.sqrt(rows.length / part.sample.n)));
}

function collect(
  entries: readonly Entry[],
  results: readonly Float64Array[],
  paired: boolean,
  scale: number,
): [Contest, Bootstrapped][] {
  return entries.map(({ contest }, at) => {
    const candidate = results[paired ? 2 * at : at] ?? new Float64Array();
    const baseline = paired ? (results[2 * at + 1] ?? new Float64Array()) : null;
    return [contest, bootstrapped(candidate, baseline, scale)];
  });
}
