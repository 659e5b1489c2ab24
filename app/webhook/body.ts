import type { IncomingMessage } from "node:http";

export type Body =
  | { readonly kind: "whole"; readonly text: string }
  /** Larger than the limit: nothing of it is held, the rest of it is still to be read off. */
  | { readonly kind: "too_large" }
  /** The sender went away, or did not get done. */
  | { readonly kind: "broken" };

/** The body of a request, of at most `limitBytes`; what is announced to be larger is not read at all. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Body> {
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) return { kind: "too_large" };
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let size = 0;
    const settle = (body: Body) => {
      chunks = [];
      request.off("data", take);
      resolve(body);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limitBytes) settle({ kind: "too_large" });
      else chunks.push(chunk);
    };
    request.on("data", take);
    request.once("end", () => settle({ kind: "whole", text: Buffer.concat(chunks, size).toString("utf8") }));
    request.once("error", () => settle({ kind: "broken" }));
    request.once("close", () => settle({ kind: "broken" }));
  });
}

const drainBytes = 100 * 1024 * 1024;

/**
 * Reads off, and forgets, what a sender still sends after it was refused: a connection that is cut while it sends would
 * not hear why. Resolves when it is done, or has sent too much or for too long.
 */
export async function drain(request: IncomingMessage, timeoutMs: number): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  await new Promise<void>((resolve) => {
    let size = 0;
    const timer = setTimeout(resolve, timeoutMs);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > drainBytes) end();
    });
    for (const name of ["end", "error", "close"]) request.once(name, end);
    request.resume();
  });
}
