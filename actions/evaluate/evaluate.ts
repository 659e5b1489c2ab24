import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as core from "@actions/core";
import { durationMs } from "../../core/config/schema.ts";
import { artifactFiles, artifactNames } from "../../core/run-result.ts";
import { writeConfig } from "../config-file.ts";
import { fetchModel } from "../fetch-model.ts";
import { checkOut, remoteOf } from "../git.ts";
import { isPlainFile } from "../model-file.ts";
import { readFaultOutput } from "../result.ts";
import { prepareRunner } from "../runner-folder.ts";
import { type RunnerExit, runRunner } from "../runner-process.ts";
import { failed, type StageEnd, type Work } from "../stage.ts";

const maxSummaryChars = 500_000;

/** Measures a candidate against a baseline. No code of the checkout runs here: it holds the evaluation data. */
export async function evaluate(work: Work): Promise<StageEnd> {
  const { world, ticket, folder } = work;
  if (ticket.candidate === null) return failed({ reason: "ticket_invalid", message: "the ticket names no candidate" });
  const main = await prepareRunner(world, core.info);
  const checkout = join(folder, "checkout");
  await checkOut(remoteOf(world), ticket.commit, ticket.tree, checkout);

  const candidate = join(folder, "candidate.onnx");
  await fetchModel(world, ticket.candidate, checkout, candidate);
  const baselineArgs: string[] = [];
  if (ticket.baseline !== null) {
    const baseline = join(folder, "baseline.onnx");
    await fetchModel(world, ticket.baseline, checkout, baseline);
    baselineArgs.push("--baseline", baseline, "--baseline-version", ticket.baseline.version);
  }

  const config = join(folder, "config.json");
  const out = join(folder, "out");
  await mkdir(out);
  await writeConfig(ticket, config);
  const models = ["--model", ticket.model, "--candidate", candidate, ...baselineArgs];
  const exit = await runRunner({
    main,
    args: ["evaluate", "--config", config, ...models, "--root", checkout, "--out", out, "--json"],
    cwd: folder,
    environment: world.environment,
    timeoutMs: durationMs(ticket.config.evaluate.timeout),
  });
  return await evaluated(work, out, exit);
}

/** A verdict of fail or inconclusive is data, so a success of this stage: judging is the App's. */
async function evaluated({ ticket, folder }: Work, out: string, exit: RunnerExit): Promise<StageEnd> {
  if (exit.timedOut) {
    const message = `the evaluation ran longer than its timeout, ${ticket.config.evaluate.timeout}`;
    return failed({ reason: "run_failed", message, detail: exit.logTail });
  }
  if (exit.code === null || exit.code === 130) {
    return failed({ reason: "run_cancelled", message: "the evaluation was interrupted" });
  }
  if (exit.code > 2) {
    const message = `assay evaluate ended with ${exit.code}`;
    return failed(readFaultOutput(exit.stdout) ?? { reason: "run_failed", message, detail: exit.logTail });
  }
  const report = join(out, artifactFiles.report);
  if (!(await isPlainFile(report)))
    return failed({ reason: "report_invalid", message: "the evaluation left no report" });
  await copyFile(report, join(folder, artifactFiles.report));

  // Predictions lie next to their labels: those of sealed data stay on this machine.
  const predictions = join(out, "predictions.parquet");
  const shared = ticket.config.evaluate.role === "open" && (await isPlainFile(predictions));
  return {
    fault: null,
    training: null,
    uploads: shared ? [{ name: artifactNames.predictions(ticket.jti), folder: out, files: [predictions] }] : [],
    resultFiles: [artifactFiles.report],
    summary: (await readFile(join(out, "report.md"), "utf8").catch(() => "")).slice(0, maxSummaryChars),
    outputs: {},
  };
}
