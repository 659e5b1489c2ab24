import type { Assumptions } from "../../core/gate/assumption.ts";
import type { Preview, ProofPreview } from "../../core/gate/preview.ts";
import { formatCount, formatPercent, formatSize } from "../../core/metrics/format.ts";
import { unitOf } from "../../core/metrics/registry.ts";
import { plainText } from "../cli/plain-text.ts";
import type { Reuse } from "./gate-reuse.ts";

export type GatePreview = {
  readonly gate: string;
  readonly explanation: string;
  readonly assumptions: Assumptions;
  readonly previews: readonly Preview[];
  readonly reuse?: Reuse;
};

/** What a gate means and will do, for a terminal. */
export function gateText({ gate, explanation, assumptions, previews, reuse }: GatePreview): string {
  const lines = [
    gate,
    `  ${explanation}`,
    "",
    ...previews.flatMap((each) => previewLines(each, assumptions)),
    ...(reuse === undefined ? [] : reuseLines(reuse)),
  ];
  return `${lines
    .map((line) => plainText(line).trimEnd())
    .join("\n")
    .trimEnd()}\n`;
}

function previewLines(of: Preview, assumptions: Assumptions): readonly string[] {
  switch (of.kind) {
    case "none":
      return [`${of.condition}: no power is given: ${of.why}.`, ""];
    case "slices":
      return [
        `${of.condition}, in ${of.slices} slices of ${formatCount(of.rowsPerSlice)} ${unitsOf(of.metric)}:`,
        `  an equally good model is blocked ${chance(of.falseBlock.holm)} of the time`,
        `    without a correction ${chance(of.falseBlock.uncorrected)}, by the point estimates alone ${chance(of.falseBlock.naive)}`,
        `  one slice worse by twice the margin blocks ${chance(of.detects)} of the time`,
        "",
      ];
    case "proof":
      return proofLines(of, assumptions);
  }
}

function proofLines(of: ProofPreview, { n, disagreement }: Assumptions): readonly string[] {
  const methods = {
    tango: `${formatPercent(disagreement ?? 0)} disagreement, Tango's score bounds`,
    "hanley-mcneil": "Hanley and McNeil's variance",
    sd: `the given standard deviation per ${unitOf(of.metric)}`,
  };
  return [
    `${of.condition}, with ${formatCount(n)} ${unitsOf(of.metric)} (${methods[of.method]}):`,
    "                                   this gate   point estimate",
    ...of.chances.map(
      ({ words, passes, naive }) => `  ${`passes if ${words}`.padEnd(33)}${right(passes, 9)}${right(naive, 17)}`,
    ),
    `  An equally good model meets candidate >= baseline ${chance(of.notBelow)} of the time.`,
    ...of.rows.map(({ power, rows }) => rowsLine(of, power, rows)),
    ...(of.margin === null
      ? []
      : [`  Smallest margin that an equally good model passes 80 % of the time: ${formatSize(of.metric, of.margin)}.`]),
    "",
  ];
}

function rowsLine(of: ProofPreview, power: number, rows: number | null): string {
  const good = of.chances.some(({ words }) => words.startsWith("better by twice"))
    ? "a model twice as much better"
    : "an equally good model";
  const needed =
    rows === null ? `no number of ${unitsOf(of.metric)} makes it` : `about ${formatCount(rows)} ${unitsOf(of.metric)}`;
  return `  For ${good} to pass ${formatPercent(power)} of the time: ${needed}.`;
}

/** What counts as one: the queries of a ranking metric, else rows. */
function unitsOf(metric: string): "rows" | "queries" {
  return unitOf(metric) === "query" ? "queries" : "rows";
}

function reuseLines({ reliability, steps, precision, rows }: Reuse): readonly string[] {
  return [
    `Asked ${steps} times at reliability ${formatPercent(reliability)} and precision ${Number(precision.toPrecision(6))} (ease.ml/ci):`,
    `  ${formatCount(rows.unseen)} rows if nobody who trains sees the answers, ${formatCount(rows.adaptive)} if each answer may steer the next model`,
  ];
}

/** `63 %`, with a decimal where it matters. */
function chance(share: number): string {
  const percent = share * 100;
  const digits = percent > 0 && (percent < 10 || percent > 90) ? 1 : 0;
  if (percent > 0 && percent < 0.05) return "< 0.1 %";
  return `${percent.toFixed(percent > 99.95 ? 0 : digits)} %`;
}

function right(share: number, width: number): string {
  return chance(share).padStart(width);
}
