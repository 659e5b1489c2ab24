import { digestJson } from "./digest.ts";
import type { Verdict } from "./report.ts";

/** What a verdict rests on. An approval or a promotion is bound to its digest: if any part differs, it does not apply. */
export type Evidence = {
  readonly commit: string;
  readonly tree: string;
  readonly fingerprint: string;
  readonly modelDigest: string;
  readonly dataDigest: string;
  readonly configDigest: string;
  readonly reportDigest: string;
  readonly baseline: string | null;
  readonly verdict: Verdict;
};

export function evidenceDigest(evidence: Evidence): string {
  return digestJson({ ...evidence });
}
