import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { randomFrom } from "../random.ts";
import type { Payload } from "./payloads.ts";

export type Sent = {
  /** Delivery ids that were answered with 200. */
  readonly acknowledged: readonly string[];
  /** Everything else: other answers, and none. */
  readonly refused: number;
  /** From the first byte sent to the end of the answer, milliseconds, ascending. */
  readonly ackMs: readonly number[];
  /** How late the sender itself was, milliseconds, ascending: when this grows, the machine is full. */
  readonly lateMs: readonly number[];
  readonly seconds: number;
};

const patienceMs = 10_000;

/**
 * Posts deliveries at random moments, `perSecond` on average, for `seconds`, whether or not earlier ones were answered: a
 * server that is slow gets no fewer. As GitHub does, gives up on an answer after ten seconds.
 */
export async function send(
  url: string,
  payloads: readonly Payload[],
  load: { readonly perSecond: number; readonly seconds: number; readonly seed: string },
): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: 512, scheduling: "fifo" });
  const due = moments(load);
  const acknowledged: string[] = [];
  const ackMs: number[] = [];
  const lateMs: number[] = [];
  const answers: Promise<void>[] = [];
  let refused = 0;
  const start = performance.now();
  let next = 0;
  while (next < due.length) {
    const elapsed = performance.now() - start;
    for (; next < due.length && (due[next] ?? 0) <= elapsed; next += 1) {
      const payload = payloads[next % payloads.length];
      if (payload === undefined) throw new RangeError("nothing to send");
      const id = randomUUID();
      const began = performance.now();
      lateMs.push(began - start - (due[next] ?? 0));
      answers.push(
        post(agent, url, payload, id).then((status) => {
          ackMs.push(performance.now() - began);
          if (status === 200) acknowledged.push(id);
          else refused += 1;
        }),
      );
    }
    await pause(1);
  }
  await Promise.all(answers);
  agent.destroy();
  return { acknowledged, refused, ackMs: sorted(ackMs), lateMs: sorted(lateMs), seconds: load.seconds };
}

/** Moments at which independent senders would send: the gaps are exponential. */
function moments(load: {
  readonly perSecond: number;
  readonly seconds: number;
  readonly seed: string;
}): readonly number[] {
  const random = randomFrom("load", load.seed, load.perSecond);
  const at: number[] = [];
  for (let ms = 0; ; ) {
    ms += (-1_000 / load.perSecond) * Math.log(random.uniform());
    if (ms >= 1_000 * load.seconds) return at;
    at.push(ms);
  }
}

/** The status of the answer, or null when there was none in time. */
async function post(
  agent: Agent,
  url: string,
  { event, body, signature }: Payload,
  id: string,
): Promise<number | null> {
  return new Promise((resolve) => {
    const headers = {
      "content-type": "application/json",
      "content-length": body.length,
      "user-agent": "GitHub-Hookshot/load",
      "x-github-event": event,
      "x-github-delivery": id,
      "x-hub-signature-256": signature,
    };
    const sending = request(url, { method: "POST", agent, headers, timeout: patienceMs }, (answer) => {
      answer.resume();
      answer.once("end", () => resolve(answer.statusCode ?? null));
      answer.once("error", () => resolve(null));
    });
    sending.once("timeout", () => sending.destroy());
    sending.once("error", () => resolve(null));
    sending.end(body);
  });
}

function sorted(values: readonly number[]): readonly number[] {
  return values.toSorted((a, b) => a - b);
}

/** The smallest value that at least the share `p` of them does not exceed; `ascending` must be. */
export function quantile(ascending: readonly number[], p: number): number {
  return ascending[Math.max(0, Math.ceil(p * ascending.length) - 1)] ?? Number.NaN;
}
