import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as core from "@actions/core";
import { AssayError, describeFault, type Fault } from "../core/fault.ts";
import { artifactFiles, artifactNames, type Training } from "../core/run-result.ts";
import type { Ticket } from "../core/ticket.ts";
import { type Upload, upload } from "./artifacts.ts";
import { basicCredentials } from "./git.ts";
import { plainText } from "./plain-text.ts";
import { resultOf } from "./result.ts";
import { verifyTicket } from "./ticket.ts";
import type { World } from "./world.ts";

/** One run's work: the verified ticket and a private folder that is removed when the run ends. */
export type Work = { readonly world: World; readonly ticket: Ticket; readonly folder: string };

/** How a stage ended, as data; `runStage` tells GitHub. */
export type StageEnd = {
  readonly fault: Fault | null;
  readonly training: Training | null;
  readonly uploads: readonly Upload[];
  /** Files of `folder` that travel next to result.json. */
  readonly resultFiles: readonly string[];
  /** Markdown for the run's page. */
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
};

export type StageWork = (work: Work) => Promise<StageEnd>;

export function failed(fault: Fault, training: Training | null = null): StageEnd {
  return { fault, training, uploads: [], resultFiles: [], summary: "", outputs: {} };
}

const nonceForm = /^[0-9a-f]{32}$/;
const shardForm = /^[1-9][0-9]?$/;

/**
 * The frame of every action: verify the ticket, work, upload what was made, tell the reader of the run, and upload the
 * result. The result comes last: where it is, everything else is.
 */
export async function runStage(world: World, work: StageWork): Promise<void> {
  core.setSecret(world.inputs.ticket);
  if (world.inputs.token !== "") core.setSecret(basicCredentials(world.inputs.token));
  const folder = await mkdtemp(join(world.temp, "assay-"));
  try {
    const end = await uploaded(await worked(world, work, folder));
    for (const [name, value] of Object.entries(end.outputs)) core.setOutput(name, value);
    if (end.fault !== null) core.setFailed(`${end.fault.reason}: ${describeFault(end.fault)}`);
    await showSummary(world, end);
    if (nonceForm.test(world.inputs.nonce)) await uploadResult(world, end, folder);
  } catch (error) {
    core.setFailed(`internal: the result could not be uploaded: ${String(error)}`);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 2 }).catch(() => core.info(`${folder} stays behind`));
  }
}

/** Uploads what the stage made; when that fails, so does the stage, with a result that says why. */
async function uploaded(end: StageEnd): Promise<StageEnd> {
  for (const each of end.uploads) {
    try {
      await upload(each);
    } catch (error) {
      return failed(
        { reason: "internal", message: `${each.name} could not be uploaded`, detail: String(error) },
        end.training,
      );
    }
  }
  return end;
}

async function worked(world: World, work: StageWork, folder: string): Promise<StageEnd> {
  try {
    const verified = await verifyTicket(world);
    if (!verified.ok) return failed(verified.fault);
    return await work({ world, ticket: verified.ticket, folder });
  } catch (error) {
    if (error instanceof AssayError) return failed(error.fault);
    return failed({ reason: "internal", message: error instanceof Error ? error.message : String(error) });
  }
}

async function uploadResult(world: World, end: StageEnd, folder: string): Promise<void> {
  const result = join(folder, artifactFiles.result);
  const { stage, inputs } = world;
  await writeFile(result, `${JSON.stringify(resultOf(stage, inputs.nonce, end.fault, end.training), null, 2)}\n`);
  const files = [result, ...end.resultFiles.map((name) => join(folder, name))];
  await upload({ name: resultName(inputs), folder, files });
}

/** A shard's result is for the job that merges the parts; the App reads that job's. */
function resultName({ nonce, shard }: World["inputs"]): string {
  return shard !== null && shardForm.test(shard)
    ? artifactNames.part(nonce, Number(shard))
    : artifactNames.result(nonce);
}

async function showSummary(world: World, end: StageEnd): Promise<void> {
  const { fault } = end;
  const text = fault === null ? end.summary : `**${world.stage}: ${fault.reason}**. ${plainText(describeFault(fault))}`;
  if (text === "" || (world.environment["GITHUB_STEP_SUMMARY"] ?? "") === "") return;
  await core.summary.addRaw(text, true).write();
}
