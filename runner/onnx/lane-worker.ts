import { parentPort } from "node:worker_threads";
import { AssayError, type Fault } from "../../core/fault.ts";
import type { LaneAnswer, LaneRequest } from "./port.ts";
import { openSession, type Session } from "./session.ts";

// A thread of its own, because a running session blocks the event loop of the thread it is in.
let session: Session | null = null;

parentPort?.on("message", (request: LaneRequest) => {
  void answer(request)
    .catch((error: unknown): LaneAnswer => ({ kind: "refused", fault: toFault(error) }))
    .then((message) => {
      if (message === null) parentPort?.close();
      else parentPort?.postMessage(message, message.kind === "ran" ? [message.output.data.buffer] : []);
    });
});

async function answer(request: LaneRequest): Promise<LaneAnswer | null> {
  switch (request.kind) {
    case "open":
      session = await openSession(request.file, request.provider);
      return { kind: "opened", description: session.description };
    case "run": {
      if (session === null) throw new Error("a lane was asked to run before it was opened");
      return { kind: "ran", output: await session.run(request.inputs, request.output) };
    }
    case "close":
      await session?.close();
      return null;
  }
}

function toFault(error: unknown): Fault {
  if (error instanceof AssayError) return error.fault;
  return { reason: "internal", message: error instanceof Error ? error.message : String(error) };
}
