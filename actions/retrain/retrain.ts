import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as core from "@actions/core";
import { artifactFiles, artifactNames, type Training } from "../../core/run-result.ts";
import { writeConfig } from "../config-file.ts";
import { keepDeclaredFiles } from "../declared-files.ts";
import { checkOut, remoteOf } from "../git.ts";
import { digestFile, isPlainFile } from "../model-file.ts";
import { plainText } from "../plain-text.ts";
import { readTrainOutput } from "../result.ts";
import { prepareRunner } from "../runner-folder.ts";
import { runRunner } from "../runner-process.ts";
import { failed, type StageEnd, type Work } from "../stage.ts";

/** Trains one model at exactly the ticket's commit: the only stage in which code of a pull request runs. */
export async function retrain(work: Work): Promise<StageEnd> {
  const { world, ticket } = work;
  const main = await prepareRunner(world, core.info);
  const checkout = join(world.workspace, `assay-${ticket.jti}`);
  await rm(checkout, { recursive: true, force: true });
  try {
    await checkOut(remoteOf(world), ticket.commit, ticket.tree, checkout);
    const removed = await keepDeclaredFiles(checkout, ticket.config);
    if (removed > 0) core.info(`${removed} files that the model's paths and data do not name were left out`);
    return await train(work, main, checkout);
  } finally {
    await rm(checkout, { recursive: true, force: true }).catch(() => core.info(`${checkout} could not be removed`));
  }
}

async function train({ world, ticket, folder }: Work, main: string, checkout: string): Promise<StageEnd> {
  const config = join(folder, "config.json");
  const out = join(folder, "out");
  await mkdir(out);
  await writeConfig(ticket, config);
  const what = ["--config", config, "--model", ticket.model, "--seed", String(ticket.seed)];
  const told = ["--commit", ticket.commit, "--job", ticket.job];
  const exit = await runRunner({
    main,
    // Parameters are in the configuration, where they keep their types.
    args: ["train", ...what, ...told, "--checkout", checkout, "--out", out, "--json"],
    cwd: folder,
    environment: world.environment,
    added:
      ticket.progress === undefined
        ? {}
        : { ASSAY_PROGRESS_URL: ticket.progress, ASSAY_PROGRESS_TOKEN: world.inputs.ticket },
    // `assay train` keeps the configured timeout itself: it knows how to end a training with a checkpoint.
    timeoutMs: null,
  });
  const output = readTrainOutput(exit.stdout);
  if (output === null) {
    const reason = exit.code === null || exit.code === 130 ? "training_cancelled" : "run_failed";
    const message = `assay train ended with ${exit.code ?? "a signal"} and no result`;
    return failed({ reason, message, detail: exit.logTail });
  }
  if (output.outcome === "failed") {
    return failed(
      output.fault ?? { reason: "training_failed", message: "the training gave no reason" },
      output.training,
    );
  }
  return await trained(ticket.jti, ticket.model, out, output.training);
}

/** Holds the model file against what was measured when training ended: a process left behind may have changed it. */
async function trained(nonce: string, name: string, out: string, training: Training | null): Promise<StageEnd> {
  const model = join(out, artifactFiles.model);
  if (!(await isPlainFile(model))) {
    return failed({ reason: "model_missing", message: `the training left no ${artifactFiles.model}` }, training);
  }
  const digest = await digestFile(model);
  if (training?.modelDigest !== digest) {
    const message = `the model changed after training ended: ${training?.modelDigest ?? "no digest"}, now ${digest}`;
    return failed({ reason: "artifact_digest_mismatch", message }, training);
  }
  const { size } = await stat(model);
  const record = join(out, artifactFiles.training);
  await rm(record, { recursive: true, force: true });
  await writeFile(record, JSON.stringify(training), { flag: "wx" });
  return {
    fault: null,
    training,
    uploads: [{ name: artifactNames.model(nonce), folder: out, files: [model, record] }],
    resultFiles: [],
    summary: `Trained **${plainText(name)}** in ${Math.round(training.seconds)} s: ${size} bytes, <code>${digest}</code>.`,
    outputs: {},
  };
}
