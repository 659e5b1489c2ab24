import { digestJson } from "../../core/digest.ts";
import type { Report } from "../../core/report.ts";
import { prepareFolder } from "../files.ts";
import { describeCpu, describeGpu } from "../machine.ts";
import { padBatch, rowsOf } from "../onnx/batches.ts";
import type { NodeCounts } from "../onnx/port.ts";
import { assembleReport } from "./assemble-report.ts";
import { fixedRows } from "./batch-size.ts";
import { measureScored } from "./measure-scored.ts";
import { isOperation, operationsOf } from "./operations.ts";
import { type Prepared, prepare, type Sources } from "./prepare.ts";
import { publishEvaluation } from "./publish.ts";
import { readSample, type Sample } from "./sample.ts";
import { type ScoredModels, type ScoreOptions, scoreModels } from "./score-models.ts";

export type EvaluateOptions = Sources &
  ScoreOptions & {
    readonly out: string;
    /** PATH, to find the GPU's driver. */
    readonly path: string | undefined;
    readonly startedAt: Date;
  };

const level = 0.95;

/** Predicts, measures, judges and publishes the four files of an evaluation in `out`. Throws AssayError for bad input. */
export async function runEvaluation(options: EvaluateOptions): Promise<Report> {
  const { config, interrupt, console, startedAt } = options;
  const { evaluate, gates } = config;
  const pending = await prepareFolder(options.out);
  const release: (() => Promise<void> | void)[] = [];
  const times = [performance.now()];
  try {
    // 1. Load the models, open the data, and look at its first rows.
    const prepared = await prepare(options, release);
    const { candidate, baseline, source } = prepared;
    const sides = [candidate, ...(baseline === null ? [] : [baseline])];
    const sample = await readSample(
      source,
      evaluate,
      sides.map(({ bindings }) => bindings),
    );
    const nodes = await nodesOf(prepared, sample, pending.path);
    times.push(performance.now());

    // 2. Predict the same rows with both models, while the data is read.
    const { scored, batch, cached } = await scoreModels(prepared, sample, options);
    // What follows needs their memory.
    await closeAll(release);
    times.push(performance.now());

    // 3. Measure.
    const seed = seedOf(options, prepared);
    const metrics = evaluate.metrics.filter((id) => !isOperation(id));
    const { threshold, min_rows: minRows } = evaluate;
    const measured = measureScored(scored, { metrics, gates, threshold, level, minRows, seed });
    times.push(performance.now());

    // 4. Measure what running the models costs, then judge it all.
    const operations = await operationsOf(prepared, sample, options);
    const environment = await describeEnvironment(options, prepared, {
      batch,
      cached,
      nodes,
    });
    times.push(performance.now());
    const { digest, bytes, parameters } = candidate.model.description;
    const report = assembleReport({
      name: options.model,
      scored,
      measured,
      operations,
      gates,
      candidate: { digest, bytes, parameters },
      baseline:
        baseline === null
          ? null
          : { digest: baseline.model.description.digest, version: options.baseline?.version ?? null },
      data: {
        digest: prepared.data.digest,
        role: evaluate.role,
        weight: evaluate.weight ?? null,
        group: evaluate.group ?? null,
      },
      environment,
      seed,
      startedAt,
      seconds: secondsOf(times, operations),
    });

    // 5. Write everything down, then show it all at once.
    console.progress("writing the report");
    await publishEvaluation(pending, scored, report, interrupt);
    return report;
  } finally {
    await closeAll(release);
    await pending.discard();
  }
}

async function closeAll(release: (() => Promise<void> | void)[]): Promise<void> {
  for (const close of release.splice(0)) await close();
}

/**
 * What the random draws are keyed with: the same models and rows give the same numbers, and a metric or a slice more
 * leaves those of the others as they were.
 */
function seedOf({ config }: EvaluateOptions, { candidate, baseline, data }: Prepared): string {
  const { task, label, weight, group, positive, classes, inputs, output, threshold, on_nan } = config.evaluate;
  const definition = { task, label, weight, group, positive, classes, inputs, output, threshold, on_nan };
  return digestJson({
    data: data.digest,
    candidate: candidate.model.description.digest,
    baseline: baseline?.model.description.digest ?? null,
    definition,
  }).slice("sha256:".length);
}

/** Nodes of the candidate's graph by the execution provider that ran them for a few rows; null where there are none. */
async function nodesOf(
  { candidate: { model, bindings }, plan }: Prepared,
  sample: Sample,
  scratch: string,
): Promise<NodeCounts | null> {
  const [lane] = model.lanes;
  const [first] = sample.batches;
  if (lane === undefined || first === undefined) return null;
  const fixed = fixedRows(bindings);
  const few = rowsOf(first, 0, Math.min(first.rows, fixed ?? 8));
  const { inputs } = fixed === null ? few : padBatch(few, fixed);
  const nodes = await lane.countNodes({ model: model.place, inputs, output: plan.name, scratch });
  return Object.keys(nodes).length === 0 ? null : nodes;
}

type Found = Pick<ScoredModels, "batch" | "cached"> & { readonly nodes: NodeCounts | null };

async function describeEnvironment(
  { path }: EvaluateOptions,
  { candidate }: Prepared,
  { batch, cached, nodes }: Found,
): Promise<Report["environment"]> {
  const { runtime, provider } = candidate.model.description;
  return {
    runtime,
    provider,
    node: process.versions.node,
    cpu: describeCpu(),
    gpu: provider === "cpu" ? null : await describeGpu(path),
    batch,
    ...(nodes === null ? {} : { nodes }),
    ...(cached.length === 0 ? {} : { cached: [...cached] }),
  };
}

function secondsOf(times: readonly number[], operations: Report["operations"]): Report["seconds"] {
  const seconds = (from: number): number => ((times[from + 1] ?? 0) - (times[from] ?? 0)) / 1_000;
  const timed = Object.values(operations).some((operation) => operation.n !== undefined);
  return { load: seconds(0), predict: seconds(1), measure: seconds(2), ...(timed ? { operations: seconds(3) } : {}) };
}
