import type { Metric } from "../../core/report.ts";
import { drawSample } from "../binormal.ts";
import { measureSample } from "../measured.ts";
import { randomFrom } from "../random.ts";
import { judgeAll } from "./gates.ts";
import { equalPair } from "./population.ts";
import { prevalence, separation } from "./simulate.ts";

const slices = 20;
const rowsPerSlice = 100;
const margin = 0.02;

export type SliceCell = { readonly disagreement: number; readonly runs: number; readonly seed: string };

/** How often two models of the same quality, sliced into 20 times 100 rows, are blocked by each rule. */
export type SliceTally = {
  readonly runs: number;
  /** `no_worse_slices(accuracy, 2pp)`: some slice is worse by more than the margin after Holm's correction. */
  readonly holm: number;
  /** The same without correction: some slice's one-sided 95 % bound is beyond the margin. */
  readonly raw: number;
  /** Some slice is worse than the baseline at p < 0.05, with neither correction nor margin. */
  readonly rawAnyLoss: number;
  /** Some slice's estimate lost more than the margin. */
  readonly point: number;
};

export function simulateSlices({ disagreement, runs, seed }: SliceCell): SliceTally {
  const pair = equalPair(separation, prevalence, disagreement);
  const parts = Array.from({ length: slices }, (_, at) => ({
    slice: { by: "part", value: String(at) },
    rows: Uint32Array.from({ length: rowsPerSlice }, (_, row) => at * rowsPerSlice + row),
  }));
  const tally = { runs, holm: 0, raw: 0, rawAnyLoss: 0, point: 0 };
  for (let run = 0; run < runs; run += 1) {
    const random = randomFrom(seed, "slices", disagreement, run);
    const { metrics } = measureSample(drawSample(pair, slices * rowsPerSlice, random), ["accuracy"], parts);
    const own = metrics.filter(({ slice }) => slice !== null);
    const [verdict] = judgeAll(["no_worse_slices(accuracy, 2pp, by=[part]) at 95%"], metrics);
    if (verdict === "fail") tally.holm += 1;
    if (own.some((metric) => upperBound(metric) < -margin)) tally.raw += 1;
    if (own.some((metric) => upperBound(metric) < 0)) tally.rawAnyLoss += 1;
    if (own.some(({ delta }) => (delta?.value ?? 0) < -margin)) tally.point += 1;
  }
  return tally;
}

/** One-sided bound of the difference at 95 %, by the metric's own method. */
function upperBound({ delta }: Metric): number {
  return delta?.bounds?.find(({ level }) => level === 0.95)?.upper ?? Number.POSITIVE_INFINITY;
}
