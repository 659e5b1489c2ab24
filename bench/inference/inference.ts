import { rm } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../demo/world.ts";
import type { Bench, BenchOptions } from "../bench.ts";
import { describeMachine } from "../machine.ts";
import { columnsOf, formatInteger, formatShare, renderTable } from "../table.ts";
import { median } from "../timing.ts";
import { type Evaluation, evaluateOnce } from "./evaluate-process.ts";
import { type Example, makeExample } from "./example.ts";
import { rawByBatch, rawSeconds } from "./raw.ts";

/** `assay evaluate` on real flights, beside nothing but `session.run` with as many threads. */
export const inferenceBench: Bench = {
  measures: "assay evaluate on 3 million flights, beside raw session.run",
  run: async (options) => {
    const folder = join(root, ".tmp", `bench-${options.pid}`);
    try {
      return await measureInference(folder, options);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** What one line of the table measures. */
type Case = {
  readonly rows: number;
  readonly data: string;
  readonly model: Example["trained"];
  /** The candidate alone, or with its baseline. */
  readonly models: readonly string[];
  /** Threads, each with all the models. */
  readonly workers: number;
};

/** The median of several rounds. */
type Line = Case & {
  readonly wallSeconds: number;
  readonly predictSeconds: number;
  readonly rawSeconds: number;
  readonly peakBytes: number;
};

type BatchSpeed = { readonly batch: number; readonly rowsPerSecond: number };

async function measureInference(folder: string, options: BenchOptions): Promise<string> {
  const rounds = options.runs ?? 3;
  const example = await makeExample(folder, options.progress);
  const all = example.data.at(-1)?.file ?? "";
  options.progress("raw session.run by batch size");
  const speeds = await rawByBatch(example.trained.candidate, all);
  const best = speeds.reduce((a, b) => (b.rowsPerSecond > a.rowsPerSecond ? b : a));
  const lines: Line[] = [];
  let last: Evaluation | null = null;
  for (const one of casesOf(example)) {
    const evaluations: Evaluation[] = [];
    const raw: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      options.progress(`${nameOf(one)}, ${formatInteger(one.rows)} rows, round ${round + 1} of ${rounds}`);
      evaluations.push(await evaluateOnce({ folder, ...one, model: one.model.name, env: options.env }));
      raw.push(await rawSeconds(rawTasks(one, best.batch)));
    }
    if (one.model === example.trained) last = evaluations.at(-1) ?? null;
    lines.push({
      ...one,
      wallSeconds: median(evaluations.map(({ wallSeconds }) => wallSeconds)),
      predictSeconds: median(evaluations.map(({ report }) => report.seconds.predict)),
      rawSeconds: median(raw),
      peakBytes: Math.max(...evaluations.map(({ peakBytes }) => peakBytes)),
    });
  }
  return render(lines, speeds, best, { rounds, last });
}

/**
 * Both models at every number of rows; on all rows with two threads as well, and the candidate alone; and both heavier
 * models on the fewest rows with one thread and two.
 */
function casesOf({ trained, heavier, data }: Example): readonly Case[] {
  const bothOf = (model: Example["trained"]): readonly Case[] =>
    data.map(({ file, rows }) => {
      return { rows, data: file, model, models: [model.candidate, model.baseline], workers: 1 };
    });
  const one = bothOf(trained);
  const all = one.slice(-1).flatMap((last) => [
    { ...last, workers: 2 },
    { ...last, models: [trained.candidate] },
  ]);
  return [
    ...one,
    ...all,
    ...bothOf(heavier)
      .slice(0, 1)
      .flatMap((few) => [few, { ...few, workers: 2 }]),
  ];
}

function nameOf({ model, models, workers }: Case): string {
  const threads = workers === 1 ? "1 worker" : `${workers} workers`;
  if (models.length === 1) return `candidate alone, ${threads}`;
  return model.name === "heavier" ? `both heavier models, ${threads}` : `both models, ${threads}`;
}

/** As many threads as `assay evaluate` starts, each with a session of every model. */
function rawTasks({ models, data, workers, rows }: Case, batch: number): Parameters<typeof rawSeconds>[0] {
  return Array.from({ length: workers }, () => ({ models, data, batch, rows: Math.ceil(rows / workers) }));
}

function render(
  lines: readonly Line[],
  speeds: readonly BatchSpeed[],
  best: BatchSpeed,
  { rounds, last }: { readonly rounds: number; readonly last: Evaluation | null },
): string {
  const rows = lines.map((line) => [
    nameOf(line),
    formatInteger(line.rows),
    line.wallSeconds.toFixed(2),
    line.predictSeconds.toFixed(2),
    line.rawSeconds.toFixed(2),
    formatShare(line.predictSeconds / line.rawSeconds - 1),
    formatInteger((line.models.length * line.rows) / line.predictSeconds),
    formatInteger(line.peakBytes / 2 ** 20),
  ]);
  const titles = ["rows", "whole process s", "predicting s", "raw s", "beyond raw", "predictions/s", "peak memory MB"];
  const area = last?.report.metrics.find(({ id }) => id === "roc_auc")?.candidate.value ?? null;
  return [
    describeMachine([last?.report.environment.runtime ?? ""]),
    "",
    `Median of ${rounds} rounds, the largest peak of them. ROC AUC of the candidate on held-out flights: ${area?.toFixed(3) ?? "?"}.`,
    "",
    renderTable(columnsOf("", ...titles), rows),
    "",
    `Two workers predict ${speedUp(lines, "flights").toFixed(2)} × as fast as one, and ${speedUp(lines, "heavier").toFixed(2)} × with the heavier models (two hidden layers of 512, random weights), beside which reading is little. Rows per batch of \`assay evaluate\`: ${formatInteger(last?.report.environment.batch ?? 1_024)}.`,
    "",
    `Raw \`session.run\`, one thread, by rows per batch; the best, ${formatInteger(best.batch)}, is the floor above:`,
    "",
    renderTable(columnsOf("batch", ...speeds.map(({ batch }) => formatInteger(batch))), [
      ["rows/s", ...speeds.map(({ rowsPerSecond }) => formatInteger(rowsPerSecond))],
    ]),
  ].join("\n");
}

/** Predicting time of both models on the same rows with one worker, over that with two. */
function speedUp(lines: readonly Line[], name: string): number {
  const own = lines.filter(({ model, models }) => model.name === name && models.length === 2);
  const two = own.find(({ workers }) => workers === 2);
  const one = own.find(({ workers, rows }) => workers === 1 && rows === two?.rows);
  return (one?.predictSeconds ?? Number.NaN) / (two?.predictSeconds ?? Number.NaN);
}
