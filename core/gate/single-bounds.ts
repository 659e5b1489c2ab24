import { type MetricSpec, metricSpec } from "../metrics/registry.ts";
import type { Measurement } from "../report.ts";
import { quantile } from "../stats/normal.ts";

/** The level of the two-sided intervals of a report's measurements. */
const intervalLevel = 0.95;
const intervalZ = quantile((1 + intervalLevel) / 2);

/**
 * One-sided bounds of one model's number at a level, from its two-sided 95 % interval. Each end is moved on the scale
 * where the interval was made: the logit for what lies between 0 and 1, else the number itself. A resampled interval
 * is not moved: its ends hold for levels up to 97.5 %, and beyond there is no bound (null).
 */
export function singleBounds(
  id: string,
  measured: Pick<Measurement, "interval"> & { readonly value: number },
  level: number,
): readonly [number, number] | null {
  const { interval, value } = measured;
  if (interval === null || !(interval[0] <= value && value <= interval[1])) return null;
  const spec = metricSpec(id);
  if (spec === null || spec.method === "bootstrap") return level <= (1 + intervalLevel) / 2 ? interval : null;
  const z = quantile(level);
  const [low, high] = interval;
  if (spec.min === 0 && spec.max === 1) return [logitBound(value, low, z), logitBound(value, high, z)];
  return [plainBound(spec, value, low, z), plainBound(spec, value, high, z)];
}

/** One-sided bounds of a share from its interval alone, where the counts are not known. */
export function shareBounds(
  value: number,
  interval: readonly [number, number],
  level: number,
): readonly [number, number] {
  const z = quantile(level);
  return [logitBound(value, interval[0], z), logitBound(value, interval[1], z)];
}

function plainBound(spec: MetricSpec, value: number, end: number, z: number): number {
  // An end at the limit of the range was cut there and says nothing about the spread.
  if (end === spec.min || end === spec.max) return end;
  return Math.min(spec.max, Math.max(spec.min, value + ((end - value) * z) / intervalZ));
}

/**
 * Wilson's interval is symmetric on the logit scale with half width 2 asinh(s z), a normal one there with s z (Newcombe
 * 1998, Statistics in Medicine 17:857). Which of them was made is not known: the wider answer is taken.
 */
function logitBound(value: number, end: number, z: number): number {
  if (end === value || end <= 0 || end >= 1) return end;
  if (value <= 0 || value >= 1) {
    // Wilson's interval of none or all of n: its inner end has the odds n / z².
    const odds = (value <= 0 ? (1 - end) / end : end / (1 - end)) * intervalZ ** 2;
    const inner = odds / (odds + z * z);
    return value <= 0 ? 1 - inner : inner;
  }
  const half = Math.abs(logit(end) - logit(value));
  const factor = z / intervalZ;
  const moved = factor <= 1 ? 2 * Math.asinh(Math.sinh(half / 2) * factor) : half * factor;
  return 1 / (1 + Math.exp(-(logit(value) + Math.sign(end - value) * moved)));
}

function logit(share: number): number {
  return Math.log(share / (1 - share));
}
