import { storable } from "../../core/storable.ts";

/** Far deeper than anything GitHub sends; a database gives up on what is nested thousands deep. */
const maxDepth = 200;

/**
 * A body as the JSON object it should be, such that a database can keep it; null when it is none. What Postgres cannot
 * hold in text, NUL and halves of surrogate pairs, becomes U+FFFD: no reader of ours needs it, and losing the delivery
 * would be worse.
 */
export function readPayload(body: string): object | null {
  let payload: unknown;
  try {
    payload = JSON.parse(body);
  } catch {
    return null;
  }
  if (typeof payload !== "object" || payload === null || Array.isArray(payload) || !isShallow(payload, 0)) return null;
  // Both can only have come from an escape.
  if (!/\\u(?:0000|[dD][89a-fA-F])/.test(body)) return payload;
  const mended = mend(payload);
  return typeof mended === "object" ? mended : null;
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth >= maxDepth) return false;
  return Object.values(value).every((member) => isShallow(member, depth + 1));
}

function mend(value: unknown): unknown {
  if (typeof value === "string") return storable(value);
  if (Array.isArray(value)) return value.map(mend);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [storable(key), mend(member)]));
}
