import type { Report } from "../core/report.ts";
import type { ChartContext } from "./charts/context.ts";
import type { ChartKind } from "./charts/titles.ts";

/**
 * What a reader is shown, as data. Sections build blocks out of plain text; one writer per target (Markdown, HTML,
 * terminal) escapes and lays them out, so the same numbers appear everywhere and escaping happens in one place each.
 */
export type Inline =
  | string
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong"; readonly of: readonly Inline[] }
  | { readonly kind: "link"; readonly url: string; readonly of: readonly Inline[] };

export type Text = readonly Inline[];

/** `left` columns hold words, `right` columns hold numbers. */
export type Column = { readonly head: Text; readonly align: "left" | "right" };

/** `source` is what a place without pictures draws the chart from. */
export type Chart = {
  readonly model: string;
  readonly chart: ChartKind;
  readonly alt: string;
  readonly source: { readonly report: Report; readonly context: ChartContext };
};

export type Block =
  | { readonly kind: "heading"; readonly level: 2 | 3 | 4; readonly of: Text }
  | { readonly kind: "paragraph"; readonly of: Text }
  | { readonly kind: "list"; readonly items: readonly Text[] }
  | { readonly kind: "table"; readonly columns: readonly Column[]; readonly rows: readonly (readonly Text[])[] }
  | { readonly kind: "fence"; readonly text: string; readonly language: "text" | "mermaid" }
  | { readonly kind: "charts"; readonly charts: readonly Chart[] }
  | { readonly kind: "details"; readonly summary: Text; readonly blocks: readonly Block[] };

export const code = (text: string): Inline => ({ kind: "code", text });
export const strong = (...of: Text): Inline => ({ kind: "strong", of });
export const link = (url: string, ...of: Text): Inline => ({ kind: "link", url, of });
export const heading = (level: 2 | 3 | 4, ...of: Text): Block => ({ kind: "heading", level, of });
export const paragraph = (...of: Text): Block => ({ kind: "paragraph", of });
export const list = (...items: readonly Text[]): Block => ({ kind: "list", items });
export const fence = (text: string, language: "text" | "mermaid" = "text"): Block => ({
  kind: "fence",
  text,
  language,
});
export const details = (summary: Text, ...blocks: readonly Block[]): Block => ({ kind: "details", summary, blocks });

export function table(columns: readonly Column[], rows: readonly (readonly Text[])[]): Block {
  return { kind: "table", columns, rows };
}

export const left = (...head: Text): Column => ({ head, align: "left" });
export const right = (...head: Text): Column => ({ head, align: "right" });

/** Puts a separator between pieces of text. */
export function joined(pieces: readonly Text[], separator: string): Text {
  return pieces.flatMap((piece, at) => (at === 0 ? piece : [separator, ...piece]));
}

/** The words alone, for titles and alternative texts. */
export function plain(of: Text): string {
  return of
    .map((part) => {
      if (typeof part === "string") return part;
      return part.kind === "code" ? part.text : plain(part.of);
    })
    .join("");
}
