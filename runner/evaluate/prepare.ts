import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { ModelConfig } from "../../core/config/schema.ts";
import { AssayError } from "../../core/fault.ts";
import type { Console } from "../cli/console.ts";
import { readColumns } from "../data/columns.ts";
import { type Labels, readLabels } from "../data/labels.ts";
import { readSlices, type SliceRows } from "../data/slices.ts";
import { openTable, type Table } from "../data/table.ts";
import { digestFile, type FileDigest } from "../files.ts";
import { openModel } from "../onnx/model.ts";
import type { OpenModel } from "../onnx/port.ts";
import { type Binding, bindInputs, type Columns } from "./inputs.ts";
import { type OutputPlan, planOutput } from "./outputs.ts";

export type Sources = {
  readonly config: ModelConfig;
  readonly candidate: string;
  readonly baseline: { readonly file: string; readonly version: string | null } | null;
  readonly data: string;
  /** Prediction threads per model; null: as many as suit the machine. */
  readonly workers: number | null;
  readonly provider: string;
  readonly interrupt: AbortSignal;
  readonly console: Console;
};

/** A model with how its inputs are filled. */
export type Side = { readonly model: OpenModel; readonly bindings: readonly Binding[] };

/** Everything an evaluation reads, in memory and found to fit together. */
export type Prepared = Labels & {
  readonly candidate: Side;
  readonly baseline: Side | null;
  readonly plan: OutputPlan;
  readonly columns: Columns;
  readonly slices: readonly SliceRows[];
  /** Row of the data file that each row is, counted from 1. */
  readonly rowNumbers: Uint32Array;
  readonly rows: number;
  readonly dropped: number;
  readonly data: FileDigest;
};

/** Opens models and data; `release` collects what has to be closed in any case. Throws AssayError for bad input. */
export async function prepare(sources: Sources, release: (() => Promise<void> | void)[]): Promise<Prepared> {
  const { evaluate } = sources.config;
  // The models first: what type their inputs have decides how the data is read.
  const models = await openModels(sources);
  for (const model of models) release.push(model.close);
  const [candidate, baseline = null] = models.map((model) => ({ model, bindings: bindInputs(model, evaluate.inputs) }));
  if (candidate === undefined) throw new Error("no candidate was opened");
  planOutput(evaluate, models, 0);

  const bindings = [...candidate.bindings, ...(baseline?.bindings ?? [])];
  const table = await openData(sources, bindings);
  release.push(table.close);
  if (table.dropped > 0) sources.console.say(`${table.dropped} row(s) without a label are left out`);
  const labels = await readLabels(table, evaluate);
  return {
    ...labels,
    candidate,
    baseline,
    plan: planOutput(evaluate, models, labels.classNames.length),
    columns: await readColumns(table, bindings),
    slices: await readSlices(table, evaluate.slices, sources.console.say),
    rowNumbers: table.rowNumbers,
    rows: table.rowNumbers.length,
    dropped: table.dropped,
    data: await digestFile(sources.data),
  };
}

async function openModels({ candidate, baseline, provider, workers }: Sources): Promise<readonly OpenModel[]> {
  const wanted = [{ file: candidate, role: "candidate" }];
  if (baseline !== null) wanted.push({ file: baseline.file, role: "baseline" });
  const sizes = await Promise.all(wanted.map(async ({ file }) => (await stat(file)).size));
  const lanes = workers ?? suitableLanes(wanted.length, Math.max(...sizes));
  const settled = await Promise.allSettled(wanted.map((one) => openModel({ ...one, provider, lanes })));
  const models = settled.filter((result) => result.status === "fulfilled").map((result) => result.value);
  const failed = settled.find((result) => result.status === "rejected");
  if (failed === undefined) return models;
  await Promise.all(models.map((model) => model.close()));
  throw failed.reason;
}

/** Threads per model: the cores shared out, at most four, and one where copies of the model would fill the memory. */
function suitableLanes(models: number, bytes: number): number {
  return bytes > 256 * 1024 * 1024 ? 1 : Math.max(1, Math.min(4, Math.floor(availableParallelism() / models)));
}

async function openData({ config, data, interrupt }: Sources, bindings: readonly Binding[]): Promise<Table> {
  const { label } = config.evaluate;
  const used = bindings.flatMap(({ name, type, columns }) =>
    columns.map((column) => ({ column, type, by: `evaluate.inputs.${name}` })),
  );
  if (used.some(({ column }) => column === label)) {
    const message = `the label column ${JSON.stringify(label)} is also an input of the model`;
    throw new AssayError({ reason: "config_invalid", message, place: { path: "evaluate.label" } });
  }
  const texts = used.filter(({ type }) => type === "string").map(({ column }) => column);
  const numbers = used.filter(({ type }) => type !== "string").map(({ column }) => column);
  const sliced = config.evaluate.slices.filter((column) => !numbers.includes(column));
  return openTable({ file: data, label, needed: used, textColumns: [...texts, ...sliced], interrupt });
}
