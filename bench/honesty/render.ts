import { columnsOf, formatInteger, renderTable } from "../table.ts";
import { margins } from "./gates.ts";
import type { PoolResult } from "./pool-worker.ts";
import type { KnownMetric } from "./population.ts";
import { type Cell, monteCarloError, type Tally } from "./simulate.ts";

type GateResult = Extract<PoolResult, { kind: "gates" }>;
type SliceResult = Extract<PoolResult, { kind: "slices" }>;

/** Chance of a false pass that a gate at 95 % declares. */
const declared = 0.05;

/** One sentence on the promise: no cell lets a model at the margin pass more often than declared. */
export function summarize(results: readonly GateResult[]): string {
  const worse = results.filter(({ cell }) => cell.truth === "worse");
  const beyond = worse.filter(({ tally }) => excess({ tally }) > 3);
  const worst = worse.toSorted((a, b) => excess(b) - excess(a))[0];
  const most = worst === undefined ? "" : ` The largest is ${formatErrors(excess(worst))} (${describe(worst.cell)}).`;
  const count = beyond.length === 0 ? "No" : `${beyond.length} of ${worse.length}`;
  const names = beyond.length === 0 ? "" : `: ${beyond.map(({ cell }) => describe(cell)).join("; ")}`;
  return `${count} false-pass rate of the proving gate is more than three Monte Carlo errors above the declared 5 %${names}.${most}`;
}

/** Monte Carlo errors by which the gate passes a model at the margin more often than declared. */
function excess({ tally }: { readonly tally: Tally }): number {
  return (tally.notWorsePassed / tally.runs - declared) / monteCarloError(declared, tally.runs);
}

/** Two tables, each with a line per metric and number of rows; cells hold the rates at 5, 10 and 20 % disagreement. */
export function renderGates(metrics: readonly KnownMetric[], results: readonly GateResult[]): string {
  const lines = (truth: Cell["truth"], shares: readonly ((tally: Tally) => number)[]): string[][] =>
    metrics.flatMap((metric) => {
      const own = results.filter(({ cell }) => cell.metric === metric && cell.truth === truth);
      const sizes = [...new Set(own.map(({ cell }) => cell.rows))].toSorted((a, b) => a - b);
      return sizes.map((rows) => {
        const tallies = own
          .filter(({ cell }) => cell.rows === rows)
          .toSorted((a, b) => a.cell.disagreement - b.cell.disagreement)
          .map(({ tally }) => tally);
        return [
          `${metric}, margin ${margins[metric].text}`,
          formatInteger(rows),
          ...shares.map((of) => rates(tallies, of)),
          errorOf(tallies),
        ];
      });
    });
  const coverage = (tally: Tally): number => tally.covered;
  return [
    "A candidate that is **worse by exactly the margin**: how often each gate passes it, and how often the 95 % interval holds the true difference. Per cell: two equally good models would disagree on 5 / 10 / 20 % of the rows.",
    "",
    renderTable(
      columnsOf("", "rows", "`ni(…) at 95%`", "drop ≤ margin", "candidate ≥ baseline", "coverage", "± MC error of 5 %"),
      lines("worse", [
        (tally) => tally.notWorsePassed,
        (tally) => tally.smallDropPassed,
        (tally) => tally.atLeastPassed,
        coverage,
      ]),
    ),
    "",
    "A candidate that is **equally good**: how often each gate blocks it. The proving gate fails it (first column) or finds the rows too few to prove anything (second); it says how many would do.",
    "",
    renderTable(
      columnsOf(
        "",
        "rows",
        "`ni` fails",
        "`ni` inconclusive",
        "drop ≤ margin",
        "candidate ≥ baseline",
        "coverage",
        "± MC error of 5 %",
      ),
      lines("equal", [
        (tally) => tally.notWorseFailed,
        (tally) => tally.runs - tally.notWorsePassed - tally.notWorseFailed,
        (tally) => tally.runs - tally.smallDropPassed,
        (tally) => tally.runs - tally.atLeastPassed,
        coverage,
      ]),
    ),
  ].join("\n");
}

/** How often identical quality is blocked because of some slice, by rule. */
export function renderSlices(results: readonly SliceResult[]): string {
  const lines = results
    .toSorted((a, b) => a.cell.disagreement - b.cell.disagreement)
    .map(({ cell, tally }) => [
      percent(cell.disagreement, 0),
      ...[tally.holm, tally.raw, tally.rawAnyLoss, tally.point].map((count) => percent(count / tally.runs)),
      `± ${percent(monteCarloError(declared, tally.runs))}`,
    ]);
  return [
    "**Twenty slices** of 100 rows, equally good models: how often some slice blocks (accuracy, margin 2 pp).",
    "",
    renderTable(
      columnsOf(
        "disagreement",
        "`no_worse_slices` (Holm)",
        "each slice at 95 %, uncorrected",
        "any slice worse at p < 0.05",
        "any slice's drop > margin",
        "MC error of 5 %",
      ),
      lines,
    ),
  ].join("\n");
}

function rates(tallies: readonly Tally[], of: (tally: Tally) => number): string {
  return `${tallies.map((tally) => ((100 * of(tally)) / tally.runs).toFixed(1)).join(" / ")} %`;
}

function errorOf([tally]: readonly Tally[]): string {
  return tally === undefined ? "" : percent(monteCarloError(declared, tally.runs));
}

function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}

function formatErrors(errors: number): string {
  return `${errors < 0 ? "−" : "+"}${Math.abs(errors).toFixed(1)} errors from 5 %`;
}

function describe({ metric, rows, disagreement }: Cell): string {
  return `${metric}, ${formatInteger(rows)} rows, disagreement ${percent(disagreement, 0)}`;
}
