import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { durationMs, type ModelConfig } from "../../core/config/schema.ts";
import { AssayError, type Fault } from "../../core/fault.ts";
import { type Training, training } from "../../core/run-result.ts";
import type { Console } from "../cli/console.ts";
import { plainText } from "../cli/plain-text.ts";
import { type FileDigest, makeFolder, prepareFolder, whyUnusable } from "../files.ts";
import { type Beats, tellProgress } from "./beats.ts";
import { trainingEnvironment } from "./environment.ts";
import { keepTail, type LogTail } from "./log-tail.ts";
import { takeModel } from "./model-file.ts";
import type { Params } from "./params.ts";
import { type Ending, runCommand } from "./process.ts";
import { readProgress } from "./progress.ts";
import { endStragglers } from "./stragglers.ts";

export type TrainOptions = {
  readonly config: ModelConfig;
  readonly params: Params;
  readonly seed: number;
  readonly checkout: string;
  readonly checkpoint: string | null;
  readonly commit: string;
  readonly job: string;
  readonly out: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly execPath: string;
  readonly machine: Training["machine"];
  readonly graceMs: number;
  readonly interrupt: AbortSignal;
  /** Whom to tell how far the training is; null: nobody. */
  readonly beats: Beats | null;
  readonly console: Console;
};

export type TrainResult = {
  readonly outcome: "succeeded" | "failed";
  readonly fault: Fault | null;
  readonly training: Training;
};

/** Runs the model's training command and, when it succeeds, publishes model.onnx and training.json in `out`. */
export async function runTraining(options: TrainOptions): Promise<TrainResult> {
  const pending = await prepareFolder(options.out);
  const work = await realpath(await mkdtemp(join(dirname(resolve(options.out)), ".assay-train-")));
  try {
    // 1. Give the command its folders and its environment.
    const output = join(work, "output");
    const paramsFile = join(work, "params.json");
    const checkpoint = resolve(options.checkpoint ?? join(work, "checkpoint"));
    await mkdir(output);
    await makeFolder(checkpoint).catch((error: unknown) => {
      const message = `cannot use the folder of the checkpoint: ${whyUnusable(error)}`;
      throw new AssayError({ reason: "bad_usage", message, place: { file: checkpoint } });
    });
    await writeFile(paramsFile, `${JSON.stringify(options.params, null, 2)}\n`);
    const env = trainingEnvironment(options.environment, options.execPath, {
      ...options,
      output,
      paramsFile,
      checkpoint,
    });

    // 2. Run it.
    const tail = keepTail();
    const startedAt = performance.now();
    const metrics = join(output, "metrics.jsonl");
    const watch = watchProgress(metrics, options.console);
    const endTelling = options.beats === null ? null : tellProgress(metrics, options.beats);
    const ending = await runCommand({
      run: options.config.train.run,
      cwd: options.checkout,
      env,
      timeoutMs: durationMs(options.config.train.timeout),
      graceMs: options.graceMs,
      interrupt: options.interrupt,
      output: (chunk) => {
        tail.add(chunk);
        options.console.stream(plainText(chunk.toString("utf8")));
      },
    }).finally(async () => {
      clearInterval(watch);
      await endTelling?.();
    });
    const stragglers = await endStragglers(output);
    if (stragglers > 0) options.console.say(`ended ${stragglers} process(es) that the training command left running`);

    // 3. Take what it left.
    const seconds = (performance.now() - startedAt) / 1_000;
    const { points, malformed } = await readProgress(metrics);
    if (malformed > 0) options.console.say(`warning: ignored ${malformed} malformed line(s) of metrics.jsonl`);
    const failure = faultOf(ending, options.config, tail);
    const taken = failure === null ? await takeModel(output, join(pending.path, "model.onnx")) : null;
    const fault = failure ?? (taken?.ok === false ? withTail(taken.fault, tail) : null);
    const model: FileDigest | null = taken?.ok === true ? taken.model : null;
    const facts: Training = training.parse({
      seconds,
      exitCode: ending.kind === "exited" ? ending.exitCode : null,
      modelDigest: model?.digest ?? null,
      modelBytes: model?.bytes ?? null,
      progress: points,
      machine: options.machine,
    });

    // 4. Publish, all or nothing.
    if (fault !== null) return { outcome: "failed", fault, training: facts };
    await writeFile(join(pending.path, "training.json"), `${JSON.stringify(facts, null, 2)}\n`);
    await pending.publish();
    return { outcome: "succeeded", fault: null, training: facts };
  } finally {
    await rm(work, { recursive: true, force: true });
    await pending.discard();
  }
}

function faultOf(ending: Ending, { train }: ModelConfig, tail: LogTail): Fault | null {
  switch (ending.kind) {
    case "interrupted":
      return withTail({ reason: "training_cancelled", message: "the training was cancelled" }, tail);
    case "timeout":
      return withTail(
        { reason: "training_timeout", message: `the training command ran longer than ${train.timeout}` },
        tail,
      );
    case "exited": {
      if (ending.exitCode === 0) return null;
      const how = ending.signal === null ? `with exit code ${ending.exitCode}` : `by ${ending.signal}`;
      const memory =
        ending.signal === "SIGKILL" || ending.exitCode === 137 ? "; the machine may have run out of memory" : "";
      return withTail({ reason: "training_failed", message: `the training command ended ${how}${memory}` }, tail);
    }
  }
}

function withTail(fault: Fault, tail: LogTail): Fault {
  const detail = tail.text();
  return detail === "" ? fault : { ...fault, detail };
}

/** Shows the last point of metrics.jsonl every second, on terminals. */
function watchProgress(file: string, console: Console): NodeJS.Timeout | undefined {
  if (!console.live) return undefined;
  return setInterval(() => {
    void readProgress(file).then(({ points }) => {
      const last = points.at(-1);
      if (last === undefined) return;
      const metrics = Object.entries(last.metrics).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
      console.progress(plainText(`step ${last.step} of ${last.of}  ${metrics.join("  ")}`).replaceAll("\n", " "));
    });
  }, 1_000);
}
