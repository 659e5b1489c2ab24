/**
 * Parts of a page that the script refreshes. Each carries a digest of its markup without relative times; the script
 * swaps a part only when its digest changed, and inside a list only the items whose digest changed.
 */
import { createHash } from "node:crypto";
import { type Html, html } from "./html.ts";

/** A part of a page, by an id that stays the same between renderings. */
export function live(id: string, content: Html): Html {
  return html`<div id="${id}" data-live data-digest="${digestOf(content)}">${content}</div>`;
}

/** A live list: items are kept in place when they did not change, so images do not flicker and folds stay open. */
export function liveList(id: string, items: readonly { readonly id: string; readonly content: Html }[]): Html {
  const list = items.map(
    (item) => html`<div id="${item.id}" data-item data-digest="${digestOf(item.content)}">${item.content}</div>`,
  );
  return html`<div id="${id}" data-live data-list data-digest="${digestOf(html`${list}`)}">${list}</div>`;
}

function digestOf(content: Html): string {
  const still = content.text.replace(/(<time [^>]*>)[^<]*/g, "$1");
  return createHash("sha256").update(still).digest("base64url").slice(0, 16);
}
