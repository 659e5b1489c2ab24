import { refuse } from "./refusal.ts";
import type { Token } from "./tokens.ts";

/** What a gate can say today; every refusal of a form names them. */
export const judgedForms: readonly string[] = [
  "candidate.METRIC",
  "baseline.METRIC",
  "delta(METRIC)",
  "ni(METRIC, MARGIN) at 95%",
  "sup(METRIC, GAIN) at 95%",
  "< <= > >=",
  "+ - * /",
  "and, or, not",
];

const laterForms: ReadonlySet<string> = new Set([
  "no_worse_slices",
  "equiv",
  "ratio",
  "limit_gain",
  "worst",
  "gap",
  "min",
  "max",
  "abs",
]);

/** Ends the parse at a word that a gate cannot start a number or a condition with. */
export function refuseName(text: string, column: number): never {
  if (laterForms.has(text)) return refuse(column, `${text}(…) is not judged in this version`, judgedForms);
  if (text === "previous" || text === "main") {
    return refuse(column, `${text} is not a side in this version`, ["candidate", "baseline"]);
  }
  if (/^(and|or|not|at)$/i.test(text)) {
    return refuse(column, `${text} stands where a number or a metric should stand`, judgedForms);
  }
  return refuse(column, `${text} means nothing in a gate`, judgedForms);
}

/** Ends the parse at a token that stands where something else belongs, with advice for what people tend to write. */
export function refuseToken(token: Token, instead: string, expected: readonly string[]): never {
  if (token.kind === "end") return refuse(token.column, `the gate ends where ${instead} should stand`, expected);
  const advice = token.kind === "sign" ? adviceOn(token.text) : null;
  if (advice !== null) return refuse(token.column, advice.message, advice.expected);
  return refuse(token.column, `${JSON.stringify(token.text)} stands where ${instead} should stand`, expected);
}

function adviceOn(sign: string): { message: string; expected: readonly string[] } | null {
  switch (sign) {
    case "[":
      return { message: "slices are not judged in this version: a gate is about all rows", expected: ["no brackets"] };
    case "@":
      return { message: "metrics with @ are not judged in this version", expected: ["a metric such as roc_auc"] };
    case "=":
    case "!":
      return {
        message: "gates have no equality: measured numbers are never quite equal",
        expected: ["<", "<=", ">", ">="],
      };
    case "&":
    case "|":
      return { message: "gates write and, or, not in words", expected: ["and", "or", "not"] };
    default:
      return null;
  }
}
