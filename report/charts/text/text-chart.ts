import type { Curves, Report } from "../../../core/report.ts";
import { type Block, fence, left, paragraph, right, type Text, table } from "../../document.ts";
import { label, levelWords } from "../../metric-words.ts";
import { count } from "../../words.ts";
import type { ChartContext } from "../context.ts";
import { sideNames, unitBins, unitPoints } from "../curves.ts";
import { byScale } from "../forest.ts";
import { type ForestRow, forestRows, sliceRows } from "../forest-rows.ts";
import { scoreAxis, scorePanels } from "../scores.ts";
import { type ChartKind, chartName, distinct } from "../titles.ts";
import { mermaidChart } from "./mermaid.ts";
import { resample } from "./resample.ts";
import { textHistory, textLearning } from "./series.ts";
import { blue, gray, orange } from "./text-colors.ts";
import { textBars, textDots, textForest, widest } from "./unicode.ts";

/**
 * A chart for places that show no pictures of ours: Mermaid where its lines tell the truth, characters elsewhere.
 * Empty where the report cannot fill the chart.
 */
export function textChart(report: Report, kind: ChartKind, context: ChartContext = {}): readonly Block[] {
  switch (kind) {
    case "roc":
      return curve(report, report.curves.roc, { x: "false positive rate", y: "true positive rate" }, "roc_auc");
    case "pr":
      return curve(report, report.curves.pr, { x: "recall", y: "precision" }, "average_precision");
    case "calibration":
      return calibration(report);
    case "scores":
      return scores(report);
    case "forest":
      return forest(report);
    case "slices":
      return slices(report);
    case "confusion":
      return confusion(report);
    case "learning":
      return textLearning(report, context);
    case "history":
      return textHistory(report, context.history);
  }
}

function curve(
  report: Report,
  points: Curves["roc"],
  axes: { readonly x: string; readonly y: string },
  metric: string,
): readonly Block[] {
  if (points === null || unitPoints(points.candidate).length < 2) return [];
  const names = sideNames(report, metric);
  const drawn = (of: readonly (readonly [number, number])[]) => resample(unitPoints(of), [0, 1]);
  const before = unitPoints(points.baseline ?? []);
  const chance = metric === "roc_auc";
  const line = (name: string, color: string, of: readonly (readonly [number, number])[]) => {
    return { name, color, values: drawn(of) };
  };
  const diagonal = [[0, 0] as const, [1, 1] as const];
  const source = mermaidChart({
    x: { title: axes.x, of: [0, 1] },
    y: { title: axes.y, range: [0, 1] },
    lines: [
      ...(chance ? [line("chance", gray.hex, diagonal)] : []),
      ...(before.length === 0 ? [] : [line("baseline", orange.hex, before)]),
      line("candidate", blue.hex, points.candidate),
    ],
  });
  if (source === null) return [];
  const words: Text = [
    `${blue.name} ${names.candidate}`,
    ...(before.length === 0 ? [] : [` · ${orange.name} ${names.baseline}`]),
    ...(chance ? [` · ${gray.name} a model that knows nothing`] : []),
  ];
  return [paragraph(...words), fence(source, "mermaid")];
}

function calibration(report: Report): readonly Block[] {
  const bins = unitBins(report.curves.calibration?.candidate ?? []).slice(0, 40);
  if (bins.length === 0) return [];
  const rows = bins.map(({ predicted, observed, n }): { marks: readonly [number, number]; words: string } => ({
    marks: [predicted, observed],
    words: `${predicted.toFixed(2)} → ${observed.toFixed(2)}  ${count(n)} rows`,
  }));
  return [
    paragraph("○ mean predicted probability, ● observed rate of the candidate, one line per bin; ◉ both"),
    fence(textDots(rows)),
  ];
}

function scores(report: Report): readonly Block[] {
  const panels = scorePanels(report);
  const [low, high] = report.curves.scores?.range ?? [0, 1];
  if (panels.length === 0) return [];
  const lines = panels.flatMap(({ name, rows, candidate, baseline }) => {
    const top = Math.max(...candidate, ...baseline);
    const bars = (side: string, of: readonly number[]) =>
      of.length === 0 ? [] : [`${side.padEnd(9)} │${textBars(of, 0, top)}│`];
    return [`${name}: ${count(rows)} rows`, ...bars("candidate", candidate), ...bars("baseline", baseline), ""];
  });
  const bins = Math.max(...panels.map(({ candidate }) => candidate.length));
  const [from, to] = [String(Number(low.toPrecision(3))), String(Number(high.toPrecision(3)))];
  const axis = `${" ".repeat(11)}${from}${to.padStart(Math.max(1, bins - from.length))}`;
  return [
    paragraph(`Share of each class's rows by ${scoreAxis(report)}`),
    fence([...lines.slice(0, -1), axis].join("\n")),
  ];
}

function forest(report: Report): readonly Block[] {
  const groups = byScale(forestRows(report));
  return groups.length === 0
    ? []
    : [legend(report), fence(groups.map((rows) => forestLines(report, rows, widest(groups.flat()))).join("\n\n"))];
}

function slices(report: Report): readonly Block[] {
  const found = sliceRows(report);
  if (found === null) return [];
  const shown = found.rows.length - 1 < found.all ? ` · ${count(found.all)} slices in all` : "";
  return [
    paragraph(label(found.metric), " in each slice", shown),
    legend(report),
    fence(forestLines(report, found.rows, widest(found.rows))),
  ];
}

function legend(report: Report): Block {
  const marks = `● value, ├─┤ its ${levelWords(report)} interval`;
  return paragraph(report.baseline === null ? marks : `${marks}, ┊ no change, ▲ provably better, ▼ provably worse`);
}

function forestLines(report: Report, rows: readonly ForestRow[], nameWidth: number): string {
  const signs = { "provably better": " ▲", "provably worse": " ▼", "not proven": "" } as const;
  const lines = rows.map(({ words, range, state, ...row }) => ({
    ...row,
    words: `${words} (${range})${state === null ? "" : signs[state]}`,
  }));
  return textForest(lines, report.baseline !== null, nameWidth);
}

function confusion(report: Report): readonly Block[] {
  const matrix = report.curves.confusion;
  if (matrix === null) return [];
  const names = distinct(matrix.candidate.classes.map((name) => chartName(name, 24)));
  const rows = matrix.candidate.counts.slice(0, names.length).map((row, actual): readonly Text[] => [
    [names[actual] ?? ""],
    ...names.map((_, predicted): Text => {
      const n = row[predicted];
      const before = matrix.baseline?.counts[actual]?.[predicted];
      if (n === undefined) return ["–"];
      if (before === undefined || before === n) return [count(n)];
      return [`${count(n)} (${n > before ? "+" : "−"}${count(Math.abs(n - before))})`];
    }),
  ]);
  const note = matrix.baseline === null ? "" : "; in brackets: change against the baseline";
  return [
    paragraph(`Rows by true class (down) and predicted class (across)${note}`),
    table([left("true class"), ...names.map((name) => right(name))], rows),
  ];
}
