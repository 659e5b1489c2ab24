import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { judge } from "../../core/gate/judge.ts";
import { type Measured, measure, type Predictions } from "../../core/metrics/measure.ts";
import { type Report, report as reportSchema } from "../../core/report.ts";
import { renderReportHtml } from "../../report/html.ts";
import { renderReportMarkdown } from "../../report/markdown.ts";
import { writePredictions } from "../data/predictions.ts";
import { prepareFolder } from "../files.ts";
import { describeCpu, describeGpu } from "../machine.ts";
import { isOperation, operationsOf } from "./operations.ts";
import { type Prepared, prepare, type Sources } from "./prepare.ts";
import { type ScoreOptions, type Scores, scoreModels } from "./score-models.ts";

export type EvaluateOptions = Sources &
  ScoreOptions & {
    readonly out: string;
    /** PATH, to find the GPU's driver. */
    readonly path: string | undefined;
    readonly startedAt: Date;
  };

const level = 0.95;
const minRows = 50;
// Nothing in this version draws random numbers; the field is there for methods that will.
const seed = "0";

/** Predicts, measures, judges and publishes the four files of an evaluation in `out`. Throws AssayError for bad input. */
export async function runEvaluation(options: EvaluateOptions): Promise<Report> {
  const pending = await prepareFolder(options.out);
  const release: (() => Promise<void> | void)[] = [];
  const times = [performance.now()];
  try {
    // 1. Load models and data.
    const prepared = await prepare(options, release);
    times.push(performance.now());

    // 2. Predict the same rows with both models.
    const scores = await scoreModels(prepared, options);
    const { candidate, baseline } = scores;
    times.push(performance.now());

    // 3. Measure.
    const measured = measureAll(options, prepared, scores);
    times.push(performance.now());
    // 4. Measure what running the models costs, then judge it all.
    const operations = await operationsOf(prepared, options);
    times.push(performance.now());
    const report = await assemble(options, prepared, { measured, operations, cached: scores.cached }, times);

    // 5. Write everything down, then show it all at once.
    options.console.progress("writing the report");
    const { rowNumbers, labels, classNames, plan } = prepared;
    const predictions = { rowNumbers, labels, classNames, classes: plan.classes, candidate, baseline };
    await writePredictions(join(pending.path, "predictions.parquet"), predictions);
    await writeFile(join(pending.path, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
    await writeFile(join(pending.path, "report.md"), renderReportMarkdown(report));
    await writeFile(join(pending.path, "report.html"), await renderReportHtml(report));
    options.interrupt.throwIfAborted();
    await pending.publish();
    return report;
  } finally {
    for (const close of release) await close();
    await pending.discard();
  }
}

function measureAll({ config }: EvaluateOptions, prepared: Prepared, scores: Scores): Measured {
  const { classes } = prepared.plan;
  const predictionsOf = (of: Float64Array): Predictions =>
    classes === 1 ? { kind: "binary", scores: of } : { kind: "multiclass", probabilities: of, classes };
  return measure({
    task: config.evaluate.task,
    metrics: config.evaluate.metrics.filter((id) => !isOperation(id)),
    labels: prepared.labels,
    classNames: prepared.classNames,
    candidate: predictionsOf(scores.candidate),
    baseline: scores.baseline === null ? null : predictionsOf(scores.baseline),
    weights: null,
    groups: null,
    scoring: "probability",
    threshold: 0.5,
    slices: prepared.slices,
    fairness: [],
    fairnessGroups: [],
    levels: [],
    seed,
    level,
    minRows,
  });
}

type Results = {
  readonly measured: Measured;
  readonly operations: Report["operations"];
  readonly cached: Scores["cached"];
};

async function assemble(
  { model, config, baseline, provider, path, startedAt }: EvaluateOptions,
  prepared: Prepared,
  { measured, operations, cached }: Results,
  [start = 0, loaded = 0, predicted = 0, counted = 0, done = 0]: readonly number[],
): Promise<Report> {
  const { task, role } = config.evaluate;
  const { digest, bytes, parameters, runtime } = prepared.candidate.model.description;
  const facts = {
    task,
    metrics: measured.metrics,
    hasBaseline: prepared.baseline !== null,
    operations,
    behaviour: measured.behaviour,
  };
  return reportSchema.parse({
    schema: 1,
    model,
    task,
    candidate: { digest, bytes, parameters },
    baseline:
      prepared.baseline === null
        ? null
        : { digest: prepared.baseline.model.description.digest, version: baseline?.version ?? null },
    data: { digest: prepared.data.digest, rows: prepared.rows, role, dropped: prepared.dropped },
    ...measured,
    operations,
    ...judge(config.gates, facts),
    environment: {
      runtime,
      provider,
      node: process.versions.node,
      cpu: describeCpu(),
      gpu: provider === "cpu" ? null : await describeGpu(path),
      ...(cached.length === 0 ? {} : { cached: [...cached] }),
    },
    seed,
    startedAt: startedAt.toISOString(),
    seconds: {
      load: (loaded - start) / 1_000,
      predict: (predicted - loaded) / 1_000,
      measure: (counted - predicted) / 1_000,
      operations: (done - counted) / 1_000,
    },
  } satisfies Report);
}
