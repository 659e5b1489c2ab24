import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { AssayError } from "../../core/fault.ts";
import type { ProbeAnswer, ProbeRequest, Requests, Size } from "./protocol.ts";

export type Subject = {
  readonly file: string;
  /** How messages call the model: candidate or baseline. */
  readonly role: string;
  readonly requests: Requests;
};

/** A process that measures one model, or none at all: the empty process that memory is compared with. */
export type Probe = {
  readonly open: (subject: Subject, provider: string) => Promise<void>;
  /** Milliseconds of each query. */
  readonly time: (size: Size, queries: number) => Promise<Float64Array>;
  readonly peakBytes: () => Promise<number>;
  /** Ends the process and waits until it is gone. */
  readonly close: () => Promise<void>;
};

/** Starts a process with the runtime loaded. Throws the fault of the model, or the reason of the interrupt. */
export async function startProbe(interrupt: AbortSignal): Promise<Probe> {
  interrupt.throwIfAborted();
  const child = fork(new URL("./probe-process.ts", import.meta.url), {
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  exited.catch(() => {});
  const close = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited.catch(() => {});
  };
  const asked = (request: ProbeRequest): Promise<ProbeAnswer> => ask(child, request, interrupt);
  try {
    await heard(child, interrupt, () => {});
  } catch (error) {
    await close();
    throw error;
  }
  return {
    open: async ({ file, role, requests }, provider) => {
      await asked({ kind: "open", file, provider, requests }).catch((error: unknown) => {
        throw withRole(error, role);
      });
    },
    time: async (size, queries) => {
      const answer = await asked({ kind: "time", size, queries });
      if (answer.kind !== "timed") throw unexpected(answer);
      return answer.ms;
    },
    peakBytes: async () => {
      const answer = await asked({ kind: "peak" });
      if (answer.kind !== "peak") throw unexpected(answer);
      return answer.bytes;
    },
    close,
  };
}

async function ask(child: ChildProcess, request: ProbeRequest, interrupt: AbortSignal): Promise<ProbeAnswer> {
  // A process that has just ended refuses the message; that it ended is what is reported.
  return heard(child, interrupt, () => child.send(request, () => {}));
}

async function heard(child: ChildProcess, interrupt: AbortSignal, send: () => void): Promise<ProbeAnswer> {
  interrupt.throwIfAborted();
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, interrupt]);
  try {
    if (child.exitCode !== null || child.signalCode !== null) throw gone();
    const crash = once(child, "exit", { signal }).then((): never => {
      throw gone();
    });
    const message = once(child, "message", { signal }).then(([answer]: ProbeAnswer[]) => answer);
    send();
    const answer = await Promise.race([message, crash]);
    if (answer === undefined) throw new Error("a measuring process answered nothing");
    if (answer.kind === "refused") throw new AssayError(answer.fault);
    return answer;
  } catch (error) {
    interrupt.throwIfAborted();
    throw error;
  } finally {
    ended.abort();
  }
}

function gone(): AssayError {
  return new AssayError({ reason: "model_unreadable", message: "the model ended the process it was measured in" });
}

function unexpected(answer: ProbeAnswer): Error {
  return new Error(`a measuring process answered out of turn: ${answer.kind}`);
}

function withRole(error: unknown, role: string): unknown {
  if (!(error instanceof AssayError)) return error;
  return new AssayError({ ...error.fault, message: `${role}: ${error.fault.message}` }, { cause: error });
}
