import { join, resolve } from "node:path";
import { type Arguments, exitCodes, requiredValue, valueOf } from "../cli/command.ts";
import { type Console, openConsole } from "../cli/console.ts";
import { badUsage } from "../cli/failure.ts";
import { defaultCacheBytes, openCache, type PredictionCache, parseBytes } from "../evaluate/cache.ts";
import { type EvaluateOptions, runEvaluation } from "../evaluate/evaluate.ts";
import { runShard } from "../evaluate/predict-shard.ts";
import { maxShards, parseShard, type Shard } from "../evaluate/shard.ts";
import { demandFile } from "../files.ts";
import { readModelConfig } from "../settings.ts";
import type { World } from "../world.ts";
import { showReport } from "./show-report.ts";

/** `assay evaluate`: prints the report; the exit code says the verdict. */
export async function evaluate(world: World, given: Arguments): Promise<number> {
  const console = openConsole(world, given.switches.includes("quiet"));
  const path = (text: string): string => resolve(world.cwd, text);
  const model = requiredValue(given, "model");
  const config = await readModelConfig(path(requiredValue(given, "config")), model);
  const candidate = path(requiredValue(given, "candidate"));
  await demandFile(candidate, "model_unreadable", "the candidate");
  const version = valueOf(given, "baseline-version");
  const baselineFile = valueOf(given, "baseline");
  if (baselineFile === null && version !== null) throw badUsage("--baseline-version needs --baseline FILE");
  const baseline = baselineFile === null ? null : { file: path(baselineFile), version };
  if (baseline !== null) await demandFile(baseline.file, "model_unreadable", "the baseline");
  const root = path(valueOf(given, "root") ?? ".");
  const data = valueOf(given, "data");
  const out = path(requiredValue(given, "out"));

  const shard = readShard(given);
  const parts = (given.values["merge"] ?? []).map(path);
  if (shard !== null && parts.length > 0)
    throw badUsage("--shard predicts one part, --merge measures all: give one of them");

  if ((shard !== null || parts.length > 0) && given.values["cache"] !== undefined)
    throw badUsage("--cache keeps predictions of whole evaluations: give it without --shard and --merge");

  const options: EvaluateOptions = {
    model,
    config,
    candidate,
    baseline,
    data: data === null ? resolve(root, config.evaluate.data) : path(data),
    workers: readWorkers(given),
    provider: valueOf(given, "provider") ?? "cpu",
    batch: readBatch(given),
    out,
    path: world.env["PATH"],
    startedAt: new Date(),
    interrupt: world.interrupt,
    console,
    parts,
    cache: await openCacheOf(world, given, console),
  };
  if (shard !== null) return predictPart(world, given, options, shard);
  const report = await runEvaluation(options);

  console.progress("");
  return showReport(world, given, report, join(out, "report.html"));
}

async function openCacheOf(world: World, given: Arguments, console: Console): Promise<PredictionCache | null> {
  const folder = valueOf(given, "cache");
  const size = valueOf(given, "cache-size");
  if (folder === null && size !== null) throw badUsage("--cache-size needs --cache DIR");
  const maxBytes = size === null ? defaultCacheBytes : parseBytes(size);
  if (maxBytes === null) throw badUsage(`--cache-size must be a size such as 500MB or 2GiB, not ${size}`);
  if (folder === null) return null;
  return openCache({ folder: resolve(world.cwd, folder), maxBytes, say: console.say });
}

async function predictPart(world: World, given: Arguments, options: EvaluateOptions, shard: Shard): Promise<number> {
  const part = await runShard(options, shard);
  options.console.progress("");
  const { from, to } = part.rows;
  world.stdout(
    given.switches.includes("json")
      ? `${JSON.stringify(part)}\n`
      : `Part ${shard.shard} of ${shard.of}: ${to - from} of ${part.source.rows} rows are predicted.\n`,
  );
  return exitCodes.pass;
}

function readShard(given: Arguments): Shard | null {
  const text = valueOf(given, "shard");
  if (text === null) return null;
  const shard = parseShard(text);
  if (shard === null) throw badUsage(`--shard must be I/N, from 1/1 to ${maxShards}/${maxShards}, not ${text}`);
  return shard;
}

function readWorkers(given: Arguments): number | null {
  const text = valueOf(given, "workers");
  if (text === null) return null;
  if (!/^[1-9][0-9]?$/.test(text)) throw badUsage(`--workers must be a whole number from 1 to 99, not ${text}`);
  return Number(text);
}

function readBatch(given: Arguments): number | null {
  const text = valueOf(given, "batch");
  if (text === null) return null;
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw badUsage(`--batch must be a whole number from 1 to 999999, not ${text}`);
  return Number(text);
}
