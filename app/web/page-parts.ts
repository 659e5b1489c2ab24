import { html as escapeHtml, oneLine, safeUrl } from "../../report/escape.ts";

/** HTML that is known to be safe, so that text is never taken for it. */
export type Html = { readonly html: string };

/** HTML of text: hostile or not, it stays text on one line. */
export function text(value: string | number): Html {
  return { html: escapeHtml(oneLine(String(value))) };
}

export function code(value: string): Html {
  return { html: `<code>${text(value).html}</code>` };
}

/** A link, or the bare text where the address is none that may be followed. */
export function link(value: string, address: string | null): Html {
  const url = address === null ? null : safeUrl(address);
  return url === null ? text(value) : { html: `<a href="${escapeHtml(url)}">${text(value).html}</a>` };
}

export type Tone = "good" | "warn" | "bad" | "soft";

export function toned(tone: Tone | null, value: Html): Html {
  return tone === null ? value : { html: `<span class="${tone}">${value.html}</span>` };
}

export function join(...parts: readonly (Html | null)[]): Html {
  return { html: parts.flatMap((part) => (part === null || part.html === "" ? [] : [part.html])).join(" ") };
}

/** A table under a heading; on a narrow screen each cell says its column. */
export function table(
  title: string,
  head: readonly string[],
  rows: readonly (readonly Html[])[],
  none: string,
): string {
  const heading = `<h2>${text(title).html}</h2>\n`;
  if (rows.length === 0) return `${heading}<p class="soft">${text(none).html}</p>\n`;
  const cells = (row: readonly Html[]) =>
    row.map((cell, index) => `<td data-of="${text(head[index] ?? "").html}">${wrap(cell)}</td>`).join("");
  const titles = head.map((name) => `<th>${text(name).html}</th>`).join("");
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join("\n");
  return `${heading}<div class="wide"><table><thead><tr>${titles}</tr></thead>\n<tbody>${body}</tbody></table></div>\n`;
}

/** One box, however many parts it has: a cell is a grid on a narrow screen. */
function wrap({ html }: Html): string {
  return `<div>${html}</div>`;
}

/** "3 min", "5 h", "2 days": one unit, rounded down. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min`;
  if (whole < 2 * 86_400) return `${Math.floor(whole / 3_600)} h`;
  return `${Math.floor(whole / 86_400)} days`;
}

/** How long ago, with the exact time for whoever points at it. */
export function ago(iso: string | null, now: Date): Html {
  const seconds = iso === null ? Number.NaN : (now.getTime() - Date.parse(iso)) / 1_000;
  if (iso === null || Number.isNaN(seconds)) return text("never");
  return exact(iso, seconds < 5 ? "just now" : `${duration(seconds)} ago`);
}

/** For how long, likewise. */
export function lasting(iso: string, now: Date): Html {
  const seconds = (now.getTime() - Date.parse(iso)) / 1_000;
  return Number.isNaN(seconds) ? text("") : exact(iso, `for ${duration(seconds)}`);
}

function exact(iso: string, words: string): Html {
  return { html: `<time datetime="${escapeHtml(iso)}" title="${escapeHtml(iso)}">${text(words).html}</time>` };
}
