import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { z } from "zod";
import type { EventOf } from "../core/plan/event.ts";
import type { Signer } from "./keys.ts";

export const progressPath = "/progress";

export type ProgressOptions = {
  readonly signer: Signer;
  readonly log: Logger;
  readonly now: () => Date;
  /** What a runner told; false when it is about no run of ours. */
  readonly told: (event: ToldProgress) => Promise<boolean>;
};

export type ToldProgress = Pick<EventOf<"run_progressed">, "kind" | "nonce" | "step" | "of">;

const body = z.strictObject({ step: z.number().nonnegative(), of: z.number().positive() });
const maxBodyBytes = 1_000;
/** A check shows progress every ten seconds at most; what comes quicker is not read. */
const everyMs = 4_000;
const keptNonces = 1_000;

/**
 * Takes word of how far a training is, from whoever holds its ticket: that is the run, and with it the training code. So it
 * is shown and decides nothing. Answers true when the request was its.
 */
export function createProgress({
  signer,
  log,
  now,
  told,
}: ProgressOptions): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const last = new Map<string, number>();
  const accept = async (request: IncomingMessage): Promise<number> => {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
    const ticket = token === undefined ? null : await signer.verify(token, now().getTime());
    if (ticket === null || ticket.stage !== "train") return 401;
    if (now().getTime() - (last.get(ticket.jti) ?? 0) < everyMs) return 429;
    const text = await readBody(request);
    const parsed = text === null ? null : body.safeParse(parse(text));
    if (parsed?.success !== true) return 400;
    last.delete(ticket.jti);
    last.set(ticket.jti, now().getTime());
    for (const oldest of last.keys()) {
      if (last.size <= keptNonces) break;
      last.delete(oldest);
    }
    try {
      return (await told({ kind: "run_progressed", nonce: ticket.jti, ...parsed.data })) ? 204 : 404;
    } catch (error) {
      const { job, repository } = ticket;
      log.warn({ err: error, repository: repository.fullName, job }, "a training's progress could not be noted");
      return 500;
    }
  };
  return async (request, response) => {
    if (request.url !== progressPath || request.method !== "POST") return false;
    const status = await accept(request).catch((error: unknown) => {
      log.warn({ err: error }, "word of a training's progress could not be taken");
      return 500;
    });
    response.writeHead(status, { "content-length": 0, connection: "close" }).end();
    return true;
  };
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > maxBodyBytes) return null;
  }
  return text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
