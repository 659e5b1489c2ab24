import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { ModelConfig } from "../../core/config/schema.ts";
import { AssayError } from "../../core/fault.ts";
import type { Console } from "../cli/console.ts";
import { listType } from "../data/numeric.ts";
import { openSource, type Source, typeOf } from "../data/source.ts";
import { quoteName } from "../data/sql.ts";
import { digestFile, type FileDigest } from "../files.ts";
import { type OpenModels, openModels } from "../onnx/model.ts";
import type { OpenModel } from "../onnx/port.ts";
import { type Binding, bindInputs, checkInputNames, columnsOf, type ListColumns, textColumns } from "./inputs.ts";
import { type OutputPlan, planOutput } from "./outputs.ts";

export type Sources = {
  readonly config: ModelConfig;
  readonly candidate: string;
  readonly baseline: { readonly file: string; readonly version: string | null } | null;
  readonly data: string;
  /** Prediction threads, each of which holds both models; null: as many as suit the machine. */
  readonly workers: number | null;
  /** Name of an execution provider, or auto. */
  readonly provider: string;
  readonly interrupt: AbortSignal;
  readonly console: Console;
};

/** A model with how its inputs are filled. */
export type Side = { readonly model: OpenModel; readonly bindings: readonly Binding[] };

/** Everything an evaluation reads, open and found to fit together; no row is read yet. */
export type Prepared = {
  readonly candidate: Side;
  readonly baseline: Side | null;
  readonly plan: OutputPlan;
  readonly source: Source;
  readonly data: FileDigest;
};

/** Opens models and data; `release` collects what has to be closed in any case. Throws AssayError for bad input. */
export async function prepare(sources: Sources, release: (() => Promise<void> | void)[]): Promise<Prepared> {
  const { evaluate } = sources.config;
  if (evaluate.task === "regression" && evaluate.on_nan === "worst")
    throw configFault("on_nan", "a regression has no worst prediction, because an error has no limit; use drop-pair");
  // The models first: what type their inputs have decides how the data is read.
  const { models, close } = await openAll(sources);
  release.push(close);
  for (const model of models) checkInputNames(model, evaluate.inputs);
  const plan = planOutput(evaluate, models);

  const source = await openData(sources, models);
  release.push(source.close);
  const lists = await findLists(source, evaluate.inputs);
  const [candidate, baseline = null] = models.map((model) => ({
    model,
    bindings: bindInputs(model, evaluate.inputs, lists),
  }));
  if (candidate === undefined) throw new Error("no candidate was opened");
  return { candidate, baseline, plan, source, data: await digestFile(sources.data) };
}

async function openAll({ candidate, baseline, provider, workers, interrupt }: Sources): Promise<OpenModels> {
  const models = [{ file: candidate, role: "candidate" }];
  if (baseline !== null) models.push({ file: baseline.file, role: "baseline" });
  const sizes = await Promise.all(models.map(async ({ file }) => (await stat(file)).size));
  return openModels({ models, provider, lanes: workers ?? suitableLanes(Math.max(...sizes)), interrupt });
}

/** One thread per core, at most four, and one where copies of the models would fill the memory. */
function suitableLanes(bytes: number): number {
  return bytes > 256 * 1024 * 1024 ? 1 : Math.min(4, availableParallelism());
}

async function openData({ config, data, interrupt }: Sources, models: readonly OpenModel[]): Promise<Source> {
  const { label, inputs, weight, group, slices, fairness } = config.evaluate;
  const used = Object.entries(inputs).flatMap(([name, columns]) =>
    columnsOf(columns).map((column) => ({ column, by: `evaluate.inputs.${name}` })),
  );
  if (used.some(({ column }) => column === label))
    throw configFault("label", `the label column ${JSON.stringify(label)} is also an input of the model`);
  const texts = models.flatMap((model) => textColumns(model, inputs));
  const numbers = used.map(({ column }) => column).filter((column) => !texts.includes(column));
  if (weight !== undefined) numbers.push(weight);
  const named = [...slices, ...fairness, ...(group === undefined ? [] : [group])];
  const needed = [
    { column: label, by: "evaluate.label" },
    ...used,
    ...(weight === undefined ? [] : [{ column: weight, by: "evaluate.weight" }]),
    ...(group === undefined ? [] : [{ column: group, by: "evaluate.group" }]),
    ...fairness.map((column) => ({ column, by: "evaluate.fairness" })),
  ];
  const textual = [label, ...texts, ...named.filter((column) => !numbers.includes(column))];
  return openSource({ file: data, textColumns: textual, needed, interrupt });
}

/** The input columns that hold lists, with the length of the first one that is there. */
async function findLists(source: Source, inputs: ModelConfig["evaluate"]["inputs"]): Promise<ListColumns> {
  const lists = new Map<string, number>();
  for (const column of Object.values(inputs).flatMap(columnsOf)) {
    const type = listType(typeOf(source, column));
    if (type === null) continue;
    const name = quoteName(column);
    const sql = `SELECT len(${name}) FROM ${source.reader} WHERE ${name} IS NOT NULL LIMIT 1`;
    lists.set(column, type.length ?? Number((await source.read(sql))[0]?.[0] ?? 0));
  }
  return lists;
}

function configFault(key: string, message: string): AssayError {
  return new AssayError({ reason: "config_invalid", message, place: { path: `evaluate.${key}` } });
}
