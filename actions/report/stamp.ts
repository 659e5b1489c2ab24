import { createHash } from "node:crypto";
import type { Generation } from "./report-world.ts";

/**
 * The last line of a comment of this action: which pull request and key it is for, and which run wrote it. The key is
 * digested, so that any text may be one and none can end the HTML comment.
 */
export function stampOf(pull: number, key: string, { runId, attempt, head }: Generation): string {
  return `${markerOf(pull, key)} run:${runId}.${attempt} head:${head} -->`;
}

/** What all comments of one pull request and key have in common. */
export function markerOf(pull: number, key: string): string {
  return `<!-- assay:report:${pull}:${createHash("sha256").update(key).digest("hex").slice(0, 12)}`;
}

/** The stamp at the very end of a body; null where there is none, such as where our marker is only quoted. */
export function readStamp(
  body: string,
  marker: string,
): { readonly content: string; readonly generation: Generation } | null {
  const match =
    /^([^]*?)\s*(<!-- assay:report:\d+:[0-9a-f]{12}) run:(\d{1,15})\.(\d{1,9}) head:([0-9a-f]{40,64}) -->\s*$/.exec(
      body,
    );
  if (match === null || match[2] !== marker) return null;
  const [, content = "", , runId, attempt, head = ""] = match;
  return {
    content: content.replaceAll("\r\n", "\n").trim(),
    generation: { runId: Number(runId), attempt: Number(attempt), head },
  };
}
