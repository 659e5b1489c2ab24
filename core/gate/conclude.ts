import type { Verdict } from "../report.ts";

/** The worst first: the order in which one verdict speaks for several. */
const precedence: readonly Verdict[] = ["error", "fail", "no_baseline", "insufficient", "inconclusive", "pass"];

/** The verdict of all gates together; without gates nothing was asked, so nothing is held against the model. */
export function conclude(verdicts: readonly Verdict[]): Verdict {
  return precedence.find((verdict) => verdicts.includes(verdict)) ?? "pass";
}

/**
 * Kleene's `and`: one fail decides, whatever the unknown parts are. An error is not an unknown truth but a gate that
 * could not be judged as written, so it shows.
 */
export function conjoin(verdicts: readonly Verdict[]): Verdict {
  return conclude(verdicts);
}

/** Kleene's `or`: one pass decides, then only all fails fail; an error shows here as well. */
export function disjoin(verdicts: readonly Verdict[]): Verdict {
  const order: readonly Verdict[] = ["error", "pass", "no_baseline", "insufficient", "inconclusive", "fail"];
  return order.find((verdict) => verdicts.includes(verdict)) ?? "fail";
}

/** Kleene's `not`: the unknown stays unknown. */
export function negate(verdict: Verdict): Verdict {
  if (verdict === "pass") return "fail";
  return verdict === "fail" ? "pass" : verdict;
}
