import { type Metric, type Report, sliceName } from "../../core/report.ts";
import { type Block, details, left, paragraph, right, strong, type Text, table } from "../document.ts";
import { clip } from "../escape.ts";
import type { Change } from "../findings.ts";
import { deltaInterval, deltaWords, label, levelWords, valueInterval, valueWords } from "../metric-words.ts";
import { sliceFindings } from "../slice-findings.ts";
import { count, counted } from "../words.ts";
import { baselineName } from "./metrics.ts";

const shownAtOnce = 5;

/** Slices that got provably worse in spite of the many comparisons, the strongest evidence first; long lists fold. */
export function worseSlices(report: Report, limit: number): readonly Block[] {
  const { tested, worse } = sliceFindings(report);
  const proven = worse.filter((change) => change.proven);
  if (proven.length === 0) return [];
  const shown = proven.slice(0, Math.min(limit, shownAtOnce));
  const rest = proven.slice(shown.length, limit);
  const left = proven.length - shown.length - rest.length;
  return [
    paragraph(strong("Slices that got provably worse"), ` (Holm, ${counted(tested, "comparison")})`),
    changeTable(report, shown),
    ...(rest.length === 0
      ? []
      : [details([`${count(rest.length)} more that got provably worse`], changeTable(report, rest))]),
    ...(left === 0 ? [] : [paragraph(`${count(left)} more are left out here.`)]),
  ];
}

function changeTable(report: Report, changes: readonly Change[]): Block {
  return sliceTable(
    report,
    changes.map((change) => change.metric),
  );
}

function sliceTable(report: Report, metrics: readonly Metric[]): Block {
  const interval = right(`${levelWords(report)} interval`);
  const words = [left("slice"), left("metric"), right("rows")];
  if (report.baseline === null) return table([...words, right("candidate"), interval], metrics.map(valueRow));
  return table(
    [...words, right(baselineName(report)), right("candidate"), right("Δ"), interval],
    metrics.map(deltaRow),
  );
}

function rowStart(metric: Metric): readonly Text[] {
  return [[clip(sliceName(metric.slice), 100)], [label(metric.id)], [count(metric.candidate.n)]];
}

function valueRow(metric: Metric): readonly Text[] {
  return [...rowStart(metric), [valueWords(metric.id, metric.candidate)], [valueInterval(metric)]];
}

function deltaRow(metric: Metric): readonly Text[] {
  return [
    ...rowStart(metric),
    [valueWords(metric.id, metric.baseline)],
    [valueWords(metric.id, metric.candidate)],
    [deltaWords(metric)],
    [deltaInterval(metric)],
  ];
}

/** Every slice, folded, in the order of the report. */
export function allSlices(report: Report, limit: number): readonly Block[] {
  const metrics = report.metrics.filter((metric) => metric.slice !== null);
  if (metrics.length === 0 || limit === 0) return [];
  const judged = report.baseline === null ? "" : `: ${judgedWords(report)}`;
  const slices = new Set(metrics.map((metric) => sliceName(metric.slice))).size;
  return [
    details(
      [slices === 1 ? `The only slice${judged}` : `All ${count(slices)} slices${judged}`],
      sliceTable(report, metrics.slice(0, limit)),
      ...(metrics.length <= limit ? [] : [paragraph(`${counted(metrics.length - limit, "more row")} left out here.`)]),
    ),
  ];
}

/** `none got provably worse`, `2 look worse, none provably`, `1 got provably worse, 2 more look worse` */
function judgedWords(report: Report): string {
  const { proven, suspected } = sliceFindings(report);
  const looks = suspected.length === 1 ? "looks" : "look";
  if (proven.length === 0)
    return suspected.length === 0
      ? "none got provably worse"
      : `${count(suspected.length)} ${looks} worse, none provably`;
  const more = suspected.length === 0 ? "" : `, ${count(suspected.length)} more ${looks} worse`;
  return `${count(proven.length)} got provably worse${more}`;
}
