/** Markdown through GitHub's own endpoint, remembered, because the same comments are shown on every refresh. */
import { createHash } from "node:crypto";
import type { MarkdownLinks } from "./context.ts";
import { type Html, html } from "./html.ts";
import { guard } from "./markup.ts";
import { type Rest, RestError } from "./rest.ts";

export type MarkdownCache = Map<string, string>;

const maxKept = 1000;

/** Rendered Markdown in its own box; shown as plain text when the endpoint refuses it. */
export async function renderMarkdown(
  source: { readonly text: string; readonly repository: string | null; readonly links: MarkdownLinks | null },
  rest: Rest,
  cache: MarkdownCache,
): Promise<Html> {
  const key = createHash("sha256")
    .update(`${source.repository ?? ""}\n${source.text}`)
    .digest("base64url");
  let text = cache.get(key);
  if (text === undefined) {
    try {
      text = await rest.markdown(source.text, source.repository);
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      return html`<div class="markdown"><pre>${source.text}</pre></div>`;
    }
    cache.set(key, text);
    const oldest = cache.size > maxKept ? cache.keys().next().value : undefined;
    if (oldest !== undefined) cache.delete(oldest);
  }
  return html`<div class="markdown">${guard(text, source.links)}</div>`;
}
