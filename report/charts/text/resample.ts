import { mermaidSteps } from "./mermaid.ts";

type Points = readonly (readonly [x: number, y: number])[];

/** A curve's values at equal distances from `low` to `high`; where it rises upright, the upper end counts. */
export function resample(points: Points, [low, high]: readonly [number, number]): readonly number[] {
  const sorted = points.toSorted(([a], [b]) => a - b);
  return Array.from({ length: mermaidSteps + 1 }, (_, at) => {
    return valueAt(sorted, low + ((high - low) * at) / mermaidSteps);
  });
}

function valueAt(sorted: Points, x: number): number {
  const here = sorted.filter((point) => point[0] === x);
  if (here.length > 0) return Math.max(...here.map((point) => point[1]));
  const before = sorted.findLast((point) => point[0] < x);
  const after = sorted.find((point) => point[0] > x);
  if (before === undefined || after === undefined) return (before ?? after)?.[1] ?? 0;
  return before[1] + ((after[1] - before[1]) * (x - before[0])) / (after[0] - before[0]);
}
