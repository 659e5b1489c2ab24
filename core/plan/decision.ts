import { digest } from "../digest.ts";
import type { Job, Promotion, Pull, Version } from "../job/state.ts";
import type { Decision } from "../ledger.ts";
import type { Effect } from "./effect.ts";

/**
 * What plan decides: rows to write (whole, replacing older ones), what to remember in the ledger, what to do to GitHub.
 * The App commits all of it in one transaction.
 */
export type Plan = {
  readonly pull: Pull | null;
  readonly jobs: readonly Job[];
  readonly versions: readonly Version[];
  readonly promotions: readonly Promotion[];
  readonly ledger: readonly Decision[];
  readonly effects: readonly Effect[];
};

export const nothing: Plan = { pull: null, jobs: [], versions: [], promotions: [], ledger: [], effects: [] };

export function planOf(parts: Partial<Plan>): Plan {
  return { ...nothing, ...parts };
}

/** Time and randomness of one planning: handed in, so that a decision can be replayed. */
export type Context = {
  /** ISO 8601 */
  readonly now: string;
  /** At least 128 random bits, in hexadecimal; a new one for each event. */
  readonly entropy: string;
};

/** 32 hexadecimal digits that nobody can guess without the entropy, different for each subject. */
export function nonce(context: Context, ...subject: readonly (string | number)[]): string {
  return digest([context.entropy, ...subject].join("\n")).slice("sha256:".length, "sha256:".length + 32);
}
