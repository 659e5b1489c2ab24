import { parentPort } from "node:worker_threads";
import { AssayError, type Fault } from "../../core/fault.ts";
import { cutBlock, padBatch } from "./batches.ts";
import { countNodes } from "./count-nodes.ts";
import type { Block, LaneAnswer, LaneRequest, OutputTensor } from "./port.ts";
import { openSession, type Session } from "./session.ts";
import { tensorsOf } from "./tensors.ts";

// A thread of its own, because a running session blocks the event loop of the thread it is in.
const opened: { readonly file: string; readonly session: Session }[] = [];
let before: Promise<void> = Promise.resolve();

parentPort?.on("message", (request: LaneRequest) => {
  // One after the other, so that answers come in the order of the requests.
  before = before.then(async () => {
    const message = await answer(request).catch(
      (error: unknown): LaneAnswer => ({ kind: "refused", fault: toFault(error) }),
    );
    if (message === null) parentPort?.close();
    else parentPort?.postMessage(message, transferable(message));
  });
});

async function answer(request: LaneRequest): Promise<LaneAnswer | null> {
  switch (request.kind) {
    case "open": {
      const { file, provider } = request;
      const session = await openSession(file, provider);
      opened.push({ file, session });
      return { kind: "opened", description: session.description };
    }
    case "run":
      return { kind: "ran", outputs: await runBlock(request) };
    case "count-nodes": {
      const { file, session } = modelAt(request.model);
      const { inputs, output, scratch } = request;
      const { provider } = session.description;
      return { kind: "counted", nodes: await countNodes({ file, provider, inputs, output, scratch }) };
    }
    case "close":
      for (const { session } of opened) await session.close();
      return null;
  }
}

/** Batch after batch, each by all the models: its tensors are made once, and lie in the processor's cache. */
async function runBlock({ models, inputs, cuts, fixedRows, output }: Block): Promise<readonly OutputTensor[][]> {
  const runs = models.map((place) => ({ run: modelAt(place).session.run, outputs: new Array<OutputTensor>() }));
  for (const batch of cutBlock(inputs, cuts)) {
    const tensors = tensorsOf((fixedRows === null ? batch : padBatch(batch, fixedRows)).inputs);
    for (const { run, outputs } of runs) outputs.push(await run(tensors, output));
  }
  return runs.map(({ outputs }) => outputs);
}

function modelAt(place: number): (typeof opened)[number] {
  const found = opened[place];
  if (found === undefined) throw new Error("a lane was asked for a model that it does not have");
  return found;
}

function transferable(message: LaneAnswer): ArrayBuffer[] {
  if (message.kind !== "ran") return [];
  return message.outputs.flat().flatMap(({ data }) => (data instanceof Float64Array ? [data.buffer] : []));
}

function toFault(error: unknown): Fault {
  if (error instanceof AssayError) return error.fault;
  return { reason: "internal", message: error instanceof Error ? error.message : String(error) };
}
