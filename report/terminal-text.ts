const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6])/u;
const segments = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Columns that a text takes in a terminal: two for ideographs and emoji, one for anything else that is seen. */
export function displayWidth(text: string): number {
  if (/^[\u0020-\u007E\u00A0-\u024F\u2010-\u2026\u2212]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segments.segment(text))
    width += wide.test(segment) ? 2 : /^\p{Mn}+$/u.test(segment) ? 0 : 1;
  return width;
}

export function pad(text: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + space : space + text;
}

/** Lines of at most `width` columns, broken between words, inside a word only when it is longer than a line. */
export function cutLines(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => pieces(one, Math.max(2, width)))) {
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
