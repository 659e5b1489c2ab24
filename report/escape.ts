/**
 * Everything a pull request can name (models, metrics, slices, branches, parameters, log lines) is hostile text. These
 * functions place it in Markdown, HTML or a terminal so that it stays text: no mention, reference, link, image, HTML,
 * fence or control sequence survives. Zero-width spaces break what GitHub links after Markdown has been rendered,
 * where no Markdown escape can help.
 */
const zeroWidth = "\u200B";

/** Control characters, bidirectional overrides and marks, zero-width spaces, interlinear annotation. */
const unprintable = /(?![\n\t])[\p{Cc}\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/gu;
/** Terminal control sequences: an escape character (or another control character) and what belongs to it. */
const ansi = /(?![\n\r\t])\p{Cc}(?:\[[0-9;?]*[ -/]*[@-~]|\][^\p{Cc}]*)/gu;

/** At most `limit` characters, ended by an ellipsis when something was left out; never half a surrogate pair. */
export function clip(value: string, limit: number): string {
  return value.length <= limit
    ? value
    : `${value
        .slice(0, limit - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, "")}…`;
}

/** One line of printable text: white space collapsed, control and direction characters removed. */
export function oneLine(value: string): string {
  return value
    .toWellFormed()
    .replace(ansi, "")
    .replace(/[\s\u0085]+/g, " ")
    .replace(unprintable, "")
    .replace(/ {2,}/g, " ");
}

/** Printable text that keeps its lines and tabs. */
export function printable(value: string): string {
  return value
    .toWellFormed()
    .replace(ansi, "")
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replace(/[\v\f]/g, "\n")
    .replace(unprintable, "");
}

/** Breaks what GitHub links in rendered text: mentions, references, commits, URLs, e-mail, emoji codes, formulas. */
export function defuse(value: string): string {
  return value
    .replace(/[@#](?=\S)/g, `$&${zeroWidth}`)
    .replace(/\$/g, `${zeroWidth}$&${zeroWidth}`)
    .replace(/:(?=[\w+/-])/g, `$&${zeroWidth}`)
    .replace(/www(?=\.)/gi, `$&${zeroWidth}`)
    .replace(/GH-(?=\d)/gi, `$&${zeroWidth}`)
    .replace(/[0-9a-f]{7,}/gi, (run) => run.replace(/.{6}(?=.)/g, `$&${zeroWidth}`));
}

const markdownSigns: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\\": "&#92;",
  "|": "&#124;",
};

/** Markdown of plain text, safe inside a paragraph, a heading, a table cell and a link's text. */
export function markdownText(value: string): string {
  return defuse(oneLine(value)).replace(/[&<>\\|`*_[\]~#]/g, (sign) => markdownSigns[sign] ?? `\\${sign}`);
}

/** The same at the start of a line, where list, heading and rule markers would count. */
export function markdownLine(markdown: string): string {
  const line = markdown.trim();
  return line
    .replace(/^([+-])/, "\\$1")
    .replace(/^(\d{1,9})([.)])/, "$1\\$2")
    .replace(/^=/, "&#61;");
}

/** Markdown code span; also safe in a table cell. Text that a span cannot hold becomes an HTML code element. */
export function markdownCode(value: string): string {
  const line = oneLine(value).trim();
  if (line === "") return "";
  return /[`|\\]/.test(line) ? `<code>${markdownText(line)}</code>` : `\`${line}\``;
}

/** A fenced block with a fence longer than any run of backticks inside. */
export function markdownFence(value: string, language: "text" | "mermaid" = "text"): string {
  const body = printable(value).replace(/\n+$/, "");
  const longest = Math.max(0, ...(body.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${body}\n${fence}`;
}

/** An absolute http(s) URL without credentials, of at most 2,000 characters, percent-encoded, or null. */
export function safeUrl(value: string): string | null {
  if (value.length > 2_000 || !URL.canParse(value)) return null;
  const url = new URL(value);
  if ((url.protocol !== "https:" && url.protocol !== "http:") || url.username !== "" || url.password !== "")
    return null;
  const rest = url.href.slice(url.origin.length);
  return `${url.origin}${rest.replace(/[^\w\-.~:/?#=&%+,;]/g, (sign) => encodeURIComponent(sign).replace(/[!'()*@]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`))}`;
}

/** HTML text and attribute values. */
export function html(value: string): string {
  return value
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#39;");
}
