import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { logOfDelivery } from "../log.ts";
import { drain, readBody } from "./body.ts";
import { readPayload } from "./payload.ts";

export type ReceivedDelivery = {
  readonly id: string;
  readonly name: string;
  readonly payload: object;
  /** The payload as it was sent. */
  readonly body: string;
};

export type ReceiverOptions = {
  readonly path: string;
  /** Does the signature belong to the body? */
  readonly verify: (body: string, signature: string) => Promise<boolean>;
  /** Keeps a verified delivery for good; true when it was new. */
  readonly keep: (delivery: ReceivedDelivery) => Promise<boolean>;
  readonly log: Logger;
  /** Told how each request ended, and after how long. */
  readonly seen: (outcome: Outcome, seconds: number) => void;
  /** After this a delivery that is not stored has failed; GitHub waits ten seconds. */
  readonly timeoutMs?: number;
};

/** Every way in which a request to the webhook address can end; `kept` and `duplicate` alone are acknowledged. */
export const outcomes = {
  kept: { status: 200, says: "ok" },
  duplicate: { status: 200, says: "ok" },
  wrong_method: { status: 405, says: "deliveries are posted" },
  wrong_type: { status: 415, says: "expected application/json; choose it as the webhook's content type" },
  bad_headers: { status: 400, says: "expected the headers x-github-event and x-github-delivery" },
  bad_signature: { status: 401, says: "expected x-hub-signature-256 made of the body with the webhook's secret" },
  too_large: { status: 413, says: "expected at most 25 MB" },
  unreadable: { status: 400, says: "expected a JSON object" },
  not_stored: { status: 503, says: "the delivery could not be stored; send it again" },
  too_slow: { status: 503, says: "the delivery was not stored in time; send it again" },
  broken: { status: 400, says: "the body ended early" },
} as const;
export type Outcome = keyof typeof outcomes;

/** GitHub sends nothing larger. */
const limitBytes = 25 * 1024 * 1024;
const inTimeMs = 8_000;
const lingerMs = 2_000;

/**
 * The webhook address: verifies a delivery, keeps it, and only then acknowledges it. Probot's own middleware would
 * acknowledge after nine seconds whatever became of the delivery, read bodies of any size, and tell the sender what the
 * database said. Answers true when the request was for this address.
 */
export function createReceiver(
  options: ReceiverOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const { path, log, seen, timeoutMs = inTimeMs } = options;
  return async (request, response) => {
    const asked = (request.url ?? "/").split("?", 1)[0] ?? "/";
    if (asked.replace(/\/+$/, "") !== path) return false;
    const began = performance.now();
    const late = Promise.withResolvers<Outcome>();
    const timer = setTimeout(() => late.resolve("too_slow"), timeoutMs);
    const work = receive(request, options).catch((error: unknown): Outcome => {
      log.error({ err: error }, "a delivery could not be received");
      return "not_stored";
    });
    const outcome = await Promise.race([work, late.promise]);
    clearTimeout(timer);
    seen(outcome, (performance.now() - began) / 1_000);
    await reply(request, response, outcome);
    return true;
  };
}

async function receive(request: IncomingMessage, options: ReceiverOptions): Promise<Outcome> {
  const { headers } = request;
  if (request.method !== "POST") return "wrong_method";
  if (!/^\s*application\/json\s*(?:;|$)/i.test(headers["content-type"] ?? "")) return "wrong_type";
  const [id, name] = [headers["x-github-delivery"], headers["x-github-event"]];
  if (typeof id !== "string" || typeof name !== "string") return "bad_headers";
  if (!/^[\w-]{1,100}$/.test(id) || !/^\w{1,100}$/.test(name)) return "bad_headers";
  const signature = headers["x-hub-signature-256"];
  if (typeof signature !== "string" || signature === "") return "bad_signature";
  const body = await readBody(request, limitBytes);
  if (body.kind !== "whole") return body.kind;
  // The signature covers the body alone: nothing of a forged delivery, its id least of all, may leave a trace.
  if (!(await options.verify(body.text, signature).catch(() => false))) {
    options.log.warn({ delivery: id, webhook: name }, "a delivery with a wrong signature was refused");
    return "bad_signature";
  }
  const payload = readPayload(body.text);
  if (payload === null) return "unreadable";
  try {
    return (await options.keep({ id, name, payload, body: body.text })) ? "kept" : "duplicate";
  } catch (error) {
    logOfDelivery(options.log, { id, name, payload }).error({ err: error }, "a delivery could not be stored");
    return "not_stored";
  }
}

async function reply(request: IncomingMessage, response: ServerResponse, outcome: Outcome): Promise<void> {
  const { status, says } = outcomes[outcome];
  const text = status === 200 ? `${says}\n` : `${JSON.stringify({ error: says })}\n`;
  const unread = !request.complete;
  response.on("error", () => {});
  response.writeHead(status, {
    "content-type": status === 200 ? "text/plain" : "application/json",
    "content-length": Buffer.byteLength(text),
    "x-content-type-options": "nosniff",
    ...(status === 405 ? { allow: "POST" } : {}),
    ...(unread ? { connection: "close" } : {}),
  });
  response.write(text);
  if (unread) await drain(request, lingerMs);
  response.end();
}
