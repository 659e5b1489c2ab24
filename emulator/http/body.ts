import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import { Problem } from "./problem.ts";

const maxBytes = 64 * 1024 * 1024;

/** The whole body of a request; throws 413 for one that is too large. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new Problem(413, "Payload too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** JSON, or undefined for an empty body; throws 400 as GitHub does. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new Problem(400, "Problems parsing JSON");
  }
}

/** The checked body; throws 422 that names the fields. A missing body is an empty object. */
export function checkBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    (issue) => `${issue.path.length === 0 ? "body" : `"${issue.path.join(".")}"`}: ${issue.message}`,
  );
  const errors = result.error.issues.map((issue) => ({
    resource: "Request",
    field: issue.path.join("."),
    code: "invalid",
    message: issue.message,
  }));
  throw new Problem(422, `Invalid request.\n\n${lines.join("\n")}`, { errors });
}
