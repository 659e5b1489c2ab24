import { join } from "node:path";
import * as core from "@actions/core";
import { AssayError } from "../../core/fault.ts";
import type { Training } from "../../core/run-result.ts";
import { writeConfig } from "../config-file.ts";
import { fetchModel } from "../fetch-model.ts";
import { checkOut, remoteOf } from "../git.ts";
import { prepareRunner } from "../runner-folder.ts";
import type { Work } from "../stage.ts";

export type Sources = {
  /** The runner. */
  readonly main: string;
  /** The arguments of `assay evaluate` that say what is evaluated. */
  readonly args: readonly string[];
  /** How the candidate was trained, by its artifact's own word. */
  readonly training: Training | null;
};

/**
 * Brings what the ticket names to this machine: both models by digest, the base commit with its data, the configuration.
 * Throws AssayError when something is not what the ticket says.
 */
export async function fetchSources({ world, ticket, folder }: Work): Promise<Sources> {
  if (ticket.candidate === null)
    throw new AssayError({ reason: "ticket_invalid", message: "the ticket names no candidate" });
  const main = await prepareRunner(world, core.info);
  const checkout = join(folder, "checkout");
  await checkOut(remoteOf(world), ticket.commit, ticket.tree, checkout);

  const candidate = join(folder, "candidate.onnx");
  const { training } = await fetchModel(world, ticket.candidate, checkout, candidate);
  const baselineArgs: string[] = [];
  if (ticket.baseline !== null) {
    const baseline = join(folder, "baseline.onnx");
    await fetchModel(world, ticket.baseline, checkout, baseline);
    baselineArgs.push("--baseline", baseline, "--baseline-version", ticket.baseline.version);
  }

  const config = join(folder, "config.json");
  await writeConfig(ticket, config);
  const models = ["--model", ticket.model, "--candidate", candidate, ...baselineArgs];
  return { main, args: ["evaluate", "--config", config, ...models, "--root", checkout, "--json"], training };
}
