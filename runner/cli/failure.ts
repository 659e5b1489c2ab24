import { isAbsolute, relative } from "node:path";
import { AssayError, describeFault, type Fault } from "../../core/fault.ts";
import type { World } from "../world.ts";
import { exitCodes } from "./command.ts";
import { plainText } from "./plain-text.ts";

/** A mistake on the command line, with the sentence the person reads. */
export function badUsage(message: string): AssayError {
  return new AssayError({ reason: "bad_usage", message });
}

/** Says on stderr (and as JSON with `--json`) why the program ends without a result; gives the exit code. */
export function reportFailure(world: World, error: unknown): number {
  const found = withShortPath(world, asFault(world, error));
  const fault = { ...found, message: found.message.slice(0, maxMessage) };
  const clear = world.terminal.stderr ? "\r\u001b[K" : "";
  // Names out of a model or a data file are in there: none of them may steer the terminal.
  world.stderr(`${clear}assay: ${plainText(describeFault(fault))}\n`);
  if (fault.reason === "internal" && error instanceof Error && error.stack !== undefined)
    world.stderr(`${error.stack}\nThis is a mistake in assay, not in your files.\n`);
  if (world.args.includes("--json")) {
    const training = world.args[0] === "train" ? { outcome: "failed", training: null } : {};
    world.stdout(`${JSON.stringify({ ...training, fault })}\n`);
  }
  return exitCodeOf(fault);
}

function asFault(world: World, error: unknown): Fault {
  // Whatever broke after Ctrl-C broke because of it: a closed database, a stopped worker.
  if (world.interrupt.aborted) return { reason: "interrupted", message: "interrupted; nothing was written" };
  if (error instanceof AssayError) return error.fault;
  return { reason: "internal", message: error instanceof Error ? error.message : String(error) };
}

// As run-result.ts bounds what a run may hand on.
const maxMessage = 4_000;

/** File names as the person would type them, for files below the current folder. */
function withShortPath(world: World, fault: Fault): Fault {
  const { file } = fault.place ?? {};
  if (file === undefined || !isAbsolute(file)) return fault;
  const short = relative(world.cwd, file);
  return short === "" || short.startsWith("..") ? fault : { ...fault, place: { ...fault.place, file: short } };
}

function exitCodeOf(fault: Fault): number {
  if (fault.reason === "interrupted") return exitCodes.interrupted;
  return fault.reason === "internal" ? exitCodes.internal : exitCodes.badInput;
}
