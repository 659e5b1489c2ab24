import { nearest } from "../nearest.ts";
import { refuse } from "./refusal.ts";
import type { Token } from "./tokens.ts";

/** What a gate can say; every refusal of a form names them. */
export const judgedForms: readonly string[] = [
  "candidate.METRIC",
  "baseline.METRIC",
  "candidate.METRIC[SLICE]",
  "delta(METRIC)",
  "ratio(METRIC)",
  "worst(METRIC, by=[COLUMN])",
  "gap(METRIC, by=[COLUMN])",
  "flip_rate, nfr, pfr",
  "ni(METRIC, MARGIN) at 95%",
  "sup(METRIC, GAIN) at 95%",
  "equiv(METRIC, MARGIN) at 95%",
  "limit_gain(METRIC, MAX) at 95%",
  "no_worse_slices(METRIC, MARGIN, by=[COLUMN])",
  "min, max, abs",
  "< <= > >=",
  "+/-",
  "+ - * /",
  "and, or, not",
];

const functions: readonly string[] = [
  "delta",
  "ratio",
  "worst",
  "gap",
  "ni",
  "sup",
  "equiv",
  "limit_gain",
  "no_worse_slices",
  "flip_rate",
  "candidate",
  "baseline",
];

/** Ends the parse at a word that a gate cannot start a number or a condition with. */
export function refuseName(text: string, column: number): never {
  if (text === "previous" || text === "main") {
    return refuse(column, `${text} is not a side in this version`, ["candidate", "baseline"]);
  }
  if (/^(and|or|not|at|by)$/i.test(text)) {
    return refuse(column, `${text} stands where a number or a metric should stand`, judgedForms);
  }
  const hint = text.length > 2 ? nearest(text, functions) : null;
  const guess = hint === null ? "" : ` (did you mean ${hint}?)`;
  return refuse(column, `${text} means nothing in a gate${guess}`, judgedForms);
}

/** Ends the parse at a token that stands where something else belongs, with advice for what people tend to write. */
export function refuseToken(token: Token, instead: string, expected: readonly string[]): never {
  if (token.kind === "end") return refuse(token.column, `the gate ends where ${instead} should stand`, expected);
  const advice = token.kind === "sign" ? adviceOn(token.text) : null;
  if (advice !== null) return refuse(token.column, advice.message, advice.expected);
  if (token.kind === "bracket") {
    return refuse(token.column, `a slice in brackets stands where ${instead} should stand`, expected);
  }
  return refuse(token.column, `${JSON.stringify(token.text)} stands where ${instead} should stand`, expected);
}

function adviceOn(sign: string): { message: string; expected: readonly string[] } | null {
  switch (sign) {
    case "@":
      return { message: "the number of a metric follows its name", expected: ["a metric such as ndcg@10"] };
    case "=":
    case "!":
      return {
        message: "gates have no equality: measured numbers are never quite equal",
        expected: ["<", "<=", ">", ">="],
      };
    case "&":
    case "|":
      return { message: "gates write and, or, not in words", expected: ["and", "or", "not"] };
    case "+/-":
      return { message: "a required precision follows a comparison", expected: ["candidate.f1 > 0.8 +/- 0.01"] };
    default:
      return null;
  }
}
