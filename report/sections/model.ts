import type { Report } from "../../core/report.ts";
import type { ModelView } from "../../core/view.ts";
import { contextOf } from "../charts/context.ts";
import { chartKinds } from "../charts/kinds.ts";
import { chartAlt } from "../charts/titles.ts";
import { type Block, code, details, paragraph, type Text } from "../document.ts";
import { clip } from "../escape.ts";
import { modelSentence, reportSentence } from "../sentence.ts";
import { shortCommit } from "../words.ts";
import { dataChange, dataNotes } from "./data.ts";
import { failure, faultList } from "./failure.ts";
import { fairnessDetails } from "./fairness.ts";
import { openGates } from "./gates.ts";
import { costLine, lineage, overriddenLine } from "./lineage.ts";
import { behindBaseline, headlineBlock, methodLine, metricTable } from "./metrics.ts";
import { nextSteps } from "./next.ts";
import { operationDetails } from "./operations.ts";
import { allSlices, worseSlices } from "./slices.ts";

/** How much of a model is shown; a comment that would be too long lowers it step by step. */
export type Detail = {
  readonly metrics: "all" | "notable" | "none";
  readonly slices: number;
  readonly worse: number;
  readonly log: number;
  readonly charts: boolean;
  readonly lineage: boolean;
};

export const detailLevels: readonly Detail[] = [
  { metrics: "all", slices: 100, worse: 30, log: 6_000, charts: true, lineage: true },
  { metrics: "all", slices: 0, worse: 10, log: 3_000, charts: true, lineage: true },
  { metrics: "notable", slices: 0, worse: 5, log: 1_500, charts: false, lineage: false },
  { metrics: "none", slices: 0, worse: 0, log: 400, charts: false, lineage: false },
];

/** `damage: not worse, and provably better on log loss` */
export function modelHeading(view: ModelView): Text {
  return [`${clip(view.model, 60)}: `, ...modelSentence(view)];
}

/** A model's section below its heading; next steps are left out when the pull request is settled. */
export function modelBlocks(view: ModelView, detail: Detail, isSettled = false): readonly Block[] {
  return [...stateBlocks(view, detail), ...(isSettled ? [] : nextSteps(view))];
}

function stateBlocks(view: ModelView, detail: Detail): readonly Block[] {
  switch (view.phase) {
    case "queued":
    case "training":
    case "evaluating":
      return [...overriddenLine(view), ...runningCost(view), ...previousResult(view, detail)];
    case "cancelled":
      return [
        ...(view.fault === null ? [] : faultList([view.fault])),
        ...costLine(view),
        ...previousResult(view, detail),
      ];
    case "failed":
      return [
        ...failure(view, detail.log),
        ...overriddenLine(view),
        ...costLine(view),
        ...previousResult(view, detail),
        ...(detail.lineage ? [lineage(view)] : []),
      ];
    case "judged":
      return view.report === null ? costLine(view) : judgedBlocks(view, view.report, detail);
  }
}

function judgedBlocks(view: ModelView, report: Report, detail: Detail): readonly Block[] {
  return [
    headlineBlock(report, view.baseline),
    ...behindBaseline(view),
    ...(detail.metrics === "none" ? [] : [...dataChange(view, report), ...dataNotes(report)]),
    ...overriddenLine(view),
    ...(detail.metrics === "none" ? [] : [metricTable(report, detail.metrics)]),
    ...(detail.metrics === "all" ? methodLine(report) : []),
    ...(detail.metrics === "none" ? [] : openGates(report)),
    ...(detail.worse === 0 ? [] : worseSlices(report, detail.worse)),
    ...(detail.charts ? chartBlocks(view, report) : []),
    ...allSlices(report, detail.slices),
    ...(detail.charts ? [...operationDetails(report), ...fairnessDetails(report)] : []),
    ...(detail.lineage ? [lineage(view)] : []),
    ...costLine(view),
  ];
}

/** ROC and calibration side by side in sight, the rest folded. */
function chartBlocks(view: ModelView, report: Report): readonly Block[] {
  const context = contextOf(view);
  const charts = chartKinds(report, context).map((chart) => ({
    model: view.model,
    chart,
    alt: chartAlt(report, chart),
    source: { report, context },
  }));
  const first = charts.filter(({ chart }) => chart === "roc" || chart === "calibration");
  const rest = charts.filter((chart) => !first.includes(chart));
  return [
    ...(first.length === 0 ? [] : [{ kind: "charts" as const, charts: first }]),
    ...(rest.length === 0
      ? []
      : [
          details([rest.length === 1 ? "Another chart" : `${rest.length} more charts`], {
            kind: "charts",
            charts: rest,
          }),
        ]),
  ];
}

/** The run's links while it works; there is no cost to tell yet. */
function runningCost(view: ModelView): readonly Block[] {
  return view.runs.length === 0 && view.reusedFrom === null && view.trainSeconds === null ? [] : costLine(view);
}

/** An earlier result, folded and named with its commit, so that nobody takes it for the one that is being made. */
function previousResult(view: ModelView, detail: Detail): readonly Block[] {
  if (view.previous === null) return [];
  const { commit, report, verdict } = view.previous;
  const isSame = commit === view.commit;
  const name: Text = isSame ? ["Earlier run of this commit"] : ["Older commit ", code(shortCommit(commit))];
  const caution: Text = isSame
    ? ["This is the result of an earlier run, not of the one that is at work."]
    : ["This is the result of ", code(commit), ", not of the commit that is being worked on."];
  return [
    details(
      [...name, ": ", ...reportSentence(report, verdict)],
      paragraph(...caution),
      headlineBlock(report),
      ...(detail.metrics === "none" ? [] : [metricTable(report, detail.metrics)]),
    ),
  ];
}
