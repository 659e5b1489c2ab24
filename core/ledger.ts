import { digestJson, type Json } from "./digest.ts";
import type { Reason } from "./fault.ts";

/** One decision, as it is remembered: who or what caused it, what was decided, and why. */
export type Decision = {
  readonly what: string;
  readonly reason: Reason | null;
  readonly by: string;
  readonly subject: Readonly<Record<string, string | number | null>>;
};

export type LedgerEntry = Decision & {
  readonly repositoryId: number;
  readonly at: string;
  readonly previous: string;
  readonly hash: string;
};

/** `previous` of the first entry of a repository. */
export const ledgerStart = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

/** The next entry of a hash chain: its hash covers the entry and the hash before it. */
export function chain(decision: Decision, at: string, repositoryId: number, previous: string): LedgerEntry {
  const body = { ...decision, repositoryId, at, previous };
  return { ...body, hash: digestJson(body satisfies Json) };
}

/** Index of the first entry that does not follow from the one before it, or null when the chain is intact. */
export function firstBreak(entries: readonly LedgerEntry[]): number | null {
  let previous = ledgerStart;
  for (const [index, entry] of entries.entries()) {
    const { hash, at, repositoryId, previous: stated, ...decision } = entry;
    if (stated !== previous || chain(decision, at, repositoryId, previous).hash !== hash) return index;
    previous = hash;
  }
  return null;
}
