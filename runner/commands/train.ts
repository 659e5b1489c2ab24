import { stat } from "node:fs/promises";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { describeFault } from "../../core/fault.ts";
import { type Arguments, exitCodes, requiredValue, valueOf } from "../cli/command.ts";
import { openConsole } from "../cli/console.ts";
import { badUsage } from "../cli/failure.ts";
import { describeCpu, describeGpu } from "../machine.ts";
import { readModelConfig } from "../settings.ts";
import type { Beats } from "../train/beats.ts";
import { applyParams } from "../train/params.ts";
import { runTraining, type TrainResult } from "../train/train.ts";
import type { World } from "../world.ts";

const graceMs = 8_000;
const beatEveryMs = 5_000;

/** The action that starts a training says in the environment whom to tell of its progress. */
function beatsOf({ ASSAY_PROGRESS_URL: url, ASSAY_PROGRESS_TOKEN: token }: World["env"]): Beats | null {
  return url === undefined || token === undefined || !URL.canParse(url) ? null : { url, token, everyMs: beatEveryMs };
}

/** `assay train`: exit code 0 trained, 1 the training failed, 130 interrupted. */
export async function train(world: World, given: Arguments): Promise<number> {
  const quiet = given.switches.includes("quiet");
  const console = openConsole(world, quiet);
  const config = await readModelConfig(
    resolve(world.cwd, requiredValue(given, "config")),
    requiredValue(given, "model"),
  );
  const params = applyParams(config.train.params, given.values["param"] ?? []);
  const checkout = resolve(world.cwd, valueOf(given, "checkout") ?? ".");
  if ((await stat(checkout).catch(() => null))?.isDirectory() !== true)
    throw badUsage(`--checkout ${checkout} is not a folder`);
  const checkpoint = valueOf(given, "checkpoint") ?? world.env["ASSAY_CHECKPOINT"] ?? null;
  const out = resolve(world.cwd, requiredValue(given, "out"));

  const result = await runTraining({
    config,
    params,
    seed: readSeed(given) ?? config.train.seeds[0] ?? 1,
    checkout,
    checkpoint: checkpoint === null ? null : resolve(world.cwd, checkpoint),
    commit: valueOf(given, "commit") ?? world.env["ASSAY_COMMIT"] ?? "",
    job: valueOf(given, "job") ?? world.env["ASSAY_JOB"] ?? "",
    out,
    environment: world.env,
    execPath: world.execPath,
    machine: {
      cpu: describeCpu(),
      gpu: await describeGpu(world.env["PATH"]),
      runner: (world.env["RUNNER_NAME"] ?? hostname()).slice(0, 200),
    },
    graceMs,
    interrupt: world.interrupt,
    beats: beatsOf(world.env),
    console,
  });

  if (given.switches.includes("json")) world.stdout(`${JSON.stringify(result)}\n`);
  tell(world, result, out, quiet);
  if (result.outcome === "succeeded") return exitCodes.pass;
  return result.fault?.reason === "training_cancelled" ? exitCodes.interrupted : exitCodes.fail;
}

function tell(world: World, { fault, training }: TrainResult, out: string, quiet: boolean): void {
  if (fault !== null) {
    // The log was streamed already, unless --quiet kept it back.
    if (quiet && fault.detail !== undefined) world.stderr(`${fault.detail}\n`);
    world.stderr(`assay: ${describeFault(fault)}\n`);
  } else if (!quiet) {
    world.stderr(
      `trained in ${training.seconds.toFixed(1)} s: ${out}/model.onnx, ${training.modelBytes} bytes, ${training.modelDigest}\n`,
    );
  }
}

function readSeed(given: Arguments): number | null {
  const text = valueOf(given, "seed");
  if (text === null) return null;
  const seed = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(seed))
    throw badUsage(`--seed must be a whole number, not ${text}`);
  return seed;
}
