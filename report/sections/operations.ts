import type { Operation, Report } from "../../core/report.ts";
import { type Block, details, joined, left, paragraph, right, type Text, table } from "../document.ts";
import { clip } from "../escape.ts";
import { gatesByMetric } from "../findings.ts";
import { gateCell } from "../gate-words.ts";
import { label } from "../metric-words.ts";
import { count, percent } from "../words.ts";
import { baselineName } from "./metrics.ts";

/** Speed, size and memory with the gates about them, and how often the two models disagree; folded. */
export function operationDetails(report: Report): readonly Block[] {
  const blocks = [...operationTable(report), ...flips(report)];
  return blocks.length === 0 ? [] : [details([title(report)], ...blocks)];
}

function title({ operations, behaviour }: Report): string {
  const measured = Object.keys(operations).length > 0;
  if (behaviour === null) return "Speed and size";
  return measured ? "Speed, size and disagreement" : "Disagreement";
}

function operationTable(report: Report): readonly Block[] {
  const entries = Object.entries(report.operations);
  if (entries.length === 0) return [];
  const gates = gatesByMetric(report);
  const judged = entries.some(([id]) => gates.has(id));
  const compared = report.baseline !== null;
  const columns = [
    left("operation"),
    ...(compared ? [right(baselineName(report))] : []),
    right("candidate (95 % interval)"),
    ...(compared ? [right("ratio (95 % interval)")] : []),
    ...(judged ? [left("gate")] : []),
  ];
  const rows = entries.map(([id, of]): readonly Text[] => [
    [clip(label(id).replaceAll("_", " "), 60)],
    ...(compared ? [[baselineWords(of)]] : []),
    [valueWords(of)],
    ...(compared ? [[ratioWords(of)]] : []),
    ...(judged ? [joined((gates.get(id) ?? []).map(gateCell), "; ")] : []),
  ]);
  return [table(columns, rows), ...protocol(report)];
}

function valueWords({ value, unit, interval, method }: Operation): string {
  const { write, name } = scaleOf(value, unit);
  const range = method === "exact" || interval === null ? "" : ` (${write(interval[0])} … ${write(interval[1])})`;
  return `${write(value)} ${name}`.trim() + range;
}

/** A report of an earlier version tells the baseline by the ratio only. */
function baselineWords({ value, unit, baseline, ratio }: Operation): string {
  if (baseline != null) return quantity(baseline, unit);
  return baseline === undefined && ratio !== null && ratio !== 0 ? quantity(value / ratio, unit) : "–";
}

function ratioWords({ ratio, ratioInterval, method }: Operation): string {
  if (ratio === null) return "–";
  const shown = `×${ratio.toFixed(2)}`;
  if (method === "exact") return shown;
  if (ratioInterval == null) return method === undefined ? shown : `${shown} (too few rounds)`;
  return `${shown} (${ratioInterval[0].toFixed(2)} … ${ratioInterval[1].toFixed(2)})`;
}

/** `1.83 ms`, `18.2 kB`, `4,120`, `51,300 rows/s` */
function quantity(value: number, unit: string): string {
  const { write, name } = scaleOf(value, unit);
  return `${write(value)} ${name}`.trim();
}

/** How numbers of that size are written: three digits that count, whole digits always. */
function scaleOf(value: number, unit: string): { readonly write: (of: number) => string; readonly name: string } {
  const isBytes = unit === "bytes" || unit === "B";
  const [factor, name] = isBytes ? bytesScale(Math.abs(value)) : ([1, clip(unit, 20)] as const);
  const size = Math.abs(value) / factor;
  const places = Number.isInteger(value / factor) ? 0 : Math.max(0, Math.min(9, 2 - Math.floor(Math.log10(size))));
  const write = (of: number): string => {
    const text = (Math.abs(of) / factor).toFixed(places);
    return `${of < 0 ? "−" : ""}${places === 0 ? count(Number(text)) : text}`;
  };
  return { write, name };
}

function bytesScale(size: number): readonly [number, string] {
  if (size < 1e6) return [1e3, "kB"];
  return size < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
}

function protocol({ operations, environment, baseline }: Report): readonly Block[] {
  if (!Object.values(operations).some((of) => of.method === "block-paired")) return [];
  const machine = clip(environment.gpu ?? environment.cpu, 100);
  const pairs = baseline === null ? "" : " and the two in turns; ratios are paired by round";
  return [paragraph(`Measured on ${machine} in rounds, each model in a fresh process${pairs}.`)];
}

function flips({ behaviour }: Report): readonly Block[] {
  if (behaviour === null) return [];
  const { intervals } = behaviour;
  const share = (value: number, interval: readonly [number, number] | undefined): string =>
    interval === undefined ? percent(value) : `${percent(value)} (${percent(interval[0])} … ${percent(interval[1])})`;
  const of = intervals ?? undefined;
  return [
    paragraph(
      `The two models disagree on ${share(behaviour.disagreement, of?.disagreement)} of the rows: ` +
        `${share(behaviour.positiveFlips, of?.positiveFlips)} newly right, ` +
        `${share(behaviour.negativeFlips, of?.negativeFlips)} newly wrong${of === undefined ? "" : "; 95 % intervals"}.`,
    ),
  ];
}
