import { compareValues } from "./compare.ts";
import { conjoin, disjoin, negate } from "./conclude.ts";
import type { GateFacts, Outcome } from "./facts.ts";
import { prove } from "./prove.ts";
import type { GateNode } from "./tree.ts";

/** Judges a condition and its parts; the parts that decided speak for the whole. */
export function gateOutcome(node: GateNode, facts: GateFacts): Outcome {
  switch (node.kind) {
    case "ni":
    case "sup":
      return prove(node, facts);
    case "compare":
      return compareValues(node, facts);
    case "not":
      return negated(gateOutcome(node.of, facts));
    case "and":
    case "or":
      return joined(
        node.kind,
        node.parts.map((part) => gateOutcome(part, facts)),
      );
  }
}

function joined(word: "and" | "or", parts: readonly Outcome[]): Outcome {
  const verdicts = parts.map((part) => part.verdict);
  const verdict = word === "and" ? conjoin(verdicts) : disjoin(verdicts);
  const deciding = parts.filter((part) => part.verdict === verdict);
  const [first] = deciding;
  if (first === undefined) throw new TypeError("a joined condition has no parts");
  const largest = (of: "rows" | "margin"): number | null => {
    const needed = deciding.map((part) => part.needs?.[of] ?? null).filter((each) => each !== null);
    return needed.length === 0 ? null : Math.max(...needed);
  };
  return {
    verdict,
    reason: first.reason,
    bound: first.bound,
    needs:
      first.needs === null
        ? null
        : { rows: largest("rows"), margin: deciding.length === 1 ? first.needs.margin : null },
    message: deciding.map((part) => part.message).join(" "),
  };
}

function negated(outcome: Outcome): Outcome {
  const verdict = negate(outcome.verdict);
  if (verdict === outcome.verdict) return outcome;
  return { ...outcome, verdict, message: `${outcome.message} The gate requires the opposite.` };
}
