import type { GateResult, Verdict } from "../report.ts";

/** The worst first: the order in which one verdict speaks for several. */
const precedence: readonly Verdict[] = ["error", "fail", "no_baseline", "insufficient", "inconclusive", "pass"];

/** The verdict of all gates together; without gates nothing was asked, so nothing is held against the model. */
export function conclude(verdicts: readonly Verdict[]): Verdict {
  return precedence.find((verdict) => verdicts.includes(verdict)) ?? "pass";
}

/** As what a gate counts among all of them: an open one whose mode is fn-free does not hold the model up. */
export function counts(gate: Pick<GateResult, "verdict" | "mode">): Verdict {
  return gate.verdict === "inconclusive" && gate.mode === "fn-free" ? "pass" : gate.verdict;
}

/** Whether nothing but gates of the mode `ask` keeps the verdict open, so that a person decides. */
export function isForPerson(gates: readonly Pick<GateResult, "verdict" | "mode">[]): boolean {
  const open = gates.filter((gate) => counts(gate) !== "pass");
  return open.length > 0 && open.every((gate) => gate.verdict === "inconclusive" && gate.mode === "ask");
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
