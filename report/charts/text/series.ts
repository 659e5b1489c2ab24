import { formatValue, formatValueInterval } from "../../../core/metrics/format.ts";
import type { Report } from "../../../core/report.ts";
import { type Block, fence, paragraph } from "../../document.ts";
import { label, levelWords } from "../../metric-words.ts";
import type { ChartContext, History } from "../context.ts";
import { sideNames } from "../curves.ts";
import { type HistoryRow, historyRows } from "../history.ts";
import { type LearningPanel, type LearningPoint, learningPanels } from "../learning.ts";
import { chartName, distinct } from "../titles.ts";
import { mermaidChart, mermaidText } from "./mermaid.ts";
import { resample } from "./resample.ts";
import { blue, gray, orange } from "./text-colors.ts";
import { textBars, textForest } from "./unicode.ts";

/** A panel per number of the training. */
export function textLearning(report: Report, context: ChartContext): readonly Block[] {
  const panels = learningPanels(context);
  const names = sideNames(report, null);
  const drawn = panels.map((panel) => ({ panel, ...learningSource(panel) }));
  const hasBaseline = drawn.some(({ withBaseline }) => withBaseline);
  return [
    ...(hasBaseline ? [paragraph(`${blue.name} candidate · ${orange.name} ${names.baseline}`)] : []),
    ...drawn.map(({ panel, source }) => (source === null ? fence(spark(panel)) : fence(source, "mermaid"))),
  ];
}

/** Mermaid's lines have no gaps: a baseline that was not trained over all of the candidate's steps is left out. */
function learningSource({ name, candidate, baseline }: LearningPanel) {
  const steps = extentOf(candidate.map(({ step }) => step));
  const before = extentOf(baseline.map(({ step }) => step));
  const withBaseline = before[0] <= steps[0] && before[1] >= steps[1];
  const isExact = steps.every((step) => Number.isInteger(step) && Math.abs(step) < 2 ** 31);
  const values = (of: readonly LearningPoint[]) =>
    resample(
      of.map(({ step, value }) => [step, value] as const),
      steps,
    );
  const lines = [
    ...(withBaseline ? [{ name: "baseline", color: orange.hex, values: values(baseline) }] : []),
    { name: "candidate", color: blue.hex, values: values(candidate) },
  ];
  const range = padded(extentOf(lines.flatMap((line) => line.values)));
  const source = isExact ? mermaidChart({ x: { title: "step", of: steps }, y: { title: name, range }, lines }) : null;
  return { source, withBaseline: withBaseline && source !== null };
}

function spark({ name, candidate }: LearningPanel): string {
  const every = Math.ceil(candidate.length / 50);
  const values = candidate.filter((_, at) => at % every === 0).map(({ value }) => value);
  const [low, high] = extentOf(values);
  const [first, last] = [candidate[0]?.value ?? 0, candidate.at(-1)?.value ?? 0];
  const bars = textBars(
    values.map((value) => value - low + 1),
    1,
    high - low + 1,
  );
  return `${name}  ${bars}  ${Number(first.toPrecision(4))} → ${Number(last.toPrecision(4))}`;
}

/** The metric over the versions: three lines where every version has an interval, else a row for each version. */
export function textHistory(report: Report, history: History | undefined): readonly Block[] {
  const rows = historyRows(report, history);
  if (history === undefined || rows.length < 2) return [];
  const source = historySource(rows, label(history.metric));
  if (source !== null) {
    const words = `${blue.name} ${label(history.metric)} · ${gray.name} its ${levelWords(report)} interval`;
    return [paragraph(words), fence(source, "mermaid")];
  }
  const lines = rows.map(({ hasInterval, low, high, ...row }) => {
    const range = hasInterval ? ` (${formatValueInterval(history.metric, [low, high])})` : "";
    return { ...row, low, high, words: `${formatValue(history.metric, row.value)}${range}` };
  });
  return [paragraph(label(history.metric), " of each version"), fence(textForest(lines, false))];
}

/** More names than that overlap under Mermaid's axis. */
const maxNames = 8;

function historySource(rows: readonly HistoryRow[], metric: string): string | null {
  if (rows.length > maxNames || !rows.every(({ hasInterval }) => hasInterval)) return null;
  const line = (name: string, color: string, of: (row: HistoryRow) => number) => ({
    name,
    color,
    values: rows.map(of),
  });
  return mermaidChart({
    x: { title: "version", of: distinct(rows.map(({ name }) => mermaidText(chartName(name, 12)))) },
    y: { title: metric, range: padded(extentOf(rows.flatMap(({ low, high }) => [low, high]))) },
    lines: [
      line("lower bound", gray.hex, ({ low }) => low),
      line("upper bound", gray.hex, ({ high }) => high),
      line("value", blue.hex, ({ value }) => value),
    ],
  });
}

function extentOf(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/** Room above and below; a flat line gets some as well. */
function padded([low, high]: readonly [number, number]): readonly [number, number] {
  const room = high > low ? (high - low) * 0.05 : Math.max(Math.abs(high) * 0.05, 1e-6);
  return [low - room, high + room];
}
