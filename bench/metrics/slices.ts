import type { MeasureInput } from "../../core/metrics/measure.ts";
import { metricIds } from "../../core/metrics/registry.ts";
import type { Bench } from "../bench.ts";
import { describeMachine } from "../machine.ts";
import { measureSample } from "../measured.ts";
import { randomFrom } from "../random.ts";
import { columnsOf, formatInteger, formatMs, formatTimes, renderTable } from "../table.ts";
import { bestOf } from "../timing.ts";
import { sampleOf } from "./sample.ts";

const sizes = [10_000, 100_000, 1_000_000] as const;

/** What a hundred slices cost: the same metrics over all rows, and again in each slice. */
export const slicesBench: Bench = {
  measures: "all binary metrics with 100 slices, beside the same without slices",
  run: async ({ progress }) => {
    const ids = metricIds("binary");
    const rows = sizes.map((n) => {
      progress(`${formatInteger(n)} rows`);
      const sample = sampleOf(n);
      const time = (slices: MeasureInput["slices"]): number => bestOf(() => measureSample(sample, ids, slices)).ms;
      const none = time([]);
      const one = time(slicesOf(n, 1, 100));
      const ten = time(slicesOf(n, 10, 10));
      return [n, none, one, ten] as const;
    });
    const cells = rows.map(([n, none, one, ten]) => [
      formatInteger(n),
      ...[none, one, ten].map(formatMs),
      ...[one, ten].map((ms) => formatTimes(ms / none)),
    ]);
    const titles = ["no slices ms", "1 column of 100 values ms", "10 columns of 10 values ms"];
    return [
      describeMachine(),
      "",
      `${ids.length} metrics of two models with intervals, in milliseconds and as a multiple of the time without slices.`,
      "",
      renderTable(columnsOf("rows", ...titles, "1 × 100", "10 × 10"), cells),
    ].join("\n");
  },
};

/** Columns with values drawn at random, each value a slice. */
function slicesOf(rows: number, columns: number, values: number): MeasureInput["slices"] {
  return Array.from({ length: columns }, (_, column) => {
    const random = randomFrom("slices", rows, column);
    const members: number[][] = Array.from({ length: values }, () => []);
    for (let row = 0; row < rows; row += 1) members[Math.floor(random.uniform() * values)]?.push(row);
    return members.map((own, value) => ({
      slice: { by: `column ${column}`, value: String(value) },
      rows: Uint32Array.from(own),
    }));
  }).flat();
}
