import { stripVTControlCharacters } from "node:util";

/** Text without escape sequences and control characters, except line breaks and tabs. */
export function plainText(text: string): string {
  // A carriage return rewrites a line on a terminal: a progress bar becomes one line per state.
  const lines = stripVTControlCharacters(text).replaceAll(/\r\n?/g, "\n");
  return lines.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\uFFFD]/gu, (character) =>
    character === "\n" || character === "\t" ? character : "",
  );
}
