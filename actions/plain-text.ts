/**
 * Text that may be hostile, for a place that is read as Markdown or HTML: everything but letters, digits, spaces and
 * a few harmless marks becomes a character reference, which has no meaning to either.
 */
export function plainText(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[^\p{L}\p{N} ,;]/gu, (character) => `&#${character.codePointAt(0) ?? 0xfffd};`);
}
