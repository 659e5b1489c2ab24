import type { Fairness, Report } from "../../core/report.ts";
import { type Block, code, details, left, paragraph, right, type Text, table } from "../document.ts";
import { clip } from "../escape.ts";
import { levelWords } from "../metric-words.ts";
import { count, counted } from "../words.ts";
import { baselineName } from "./metrics.ts";

const shownGroups = 20;

const names: Readonly<Record<Fairness["id"], string>> = {
  demographic_parity_difference: "demographic parity difference",
  demographic_parity_ratio: "demographic parity ratio",
  equal_opportunity_difference: "equal opportunity difference",
  equalized_odds_difference: "equalized odds difference",
};

/** Differences between the groups of each column, folded; groups with too few rows are named, not hidden. */
export function fairnessDetails(report: Report): readonly Block[] {
  const all = report.fairness ?? [];
  const columns = [...new Set(all.map((one) => one.by))];
  return columns.map((by) =>
    columnDetails(
      report,
      by,
      all.filter((one) => one.by === by),
    ),
  );
}

function columnDetails(report: Report, by: string, of: readonly Fairness[]): Block {
  const interval = right(`${levelWords(report)} interval`);
  const columns =
    report.baseline === null
      ? [left("difference"), right("candidate"), interval]
      : [left("difference"), right(baselineName(report)), right("candidate"), right("Δ"), interval];
  const rows = of.map((one) => (report.baseline === null ? valueRow(one) : deltaRow(one)));
  return details(
    ["Fairness by ", code(clip(by, 60)), ...largest(of)],
    table(columns, rows),
    ...groupLines(of[0]?.groups ?? []),
  );
}

/** The largest difference, for the line that is seen without unfolding. */
function largest(of: readonly Fairness[]): Text {
  const [first] = of
    .filter(({ id, candidate }) => !isRatio(id) && candidate.value !== null)
    .toSorted((a, b) => (b.candidate.value ?? 0) - (a.candidate.value ?? 0));
  if (first === undefined) return [];
  const before = first.baseline === null || first.baseline.value === null ? "" : `${words(first.baseline)} → `;
  return [`: ${names[first.id]} ${before}${words(first.candidate)}`];
}

function valueRow({ id, candidate }: Fairness): readonly Text[] {
  return [[names[id]], [words(candidate)], [candidate.interval === null ? "–" : range(id, candidate.interval, false)]];
}

function deltaRow({ id, candidate, baseline, delta }: Fairness): readonly Text[] {
  const interval = delta?.interval ?? null;
  return [
    [names[id]],
    [baseline === null ? "–" : words(baseline)],
    [words(candidate)],
    [delta === null || delta.value === null ? "–" : change(id, delta.value)],
    [interval === null ? "–" : range(id, interval, true)],
  ];
}

function words({ value, status }: Fairness["candidate"]): string {
  if (value !== null) return value.toFixed(3);
  return status === "insufficient" ? "too few rows" : status;
}

/** A difference of shares moves in points, the ratio of shares as a plain number. */
function change(id: Fairness["id"], value: number): string {
  return isRatio(id) ? signed(value, 3) : `${signed(100 * value, 1)} pp`;
}

function range(id: Fairness["id"], [low, high]: readonly [number, number], isChange: boolean): string {
  if (!isChange) return `${low.toFixed(3)} … ${high.toFixed(3)}`;
  return isRatio(id) ? `${signed(low, 3)} … ${signed(high, 3)}` : `${signed(100 * low, 1)} … ${signed(100 * high, 1)}`;
}

function isRatio(id: Fairness["id"]): boolean {
  return id === "demographic_parity_ratio";
}

function signed(value: number, digits: number): string {
  const size = Math.abs(value).toFixed(digits);
  if (Number(size) === 0) return size;
  return `${value < 0 ? "−" : "+"}${size}`;
}

function groupLines(groups: Fairness["groups"]): readonly Block[] {
  const compared = groups.filter((group) => group.counted);
  const left = groups.filter((group) => !group.counted);
  return [
    paragraph(compared.length === 0 ? "No group has enough rows." : `Groups: ${listed(compared)}.`),
    ...(left.length === 0 ? [] : [paragraph(`⚠️ Too few rows to take part: ${listed(left)}.`)]),
  ];
}

function listed(groups: Fairness["groups"]): string {
  const shown = groups.slice(0, shownGroups).map(({ value, n }) => `${clip(value, 60)} (${counted(n, "row")})`);
  const more = groups.length - shown.length;
  return [...shown, ...(more === 0 ? [] : [`${count(more)} more`])].join(", ");
}
