import { refuse } from "./refusal.ts";

export type Operator = "<" | "<=" | ">" | ">=";

/** A piece of a gate's text with its 1-based column. A number's value has its unit applied; `unit` remembers it. */
export type Token =
  | { readonly kind: "name"; readonly text: string; readonly column: number }
  | {
      readonly kind: "number";
      readonly text: string;
      readonly value: number;
      readonly unit: "" | "pp" | "%";
      readonly column: number;
    }
  | { readonly kind: "compare"; readonly text: Operator; readonly column: number }
  | { readonly kind: "sign"; readonly text: string; readonly column: number }
  | { readonly kind: "end"; readonly text: ""; readonly column: number };

const patterns = {
  space: /[ \t\r\n]+/y,
  number: /(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/iy,
  unit: /[ \t]*(?:%|[A-Za-z]+)%?/y,
  name: /[A-Za-z_][A-Za-z0-9_]*/y,
  compare: /<=|>=|<|>/y,
  sign: /./suy,
} as const;

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
      const unit = takeUnit(text, at);
      at = unit.end;
      tokens.push({
        kind: "number",
        text: text.slice(column - 1, at),
        value: Number(digits) * unit.factor,
        unit: unit.unit,
        column,
      });
      continue;
    }
    const name = take(patterns.name);
    const compare = name === null ? take(patterns.compare) : null;
    const sign = name === null && compare === null ? take(patterns.sign) : null;
    if (name !== null) tokens.push({ kind: "name", text: name, column });
    else if (isOperator(compare)) tokens.push({ kind: "compare", text: compare, column });
    else if (sign !== null) tokens.push({ kind: "sign", text: sign, column });
  }
  tokens.push({ kind: "end", text: "", column: text.length + 1 });
  return tokens;
}

/** The unit after a number. `at`, `and` and `or` after a number are words of the grammar, not units. */
function takeUnit(text: string, at: number): { unit: "" | "pp" | "%"; factor: number; end: number } {
  patterns.unit.lastIndex = at;
  const found = patterns.unit.exec(text)?.[0] ?? "";
  const unit = found.trim();
  const end = at + found.length;
  if (unit === "" || unit === "at" || unit === "and" || unit === "or") return { unit: "", factor: 1, end: at };
  if (unit === "pp" || unit === "%") return { unit, factor: 0.01, end };
  return refuse(at + found.length - unit.length + 1, `${unit} is not a unit that gates know`, [
    "pp (1 pp = 0.01)",
    "%",
  ]);
}

function isOperator(text: string | null): text is Operator {
  return text === "<" || text === "<=" || text === ">" || text === ">=";
}
