import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { durationMs } from "../../core/config/schema.ts";
import { artifactFiles, artifactNames, type Training } from "../../core/run-result.ts";
import { isPlainFile } from "../model-file.ts";
import { readFaultOutput } from "../result.ts";
import { type RunnerExit, runRunner } from "../runner-process.ts";
import { failed, type StageEnd, type Work } from "../stage.ts";
import { fetchParts } from "./parts.ts";
import { chooseShare } from "./share.ts";
import { fetchSources } from "./sources.ts";

const maxSummaryChars = 500_000;

/**
 * Measures a candidate against a baseline: alone, or what the shards of this run predicted, or as one of these shards. No
 * code of the checkout runs here: it holds the evaluation data.
 */
export async function evaluate(work: Work): Promise<StageEnd> {
  const share = chooseShare(work);
  const parts = share.kind === "merge" ? await fetchParts(work, share.of) : [];
  const { main, args, training } = await fetchSources(work);
  const shareArgs =
    share.kind === "part"
      ? ["--shard", `${share.shard}/${share.of}`]
      : parts.flatMap((part) => ["--merge", part] as const);
  const out = join(work.folder, share.kind === "part" ? "part" : "out");
  await mkdir(out);
  const exit = await runRunner({
    main,
    args: [...args, ...shareArgs, "--out", out],
    cwd: work.folder,
    environment: work.world.environment,
    timeoutMs: durationMs(work.ticket.config.evaluate.timeout),
  });
  return share.kind === "part" ? await predicted(work, out, exit) : await evaluated(work, out, exit, training);
}

/** A shard's part travels with its result. */
async function predicted(work: Work, out: string, exit: RunnerExit): Promise<StageEnd> {
  const broken = brokenEnd(work, exit, 0);
  if (broken !== null) return broken;
  const files = [artifactFiles.predictions, artifactFiles.shard];
  for (const name of files) {
    if (!(await isPlainFile(join(out, name))))
      return failed({ reason: "artifact_missing", message: `the evaluation left no ${name} of its part` });
  }
  const resultFiles = files.map((name) => `part/${name}`);
  return { fault: null, training: null, uploads: [], resultFiles, summary: "", outputs: {} };
}

/** A verdict of fail or inconclusive is data, so a success of this stage: judging is the App's. */
async function evaluated(work: Work, out: string, exit: RunnerExit, training: Training | null): Promise<StageEnd> {
  const { ticket, folder } = work;
  const broken = brokenEnd(work, exit, 2);
  if (broken !== null) return { ...broken, training };
  const report = join(out, artifactFiles.report);
  if (!(await isPlainFile(report)))
    return failed({ reason: "report_invalid", message: "the evaluation left no report" }, training);
  await copyFile(report, join(folder, artifactFiles.report));

  // Predictions lie next to their labels: those of sealed data stay on this machine.
  const predictions = join(out, artifactFiles.predictions);
  const shared = ticket.config.evaluate.role === "open" && (await isPlainFile(predictions));
  return {
    fault: null,
    training,
    uploads: shared ? [{ name: artifactNames.predictions(ticket.jti), folder: out, files: [predictions] }] : [],
    resultFiles: [artifactFiles.report],
    summary: (await readFile(join(out, "report.md"), "utf8").catch(() => "")).slice(0, maxSummaryChars),
    outputs: {},
  };
}

/** Why the runner made nothing; null when it ended with a code up to `highest`. */
function brokenEnd({ ticket }: Work, exit: RunnerExit, highest: number): StageEnd | null {
  if (exit.timedOut) {
    const message = `the evaluation ran longer than its timeout, ${ticket.config.evaluate.timeout}`;
    return failed({ reason: "run_failed", message, detail: exit.logTail });
  }
  if (exit.code === null || exit.code === 130) {
    return failed({ reason: "run_cancelled", message: "the evaluation was interrupted" });
  }
  if (exit.code <= highest) return null;
  const message = `assay evaluate ended with ${exit.code}`;
  return failed(readFaultOutput(exit.stdout) ?? { reason: "run_failed", message, detail: exit.logTail });
}
