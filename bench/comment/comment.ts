import { readFile } from "node:fs/promises";
import type { Metric, Verdict } from "../../core/report.ts";
import type { ModelView, PullView } from "../../core/view.ts";
import { renderAggregateCheck } from "../../report/check.ts";
import { renderComment } from "../../report/comment.ts";
import type { Bench } from "../bench.ts";
import { describeMachine } from "../machine.ts";
import { columnsOf, formatMs, formatTimes, renderTable } from "../table.ts";
import { median } from "../timing.ts";

const example = new URL("../../fixtures/reports/pass.json", import.meta.url);
const sizes = [
  [1, 30],
  [20, 30],
  [200, 30],
] as const;
const crowds: readonly (readonly [string, (at: number) => Verdict])[] = [
  ["all pass", () => "pass"],
  ["all fail", () => "fail"],
  ["one in twenty fails", (at) => (at % 20 === 3 ? "fail" : "pass")],
];

/** The comment and the check of pull requests of every size; the floor only writes the same data as JSON. */
export const commentBench: Bench = {
  measures: "the comment and the check of up to 200 models of 30 metrics, beside JSON.stringify of the same data",
  run: async ({ runs, progress }) => {
    const view = JSON.parse(await readFile(example, "utf8")) as PullView;
    const rows: string[][] = [];
    for (const [models, metrics] of sizes)
      for (const [crowd, verdictOf] of crowds) {
        progress(`${models} models, ${crowd}`);
        rows.push([
          `${models} × ${metrics}, ${crowd}`,
          ...measured(manyModels(view, models, metrics, verdictOf), runs ?? 20),
        ]);
      }
    const titles = ["comment ms", "median ms", "check ms", "floor ms", "of the floor", "characters"];
    return [describeMachine(), "", renderTable(columnsOf("models × metrics", ...titles), rows)].join("\n");
  },
};

function measured(view: PullView, runs: number): string[] {
  const times = { comment: [] as number[], check: [] as number[], floor: [] as number[] };
  let length = 0;
  for (let run = 0; run < runs; run += 1) {
    times.comment.push(
      timed(() => {
        length = renderComment(view, { charts: {}, appName: "Assay" }).length;
      }),
    );
    times.check.push(timed(() => renderAggregateCheck(view, [])));
    times.floor.push(timed(() => JSON.stringify(view)));
  }
  // The fastest of each, because whatever else the machine does only ever adds time.
  const [comment, check, floor] = [times.comment, times.check, times.floor].map((all) => Math.min(...all));
  return [
    formatMs(comment ?? 0),
    formatMs(median(times.comment)),
    formatMs(check ?? 0),
    formatMs(floor ?? 0),
    formatTimes((comment ?? 0) / (floor ?? 1)),
    String(length),
  ];
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** The example's model again and again, with as many metrics, ten over all rows and the others in slices. */
function manyModels(view: PullView, count: number, metrics: number, verdictOf: (at: number) => Verdict): PullView {
  const [model] = view.models;
  const report = model?.report;
  if (model === undefined || report == null) throw new Error("the example has no report");
  const measuredMetrics: readonly Metric[] = Array.from({ length: metrics }, (_, at) => {
    const metric = report.metrics[at % report.metrics.length];
    if (metric === undefined) throw new Error("the example has no metric");
    return { ...metric, slice: at < 10 ? null : { by: "country", value: `region ${at}` } };
  });
  const models = Array.from({ length: count }, (_, at): ModelView => {
    const verdict = verdictOf(at);
    const gates = report.gates.map((gate) => ({ ...gate, verdict }));
    return {
      ...model,
      model: `model-${at}`,
      verdict,
      report: { ...report, metrics: [...measuredMetrics], gates, verdict },
    };
  });
  return { ...view, models };
}
