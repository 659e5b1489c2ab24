/**
 * HTML as values. `html` escapes every interpolated value; only another `Html` passes unescaped. The mark is a symbol,
 * so that no text, and nothing parsed from JSON, can pretend to be markup.
 */
const mark = Symbol("html");

export type Html = { readonly [mark]: true; readonly text: string };
export type HtmlValue = string | number | bigint | Html | null | undefined | false | readonly HtmlValue[];

/** Declares that `text` is markup that is safe to show; every caller says why it is. */
export function raw(text: string): Html {
  return { [mark]: true, text };
}

/** A template whose values are escaped for text and for double-quoted attributes; null, undefined and false give nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0] ?? "";
  values.forEach((value, index) => {
    text += write(value) + (strings[index + 1] ?? "");
  });
  return raw(text);
}

/** Escapes text for element content and for quoted attributes; control characters that HTML forbids become U+FFFD. */
export function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
    .replace(forbidden, "\uFFFD");
}

export const nothing: Html = raw("");

const forbidden = /[\p{Cc}--[\t\n\r]]/gv;

function write(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return "";
  if (typeof value === "string") return escape(value);
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (isList(value)) return value.map(write).join("");
  return mark in value ? value.text : "";
}

function isList(value: HtmlValue): value is readonly HtmlValue[] {
  return Array.isArray(value);
}
