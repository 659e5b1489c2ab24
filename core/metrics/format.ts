import { metricSpec } from "./registry.ts";

/**
 * A metric's value for people: `0.874`. A ratio reads as 1.000 only when it is 1: `0.9997`. What has no upper limit, such
 * as an error in the label's unit, shows the digits that count: `12.35`, `8,412`.
 */
export function formatValue(id: string, value: number): string {
  if (isUnlimited(id)) return significant(value, 4);
  if (!inPoints(id) || value >= 1) return decimals(value, 3);
  let text = decimals(value, 3);
  for (let more = 4; Number(text) === 1 && more <= 6; more++) text = decimals(value, more);
  return text;
}

/** A difference for people, with its sign and unit: `+0.7 pp`, `−0.004`. */
export function formatDelta(id: string, value: number): string {
  return inPoints(id) ? `${signed(value * 100, 1)} pp` : signedPlain(id, value);
}

/** An interval of a difference, without the unit: `+0.1 … +1.3` (points), `−0.006 … −0.002`. */
export function formatInterval(id: string, [low, high]: readonly [number, number]): string {
  const one = (value: number): string => (inPoints(id) ? signed(value * 100, 1) : signedPlain(id, value));
  return `${one(low)} … ${one(high)}`;
}

/** An interval of one model's value: `0.861 … 0.899`. */
export function formatValueInterval(id: string, [low, high]: readonly [number, number]): string {
  return `${formatValue(id, low)} … ${formatValue(id, high)}`;
}

/** A size without direction, such as a margin: `0.5 pp`, `0.005`. */
export function formatSize(id: string, value: number): string {
  if (inPoints(id)) return `${decimals(value * 100, 1)} pp`;
  return isUnlimited(id) ? significant(value, 3).replace(/\.0+$|(\.\d*[1-9])0+$/, "$1") : decimals(value, 3);
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

function isUnlimited(id: string): boolean {
  const spec = metricSpec(id);
  return spec?.max === Number.POSITIVE_INFINITY && spec.unit !== "pp";
}

function signedPlain(id: string, value: number): string {
  if (!isUnlimited(id)) return signed(value, 3);
  const text = significant(Math.abs(value), 3);
  return value === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

/** That many digits that count, whole digits always: `0.0123`, `12.3`, `8,412`; beyond a billion, powers of ten. */
function significant(value: number, digits: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size < 1e-6 || size >= 1e9) return `${sign}${size.toExponential(digits - 1)}`;
  const places = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  const text = size.toFixed(places);
  return `${sign}${places === 0 ? formatCount(Number(text)) : text}`;
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
