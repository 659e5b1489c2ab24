import type { Bench } from "../bench.ts";
import { describeMachine } from "../machine.ts";
import { formatInteger } from "../table.ts";
import { runAll } from "./pool.ts";
import type { PoolTask } from "./pool-worker.ts";
import type { KnownMetric } from "./population.ts";
import { renderGates, renderSlices, summarize } from "./render.ts";
import type { Cell } from "./simulate.ts";

export const rowCounts = [200, 500, 2_000, 10_000] as const;
export const disagreements = [0.05, 0.1, 0.2] as const;
const metrics: readonly KnownMetric[] = ["accuracy", "roc_auc", "log_loss", "f1", "average_precision"];
const seed = "assay-honesty-1";
const customaryRuns = 1_000;

/** How often gates are wrong, in simulations where the truth is known: ours and the naive ones on the same rows. */
export const honestyBench: Bench = {
  measures: "how often gates pass a bad model or block a good one, beside naive gates",
  run: async ({ runs, progress }) => {
    const most = runs ?? customaryRuns;
    const tasks = tasksFor(most);
    const results = await runAll(tasks, (done) => progress(`${done} of ${tasks.length} simulations`));
    const gates = results.flatMap((result) => (result.kind === "gates" ? [result] : []));
    const slices = results.flatMap((result) => (result.kind === "slices" ? [result] : []));
    return [
      describeMachine([`seed ${seed}`, `up to ${formatInteger(most)} runs per number`]),
      "",
      summarize(gates),
      "",
      renderGates(metrics, gates),
      "",
      renderSlices(slices),
    ].join("\n");
  },
};

/** The slow ones first, so that no thread is left alone with one at the end. */
function tasksFor(runs: number): readonly PoolTask[] {
  const cells: Cell[] = metrics.flatMap((metric) =>
    rowCounts.flatMap((rows) =>
      disagreements.flatMap((disagreement) =>
        (["worse", "equal"] as const).map((truth) => {
          return { metric, truth, rows, disagreement, runs: runsOf(metric, rows, runs), seed };
        }),
      ),
    ),
  );
  const some = cells.filter(({ runs }) => runs > 0);
  const cost = ({ rows, runs }: Cell): number => rows * runs;
  return [
    ...disagreements.map((disagreement): PoolTask => ({ kind: "slices", cell: { disagreement, runs, seed } })),
    ...some.toSorted((a, b) => cost(b) - cost(a)).map((cell): PoolTask => ({ kind: "gates", cell })),
  ];
}

/** The bootstrap draws thousands of times per run, so its runs are fewer, and none at the most rows. */
function runsOf(metric: KnownMetric, rows: number, runs: number): number {
  if (metric !== "average_precision") return runs;
  return rows > 2_000 ? 0 : Math.max(2, Math.round((50 / rows) * runs));
}
