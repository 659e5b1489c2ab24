import { metricSpec } from "./registry.ts";

/** A metric's value for people: `0.874`. A ratio reads as 1.000 only when it is 1: `0.9997`. */
export function formatValue(id: string, value: number): string {
  if (!inPoints(id) || value >= 1) return decimals(value, 3);
  let text = decimals(value, 3);
  for (let more = 4; Number(text) === 1 && more <= 6; more++) text = decimals(value, more);
  return text;
}

/** A difference for people, with its sign and unit: `+0.7 pp`, `−0.004`. */
export function formatDelta(id: string, value: number): string {
  return inPoints(id) ? `${signed(value * 100, 1)} pp` : signed(value, 3);
}

/** An interval of a difference, without the unit: `+0.1 … +1.3` (points), `−0.006 … −0.002`. */
export function formatInterval(id: string, [low, high]: readonly [number, number]): string {
  const one = (value: number): string => (inPoints(id) ? signed(value * 100, 1) : signed(value, 3));
  return `${one(low)} … ${one(high)}`;
}

/** An interval of one model's value: `0.861 … 0.899`. */
export function formatValueInterval(id: string, [low, high]: readonly [number, number]): string {
  return `${formatValue(id, low)} … ${formatValue(id, high)}`;
}

/** A size without direction, such as a margin: `0.5 pp`, `0.005`. */
export function formatSize(id: string, value: number): string {
  return inPoints(id) ? `${decimals(value * 100, 1)} pp` : decimals(value, 3);
}

/** A level or share: `95 %`, `99.9 %`. */
export function formatPercent(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`;
}

/** A count with thousands separated by commas: `1,900`. */
export function formatCount(count: number): string {
  return count.toFixed(0).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

function inPoints(id: string): boolean {
  return metricSpec(id)?.unit === "pp";
}

function signed(value: number, digits: number): string {
  const text = decimals(Math.abs(value), digits);
  if (Number(text) === 0) return text;
  return value < 0 ? `−${text}` : `+${text}`;
}

/** Fixed decimals, more of them when the number would otherwise read as 0, at most six; a real minus sign. */
function decimals(value: number, digits: number): string {
  const size = Math.abs(value);
  let text = size.toFixed(digits);
  for (let more = digits + 1; more <= 6 && Number(text) === 0; more++) text = size.toFixed(more);
  if (Number(text) === 0) return (0).toFixed(digits);
  return value < 0 ? `−${text}` : text;
}
