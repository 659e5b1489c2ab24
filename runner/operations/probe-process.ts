import { readFile } from "node:fs/promises";
import { AssayError, type Fault } from "../../core/fault.ts";
import { openSession, type Session } from "../onnx/session.ts";
import { tensorsOf } from "../onnx/tensors.ts";
import type { ProbeAnswer, ProbeRequest, Requests } from "./protocol.ts";

// A process of its own per model: neither the other model, nor the reading of data, nor our own garbage takes part.
let opened: { readonly session: Session; readonly requests: Requests } | null = null;

// The parent decides when this ends, also when a terminal interrupts the whole group; without a parent there is no use.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());
process.on("message", (request: ProbeRequest) => {
  void answer(request)
    .catch((error: unknown): ProbeAnswer => ({ kind: "refused", fault: toFault(error) }))
    .then((message) => process.send?.(message));
});
process.send?.({ kind: "ready" } satisfies ProbeAnswer);

async function answer(request: ProbeRequest): Promise<ProbeAnswer> {
  switch (request.kind) {
    case "open":
      opened = { session: await openSession(request.file, request.provider), requests: request.requests };
      return { kind: "opened" };
    case "time":
      return { kind: "timed", ms: await time(request) };
    case "peak":
      return { kind: "peak", bytes: await peakBytes() };
  }
}

/** One query after the other: the next one starts when the one before has its answer. */
async function time({ size, queries }: Extract<ProbeRequest, { kind: "time" }>): Promise<Float64Array> {
  if (opened === null) throw new Error("a model was timed before it was opened");
  const { session, requests } = opened;
  const ms = new Float64Array(queries);
  for (let query = 0; query < queries; query++) {
    const before = process.hrtime.bigint();
    await session.run(tensorsOf(requests[size]), requests.output);
    ms[query] = Number(process.hrtime.bigint() - before) / 1e6;
  }
  return ms;
}

/**
 * Linux lets a process inherit the largest size of the one that started it in `maxRSS`; the high-water mark of its own
 * address space does not have that flaw.
 */
async function peakBytes(): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const kilobytes = Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
  return kilobytes * 1024;
}

function toFault(error: unknown): Fault {
  if (error instanceof AssayError) return error.fault;
  return { reason: "internal", message: error instanceof Error ? error.message : String(error) };
}
