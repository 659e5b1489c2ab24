import type { Report } from "../../core/report.ts";
import { chartKinds } from "../charts/kinds.ts";
import { chartAlt } from "../charts/titles.ts";
import { type Block, heading } from "../document.ts";
import { clip } from "../escape.ts";
import { reportSentence } from "../sentence.ts";
import { dataNotes } from "./data.ts";
import { fairnessDetails } from "./fairness.ts";
import { gateList, openGates } from "./gates.ts";
import { reportLineage } from "./lineage.ts";
import { headlineBlock, methodLine, metricTable } from "./metrics.ts";
import { operationDetails } from "./operations.ts";
import { allSlices, worseSlices } from "./slices.ts";

/** A report on its own, as report.html and report.md hold it: no pull request, no commands, nothing left out. */
export function reportBlocks(report: Report): readonly Block[] {
  const source = { report, context: {} };
  const charts = chartKinds(report).map((chart) => ({
    model: report.model,
    chart,
    alt: chartAlt(report, chart),
    source,
  }));
  return [
    title(report),
    headlineBlock(report),
    ...dataNotes(report),
    metricTable(report),
    ...methodLine(report),
    ...openGates(report),
    ...worseSlices(report, 1_000),
    { kind: "charts", charts },
    ...allSlices(report, 10_000),
    ...operationDetails(report),
    ...fairnessDetails(report),
    reportLineage(report),
  ];
}

/** What decides: for a terminal, where a long text scrolls its verdict away. */
export function briefBlocks(report: Report): readonly Block[] {
  return [
    title(report),
    headlineBlock(report),
    ...dataNotes(report),
    metricTable(report),
    ...gateList(report.gates),
    ...worseSlices(report, 30),
  ];
}

function title(report: Report): Block {
  return heading(2, `${clip(report.model, 60)}: `, ...reportSentence(report, report.verdict));
}
