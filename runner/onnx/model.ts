import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { AssayError } from "../../core/fault.ts";
import type {
  InputTensor,
  Lane,
  LaneAnswer,
  LaneRequest,
  ModelDescription,
  OpenModel,
  OpenOptions,
  OutputTensor,
} from "./port.ts";

type OpenLane = Lane & { readonly description: ModelDescription; readonly close: () => Promise<void> };

/** Loads a model in `lanes` threads. Throws the fault of the file (model_unreadable, model_unsafe) with its role. */
export async function openModel(options: OpenOptions): Promise<OpenModel> {
  const opening = Array.from({ length: options.lanes }, () => openLane(options));
  const settled = await Promise.allSettled(opening);
  const lanes = settled.filter((lane) => lane.status === "fulfilled").map((lane) => lane.value);
  const close = async (): Promise<void> => void (await Promise.all(lanes.map((lane) => lane.close())));
  const failed = settled.find((lane) => lane.status === "rejected");
  const [first] = lanes;
  if (failed !== undefined || first === undefined) {
    await close();
    throw withRole(failed?.reason, options.role);
  }
  if (lanes.some((lane) => lane.description.digest !== first.description.digest)) {
    await close();
    throw new AssayError({
      reason: "model_unreadable",
      message: "the file changed while it was read",
      place: { file: options.file },
    });
  }
  return { file: options.file, role: options.role, description: first.description, lanes, close };
}

async function openLane({ file, provider }: OpenOptions): Promise<OpenLane> {
  const worker = new Worker(new URL("./lane-worker.ts", import.meta.url));
  const exited = once(worker, "exit");
  exited.catch(() => {});
  const close = async (): Promise<void> => {
    worker.postMessage({ kind: "close" } satisfies LaneRequest, []);
    await exited;
  };
  try {
    const answer = await ask(worker, { kind: "open", file, provider });
    if (answer.kind !== "opened") throw unexpected(answer);
    return { description: answer.description, run: (inputs, output) => run(worker, inputs, output), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function run(worker: Worker, inputs: readonly InputTensor[], output: string): Promise<OutputTensor> {
  const answer = await ask(worker, { kind: "run", inputs, output });
  if (answer.kind !== "ran") throw unexpected(answer);
  return answer.output;
}

async function ask(worker: Worker, request: LaneRequest): Promise<LaneAnswer> {
  const ended = new AbortController();
  try {
    const crash = once(worker, "exit", { signal: ended.signal }).then((): never => {
      throw new AssayError({ reason: "model_unreadable", message: "the model ended the thread it was loaded in" });
    });
    // `once` rejects with the error of a thread that throws.
    const message = once(worker, "message", { signal: ended.signal }).then(([answer]: LaneAnswer[]) => answer);
    worker.postMessage(request, []);
    const answer = await Promise.race([message, crash]);
    if (answer === undefined) throw new Error("a lane answered nothing");
    if (answer.kind === "refused") throw new AssayError(answer.fault);
    return answer;
  } finally {
    ended.abort();
  }
}

function unexpected(answer: LaneAnswer): Error {
  return new Error(`a lane answered out of turn: ${answer.kind}`);
}

function withRole(error: unknown, role: string): unknown {
  if (!(error instanceof AssayError)) return error;
  return new AssayError({ ...error.fault, message: `${role}: ${error.fault.message}` }, { cause: error });
}
