import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";

/** One piece of a Markdown text as GitHub reads it: its kind and its characters. */
export type Piece = { readonly kind: string; readonly text: string };

/** The leaves of a Markdown text: `code` and `inlineCode` are inert; `text`, `html`, `image` and `link` are not. */
export function piecesOf(markdown: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const visit = (node: object): void => {
    const kind = "type" in node ? String(node.type) : "";
    const text = ["value", "url", "alt", "title"].map((key) => String(Reflect.get(node, key) ?? "")).join(" ");
    if ("value" in node || "url" in node) pieces.push({ kind, text });
    if ("children" in node && Array.isArray(node.children)) for (const child of node.children) visit(child);
  };
  visit(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  return pieces;
}
