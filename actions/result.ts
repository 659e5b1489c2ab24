import type { Fault } from "../core/fault.ts";
import { type RunResult, runResult, type Training } from "../core/run-result.ts";
import type { Stage } from "../core/ticket.ts";

/** result.json of this run; texts are cut to what its readers accept, the end of a log being worth more than its start. */
export function resultOf(stage: Stage, nonce: string, fault: Fault | null, training: Training | null): RunResult {
  return {
    schema: 1,
    stage,
    nonce,
    outcome: fault === null ? "succeeded" : "failed",
    fault: fault && cut(fault),
    training,
  };
}

function cut(fault: Fault): RunResult["fault"] {
  const { place, detail } = fault;
  return {
    reason: fault.reason,
    message: fault.message.slice(0, 4_000),
    ...(place === undefined
      ? {}
      : { place: { ...place, ...shortened("file", place.file), ...shortened("path", place.path) } }),
    ...(detail === undefined ? {} : { detail: detail.slice(-16_384).toWellFormed() }),
  };
}

function shortened(key: "file" | "path", value: string | undefined): { file?: string; path?: string } {
  return value === undefined ? {} : { [key]: value.slice(0, 1_000) };
}

const trainOutput = runResult.pick({ outcome: true, fault: true, training: true });
const faultOutput = runResult.pick({ fault: true }).loose();

export type TrainOutput = Pick<RunResult, "outcome" | "training"> & { readonly fault: Fault | null };

/** What `assay train --json` printed, or null when it printed something else. */
export function readTrainOutput(stdout: string): TrainOutput | null {
  const output = trainOutput.safeParse(parseJson(stdout)).data;
  return output === undefined ? null : { ...output, fault: output.fault && present(output.fault) };
}

/** The fault that a failed `assay … --json` printed, or null. */
export function readFaultOutput(stdout: string): Fault | null {
  const fault = faultOutput.safeParse(parseJson(stdout)).data?.fault ?? null;
  return fault && present(fault);
}

/** A parsed fault without keys that are there but undefined. */
function present({ reason, message, place, detail }: NonNullable<RunResult["fault"]>): Fault {
  const known = Object.fromEntries(Object.entries(place ?? {}).filter(([, value]) => value !== undefined));
  return {
    reason,
    message,
    ...(place === undefined ? {} : { place: known }),
    ...(detail === undefined ? {} : { detail }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
