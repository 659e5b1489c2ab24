import { nearest } from "../nearest.ts";
import { refuse } from "./refusal.ts";

export type Operator = "<" | "<=" | ">" | ">=";

/** What a number counts: a share, a time in ms, bytes, a share of the baseline, or nothing in particular. */
export type Unit = "" | "pp" | "%" | "ms" | "B" | "rel%";

/** A piece of a gate's text with its 1-based column. A number's value has its unit applied; `unit` remembers it. */
export type Token =
  | { readonly kind: "name"; readonly text: string; readonly column: number }
  | {
      readonly kind: "number";
      readonly text: string;
      readonly value: number;
      readonly unit: Unit;
      readonly column: number;
    }
  | { readonly kind: "compare"; readonly text: Operator; readonly column: number }
  /** `[…]`: the text inside, trimmed. */
  | { readonly kind: "bracket"; readonly text: string; readonly column: number }
  | { readonly kind: "sign"; readonly text: string; readonly column: number }
  | { readonly kind: "end"; readonly text: ""; readonly column: number };

const patterns = {
  space: /[ \t\r\n]+/y,
  number: /(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/iy,
  unit: /[ \t]*(?:%|[A-Za-z]+)%?/y,
  name: /[A-Za-z_][A-Za-z0-9_]*/y,
  compare: /<=|>=|<|>/y,
  sign: /\+\/-|±|./suy,
} as const;

/** By which power of ten a number of each unit is moved. */
const units: ReadonlyMap<string, { readonly unit: Unit; readonly power: number }> = new Map([
  ["%", { unit: "%", power: -2 }],
  ["pp", { unit: "pp", power: -2 }],
  ["pt", { unit: "pp", power: -2 }],
  ["rel%", { unit: "rel%", power: -2 }],
  ["ms", { unit: "ms", power: 0 }],
  ["s", { unit: "ms", power: 3 }],
  ["B", { unit: "B", power: 0 }],
  ["kB", { unit: "B", power: 3 }],
  ["MB", { unit: "B", power: 6 }],
  ["GB", { unit: "B", power: 9 }],
]);

const words: ReadonlySet<string> = new Set(["at", "and", "or"]);

/** Splits a gate's text. A character of no other kind is a sign: the parser knows what to say about it. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  while (at < text.length) {
    if (take(patterns.space) !== null) continue;
    const column = at + 1;
    const digits = take(patterns.number);
    if (digits !== null) {
      const { unit, value, end } = takeUnit(text, at, digits);
      at = end;
      tokens.push({ kind: "number", text: text.slice(column - 1, at), value, unit, column });
    } else if (text[at] === "[") {
      const end = closingBracket(text, at);
      tokens.push({ kind: "bracket", text: text.slice(at + 1, end).trim(), column });
      at = end + 1;
    } else tokens.push(takeRest(take, column));
  }
  tokens.push({ kind: "end", text: "", column: text.length + 1 });
  return tokens;
}

function takeRest(take: (pattern: RegExp) => string | null, column: number): Token {
  const name = take(patterns.name);
  if (name !== null) return { kind: "name", text: name, column };
  const compare = take(patterns.compare);
  if (isOperator(compare)) return { kind: "compare", text: compare, column };
  const sign = take(patterns.sign) ?? "";
  return { kind: "sign", text: sign === "±" ? "+/-" : sign, column };
}

/** The unit after a number. `at`, `and` and `or` after a number are words of the grammar, not units. */
function takeUnit(text: string, at: number, digits: string): { unit: Unit; value: number; end: number } {
  patterns.unit.lastIndex = at;
  const found = patterns.unit.exec(text)?.[0] ?? "";
  const name = found.trim();
  const end = at + found.length;
  if (name === "" || words.has(name)) return { unit: "", value: Number(digits), end: at };
  const known = units.get(name);
  if (known !== undefined) return { unit: known.unit, value: shifted(digits, known.power), end };
  const hint = nearest(
    name,
    [...units.keys()].filter((unit) => unit.toLowerCase() === name.toLowerCase()),
  );
  const message = `${name} is not a unit that gates know${hint === null ? "" : ` (did you mean ${hint}?)`}`;
  return refuse(end - name.length + 1, message, ["pp (1 pp = 0.01)", "%", "rel%", "ms", "s", "B", "kB", "MB", "GB"]);
}

/** The decimal point is moved in the text, so that 99.9% is the very number 0.999. */
function shifted(digits: string, power: number): number {
  return /e/iu.test(digits) ? Number(digits) * 10 ** power : Number(`${digits}e${power}`);
}

/** Where the bracket that opens at `from` closes; quoted text may hold brackets. */
function closingBracket(text: string, from: number): number {
  let depth = 0;
  let quote: string | null = null;
  for (let at = from; at < text.length; at++) {
    const sign = text[at] ?? "";
    if (quote !== null) quote = sign === quote ? null : quote;
    else if (sign === "'" || sign === '"') quote = sign;
    else if (sign === "[") depth++;
    else if (sign === "]" && --depth === 0) return at;
  }
  return refuse(from + 1, quote === null ? "the bracket is not closed" : "a quoted text is not closed", ["]"]);
}

function isOperator(text: string | null): text is Operator {
  return text === "<" || text === "<=" || text === ">" || text === ">=";
}
