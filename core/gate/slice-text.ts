import type { Slice } from "../report.ts";

/**
 * What the text in a gate's brackets can mean: the value of a column (`phase = 'Climb'`, `week = 3`), and always the
 * predicate as it stands. It is compared with the report's slices, never run.
 */
export function sliceMatches(text: string, slice: Slice): boolean {
  if ("where" in slice) return squeezed(slice.where) === squeezed(text);
  const parts = equality(text);
  return parts !== null && parts.column === slice.by && parts.value === slice.value;
}

/** The column and the value of `column = 'value'`, with quotes undone; null for any other text. */
export function equality(text: string): { readonly column: string; readonly value: string } | null {
  const found = /^\s*("(?:[^"]|"")*"|[^\s"'=<>!()[\]]+)\s*=\s*('(?:[^']|'')*'|[^\s"'=<>!()[\]]+)\s*$/u.exec(text);
  const [, column = "", value = ""] = found ?? [];
  return found === null ? null : { column: unquoted(column), value: unquoted(value) };
}

/** The entries of `by=[a, "b c"]`, with quotes undone. */
export function listEntries(text: string): readonly string[] {
  const entries: string[] = [];
  let entry = "";
  let quote: string | null = null;
  for (const sign of text) {
    if (quote === null && sign === ",") {
      entries.push(entry.trim());
      entry = "";
      continue;
    }
    if (quote !== null) quote = sign === quote ? null : quote;
    else if (sign === "'" || sign === '"') quote = sign;
    entry += sign;
  }
  return [...entries, entry.trim()].map((each) => (/^"(?:[^"]|"")*"$/u.test(each) ? unquoted(each) : each));
}

/** Whether an entry of `by=[…]` covers the slice: its column, or a predicate listed in the configuration. */
export function isListed(slice: Slice, by: readonly string[] | null): boolean {
  if (by === null) return true;
  return "by" in slice ? by.includes(slice.by) : by.some((entry) => squeezed(entry) === squeezed(slice.where));
}

/** Spaces outside quoted text do not tell two predicates apart. */
export function squeezed(text: string): string {
  return text
    .split(/('(?:[^']|'')*'|"(?:[^"]|"")*")/u)
    .map((part, at) => (at % 2 === 1 ? part : part.replaceAll(/\s+/gu, " ").replaceAll(/ ?([=<>!(),]+) ?/gu, "$1")))
    .join("")
    .trim();
}

function unquoted(text: string): string {
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"')) return text;
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}
