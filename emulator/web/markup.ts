/**
 * A second wall behind GitHub's Markdown endpoint: keeps known elements and attributes, drops every other tag, closes
 * what was left open. Whatever the endpoint answers cannot leave its box, act as one of our forms, or run a script.
 */
import type { MarkdownLinks } from "./context.ts";
import { type Html, raw } from "./html.ts";

const elements = new Set(
  "a b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img input ins kbd li ol p picture pre q s samp section small source span strike strong sub summary sup table tbody td tfoot th thead tr tt ul var".split(
    " ",
  ),
);
const empty = new Set(["br", "hr", "img", "input", "source"]);
const plainAttributes = new Set(
  "align alt aria-describedby aria-hidden aria-label checked class colspan dir disabled height media open rowspan start title type valign value width".split(
    " ",
  ),
);
const tag = /<(\/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*\/?>/g;
const attribute = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;
const classes =
  /^(language-[\w+#.-]+|contains-task-list|task-list-item|task-list-item-checkbox|footnotes|sr-only|data-footnote-backref|markdown-alert(-\w+)?|user-mention|issue-link)$/;

/** Sanitized HTML that is balanced; `links` says where relative links and images lead. */
export function guard(source: string, links: MarkdownLinks | null): Html {
  const open: string[] = [];
  let text = "";
  let at = 0;
  for (const found of source.replace(/<!--[\s\S]*?-->/g, "").matchAll(tag)) {
    const clean = found.input;
    text += plain(clean.slice(at, found.index));
    at = found.index + found[0].length;
    const name = (found[2] ?? "").toLowerCase();
    if (!elements.has(name)) continue;
    if (found[1] === "/") text += close(open, name);
    else {
      const attributes = keepAttributes(name, found[3] ?? "", links);
      if (attributes === null) continue;
      text += `<${name}${attributes}>`;
      if (!empty.has(name)) open.push(name);
    }
  }
  text += plain(source.replace(/<!--[\s\S]*?-->/g, "").slice(at));
  // Safe: built from the allowlists above; every element is closed in order.
  return raw(
    text +
      open
        .toReversed()
        .map((name) => `</${name}>`)
        .join(""),
  );
}

/** Closes up to and including `name`; a closing tag without its opening one is dropped. */
function close(open: string[], name: string): string {
  const at = open.lastIndexOf(name);
  if (at < 0) return "";
  return open
    .splice(at)
    .toReversed()
    .map((inner) => `</${inner}>`)
    .join("");
}

function keepAttributes(name: string, source: string, links: MarkdownLinks | null): string | null {
  let text = "";
  let checkbox = false;
  for (const [, rawKey = "", double, single, bare] of source.matchAll(attribute)) {
    const key = rawKey.toLowerCase();
    const value = double ?? single ?? bare ?? "";
    if (name === "input" && key === "type") checkbox = value.toLowerCase() === "checkbox";
    const kept = keepAttribute(name, key, value, links);
    if (kept !== null) text += ` ${key}="${kept.replaceAll('"', "&quot;").replaceAll("<", "&lt;")}"`;
  }
  if (name === "input") return checkbox ? `${text}${/ disabled=/.test(text) ? "" : ' disabled=""'}` : null;
  return name === "a" ? `${text} rel="nofollow noopener"` : text;
}

function keepAttribute(name: string, key: string, value: string, links: MarkdownLinks | null): string | null {
  if (key === "href" && name === "a") return address(value, links?.page ?? null);
  if ((key === "src" && name === "img") || (key === "srcset" && name === "source")) {
    return address(value, links?.image ?? null);
  }
  if (key === "id" || key === "name") return value.startsWith("user-content-") ? value : null;
  if (key === "class")
    return (
      value
        .split(/\s+/)
        .filter((part) => classes.test(part))
        .join(" ") || null
    );
  return plainAttributes.has(key) ? value : null;
}

/** Only literally spelled schemes pass, so no entity or control character can hide one. */
function address(value: string, base: string | null): string | null {
  if (/^(https?:\/\/|mailto:|#|\/(?![/\\]))/i.test(value)) return value;
  if (base === null || !/^(\.\/)?[\w.@ %+-][\w./@ %+#?=&;,()-]*$/.test(value)) return null;
  return `${base}/${value.replace(/^\.\//, "")}`;
}

/** Text between tags: already escaped by the endpoint; a `<` that is not a tag is escaped here. */
function plain(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
