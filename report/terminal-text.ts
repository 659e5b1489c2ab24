const wide =
  /^[\u1100-\u115F\u2E80-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{17000}-\u{18CFF}\u{1AFF0}-\u{1B2FF}\u{20000}-\u{3FFFD}]$/u;
/** A flag, a keycap, a symbol that asks to be shown as emoji, and any sequence that starts with an emoji. */
const emoji = /^\p{Emoji_Presentation}|^\p{Emoji}\uFE0F/u;
const unseen = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}\u1160-\u11FF]$/u;
const segments = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Columns that a text takes in a terminal: two for ideographs and emoji, none for marks, one for anything else. */
export function displayWidth(text: string): number {
  if (/^[\u0020-\u007E\u00A0-\u00AC\u00AE-\u024F\u2010-\u2026\u2212]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segments.segment(text)) width += widthOf(segment);
  return width;
}

function widthOf(segment: string): number {
  if (emoji.test(segment)) return 2;
  let width = 0;
  for (const sign of segment) width += wide.test(sign) ? 2 : unseen.test(sign) ? 0 : 1;
  return width;
}

export function pad(text: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + space : space + text;
}

/** Between words, but not between a number and its unit. */
const gaps = /(?<!\d) | (?!(?:%|pp\b|ms\b|[kMG]?B\b))/;

/** Lines of at most `width` columns, broken between words, inside a word only when it is longer than a line. */
export function cutLines(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(gaps).flatMap((one) => pieces(one, Math.max(2, width)))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (displayWidth(longer) <= width || line === "") line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function pieces(word: string, width: number): readonly string[] {
  if (displayWidth(word) <= width) return [word];
  const parts: string[] = [];
  let part = "";
  for (const { segment } of segments.segment(word)) {
    if (displayWidth(part + segment) > width) {
      parts.push(part);
      part = "";
    }
    part += segment;
  }
  return [...parts, part];
}

/** Width of the longest part that is not broken before it must be. */
export function longestWord(text: string): number {
  return Math.max(0, ...text.split(gaps).map(displayWidth));
}
