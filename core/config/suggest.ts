import { nearest } from "../nearest.ts";

/** `; did you mean "x"?`, or the known words when they are few enough to read, or nothing. */
export function suggest(word: string, known: readonly string[], show: { readonly list: boolean }): string {
  const close = nearest(word, known);
  if (close !== null) return `; did you mean "${close}"?`;
  return show.list && known.length > 0 && known.length <= 30 ? `; expected one of ${known.join(", ")}` : "";
}
