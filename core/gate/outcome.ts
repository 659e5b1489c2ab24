import { compare } from "./compare.ts";
import { conjoin, disjoin, negate } from "./conclude.ts";
import type { Judged, Outcome } from "./facts.ts";
import { prove } from "./prove.ts";
import { judgeSlices } from "./slices.ts";
import type { GateNode } from "./tree.ts";

/** Judges a condition and its parts; the parts that decided speak for the whole. */
export function gateOutcome(node: GateNode, judged: Judged): Outcome {
  switch (node.kind) {
    case "ni":
    case "sup":
    case "equiv":
    case "limit_gain":
      return prove(node, judged.facts);
    case "no_worse_slices":
      return judgeSlices(node, judged);
    case "compare":
      return compare(node, judged);
    case "not":
      return negated(gateOutcome(node.of, judged));
    case "and":
    case "or":
      return joined(
        node.kind,
        node.parts.map((part) => gateOutcome(part, judged)),
      );
  }
}

function joined(word: "and" | "or", parts: readonly Outcome[]): Outcome {
  const verdicts = parts.map((part) => part.verdict);
  const verdict = word === "and" ? conjoin(verdicts) : disjoin(verdicts);
  const deciding = parts.filter((part) => part.verdict === verdict);
  const [first] = deciding;
  if (first === undefined) throw new TypeError("a joined condition has no parts");
  const slices = parts.find((part) => part.slices !== undefined)?.slices;
  return {
    verdict,
    reason: first.reason,
    bound: first.bound,
    needs: needsOf(deciding),
    message: deciding.map((part) => part.message).join(" "),
    ...(slices === undefined ? {} : { slices }),
  };
}

/** All parts that are open need their rows; a margin resolves only one of them. */
function needsOf(deciding: readonly Outcome[]): Outcome["needs"] {
  const needs = deciding.map((part) => part.needs).filter((each) => each !== null);
  const [first] = needs;
  if (first === undefined) return null;
  const rows = needs.map((each) => each.rows).filter((each) => each !== null);
  return {
    rows: rows.length === 0 ? null : Math.max(...rows),
    margin: deciding.length === 1 ? first.margin : null,
  };
}

function negated(outcome: Outcome): Outcome {
  const verdict = negate(outcome.verdict);
  if (verdict === outcome.verdict) return outcome;
  return { ...outcome, verdict, message: `${outcome.message} The gate requires the opposite.` };
}
