import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { AssayError } from "../../core/fault.ts";
import type { InputTensor, Lane, LaneAnswer, LaneRequest, ModelDescription, OpenModel, OpenOptions } from "./port.ts";

/** Models that work together: every thread holds all of them, so that a batch meets them one after the other. */
export type OpenModels = {
  readonly models: readonly OpenModel[];
  readonly close: () => Promise<void>;
};

type Lanes = { readonly thread: Thread; readonly descriptions: readonly ModelDescription[] };

/** Loads models in `lanes` threads. Throws the fault of a file (model_unreadable, model_unsafe) with its role. */
export async function openModels({ models, provider, lanes, interrupt }: OpenOptions): Promise<OpenModels> {
  const threads = Array.from({ length: lanes }, startThread);
  // A batch can take for ever, and nothing stops the runtime in the middle of one.
  const stop = (): void => {
    for (const thread of threads) thread.abandon(interrupt.reason);
  };
  interrupt.addEventListener("abort", stop);
  if (interrupt.aborted) stop();
  const close = async (): Promise<void> => {
    await Promise.all(threads.map((thread) => thread.close()));
    interrupt.removeEventListener("abort", stop);
  };
  const settled = await Promise.allSettled(
    threads.map(async (thread): Promise<Lanes> => ({ thread, descriptions: await openAll(thread, models, provider) })),
  );
  const failed = settled.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  const opened = settled.filter((result) => result.status === "fulfilled").map((result) => result.value);
  try {
    return { models: models.map((model, at) => describeModel(model, at, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openAll(
  { ask }: Thread,
  models: OpenOptions["models"],
  provider: string,
): Promise<readonly ModelDescription[]> {
  const descriptions: ModelDescription[] = [];
  for (const { file, role } of models) {
    // Where the best provider is looked for, all models use the one that the first got.
    const wanted = descriptions[0]?.provider ?? provider;
    const answer = await ask({ kind: "open", file, provider: wanted }).catch((error: unknown) => {
      throw withRole(error, role);
    });
    if (answer.kind !== "opened") throw unexpected(answer);
    descriptions.push(answer.description);
  }
  return descriptions;
}

function describeModel({ file, role }: OpenOptions["models"][number], at: number, opened: readonly Lanes[]): OpenModel {
  const [description, ...others] = opened.flatMap(({ descriptions }) => descriptions[at] ?? []);
  if (description === undefined) throw new Error("a model is open in no thread");
  const { digest, provider } = description;
  if (others.some((other) => other.digest !== digest || other.provider !== provider))
    throw new AssayError({
      reason: "model_unreadable",
      message: `${role}: the file changed while it was read`,
      place: { file },
    });
  return { file, role, description, place: at, lanes: opened.map(({ thread }) => laneOf(thread)) };
}

function laneOf({ ask }: Thread): Lane {
  return {
    run: async (block) => {
      const answer = await ask({ kind: "run", ...block }, memoryOf(block.inputs));
      if (answer.kind !== "ran") throw unexpected(answer);
      return answer.outputs;
    },
    countNodes: async (profiled) => {
      const answer = await ask({ kind: "count-nodes", ...profiled });
      if (answer.kind !== "counted") throw unexpected(answer);
      return answer.nodes;
    },
  };
}

type Waiting = { readonly resolve: (answer: LaneAnswer) => void; readonly reject: (error: unknown) => void };
type Thread = {
  readonly ask: (request: LaneRequest, transfer?: ArrayBuffer[]) => Promise<LaneAnswer>;
  readonly close: () => Promise<void>;
  /** Who waits for an answer gets this error, and nobody waits for the thread to end: it does so after its batch. */
  readonly abandon: (reason: unknown) => void;
};

/** A thread that answers in the order in which it is asked: the first one that waits is the one that is meant. */
function startThread(): Thread {
  const worker = new Worker(new URL("./lane-worker.ts", import.meta.url));
  const exited = once(worker, "exit");
  exited.catch(() => {});
  const waiting: Waiting[] = [];
  let gone: unknown = null;
  const fail = (error: unknown): void => {
    gone ??= error;
    for (const { reject } of waiting.splice(0)) reject(gone);
  };
  worker.on("message", (answer: LaneAnswer) => {
    const next = waiting.shift();
    if (answer.kind === "refused") next?.reject(new AssayError(answer.fault));
    else next?.resolve(answer);
  });
  worker.on("error", fail);
  const abandoned = Promise.withResolvers<void>();
  worker.on("exit", () => {
    fail(new AssayError({ reason: "model_unreadable", message: "the model ended the thread it was loaded in" }));
  });
  return {
    ask: (request, transfer = []) => {
      if (gone !== null) return Promise.reject(gone);
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.postMessage(request, transfer);
      });
    },
    close: async () => {
      worker.postMessage({ kind: "close" } satisfies LaneRequest, []);
      await Promise.race([exited.catch(() => {}), abandoned.promise]);
    },
    abandon: (reason) => {
      fail(reason);
      abandoned.resolve();
    },
  };
}

function memoryOf(inputs: readonly InputTensor[]): ArrayBuffer[] {
  return inputs.flatMap(({ data }) => {
    if (ArrayBuffer.isView(data)) return [data.buffer];
    return "codes" in data ? [data.codes.buffer] : [];
  });
}

function unexpected(answer: LaneAnswer): Error {
  return new Error(`a lane answered out of turn: ${answer.kind}`);
}

function withRole(error: unknown, role: string): unknown {
  if (!(error instanceof AssayError)) return error;
  return new AssayError({ ...error.fault, message: `${role}: ${error.fault.message}` }, { cause: error });
}
