import { textChart } from "./charts/text/text-chart.ts";
import { chartTitle } from "./charts/titles.ts";
import { type Block, type Chart, type Column, details, type Inline, type Text } from "./document.ts";
import { defuse, html, markdownCode, markdownFence, markdownLine, markdownText, oneLine, safeUrl } from "./escape.ts";

/** URLs of drawn charts by `model/kind`; a chart without one is written as text. */
export type ChartUrls = Readonly<Record<string, { readonly light: string; readonly dark: string }>>;

/**
 * GitHub-flavored Markdown of blocks, each separated by an empty line. Without `charts` (null), charts are left out: a
 * check's text shows neither our pictures nor Mermaid.
 */
export function writeMarkdown(blocks: readonly Block[], charts: ChartUrls | null = null): string {
  return blocks
    .map((block) => writeBlock(block, charts))
    .filter((text) => text !== "")
    .join("\n\n");
}

function writeBlock(block: Block, charts: ChartUrls | null): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${inline(block.of).trim()}`;
    case "paragraph":
      return markdownLine(inline(block.of));
    case "list":
      return block.items.map((item) => `- ${markdownLine(inline(item))}`).join("\n");
    case "table":
      return writeTable(block.columns, block.rows);
    case "fence":
      return markdownFence(block.text, block.language);
    case "charts":
      return charts === null ? "" : writeCharts(block.charts, charts);
    case "details": {
      const inner = writeMarkdown(block.blocks, charts);
      return inner === "" ? "" : `<details><summary>${inlineHtml(block.summary)}</summary>\n\n${inner}\n\n</details>`;
    }
  }
}

function writeTable(columns: readonly Column[], rows: readonly (readonly Text[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = columns.map((column) => (column.align === "right" ? "--:" : "---"));
  const cell = (column: Column, of: Text): string => {
    const text = inline(of).trim();
    // A number is not torn from its unit where the table is narrow.
    return column.align === "right" ? text.replaceAll(" ", "\u00a0") : text;
  };
  const body = rows.map((row) => line(columns.map((column, at) => cell(column, row[at] ?? []))));
  return [line(columns.map((column) => cell(column, column.head))), line(rule), ...body].join("\n");
}

function inline(of: Text): string {
  return of.map(inlinePart).join("");
}

function inlinePart(part: Inline): string {
  if (typeof part === "string") return markdownText(part);
  switch (part.kind) {
    case "code":
      return markdownCode(part.text);
    case "strong": {
      const inner = inline(part.of).trim();
      return inner === "" ? "" : `**${inner}**`;
    }
    case "link": {
      const url = safeUrl(part.url);
      return url === null ? inline(part.of) : `[${inline(part.of)}](${html(url)})`;
    }
  }
}

/** Inside a summary element, where GitHub reads HTML and no Markdown. */
function inlineHtml(of: Text): string {
  return of
    .map((part) => {
      if (typeof part === "string") return html(defuse(oneLine(part)));
      if (part.kind === "code") return `<code>${html(oneLine(part.text))}</code>`;
      return part.kind === "strong" ? `<b>${inlineHtml(part.of)}</b>` : inlineHtml(part.of);
    })
    .join("");
}

/** Pictures side by side; below them, folded, the charts that have none. */
function writeCharts(of: readonly Chart[], urls: ChartUrls): string {
  const pictures = of.map((chart) => ({ chart, picture: picture(chart, urls) }));
  const texts = pictures.filter(({ picture }) => picture === "").flatMap(({ chart }) => folded(chart));
  const shown = pictures.flatMap(({ picture }) => (picture === "" ? [] : [picture]));
  return [...(shown.length === 0 ? [] : [shown.join(" ")]), ...texts].join("\n\n");
}

function folded({ chart, source: { report, context } }: Chart): readonly string[] {
  const blocks = textChart(report, chart, context);
  return blocks.length === 0 ? [] : [writeMarkdown([details([chartTitle(report, chart)], ...blocks)])];
}

function picture({ model, chart, alt }: Chart, charts: ChartUrls): string {
  const key = `${model}/${chart}`;
  const urls = Object.hasOwn(charts, key) ? charts[key] : undefined;
  const light = safeUrl(urls?.light ?? "");
  const dark = safeUrl(urls?.dark ?? "");
  if (light === null || dark === null) return "";
  const source = `<source media="(prefers-color-scheme: dark)" srcset="${html(dark)}">`;
  return `<picture>${source}<img src="${html(light)}" alt="${html(defuse(oneLine(alt)))}" width="370"></picture>`;
}
