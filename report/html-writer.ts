import type { Block, Chart, Inline, Text } from "./document.ts";
import { html, oneLine, printable, safeUrl } from "./escape.ts";
import { withSigns } from "./signs.ts";

/** Pictures by chart kind, as data URLs. */
export type ChartImages = ReadonlyMap<string, { readonly light: string; readonly dark: string }>;

/** HTML of blocks; every text is escaped here and nowhere else. */
export function writeHtml(blocks: readonly Block[], images: ChartImages): string {
  return blocks.map((block) => writeBlock(block, images)).join("\n");
}

function writeBlock(block: Block, images: ChartImages): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level}>${inline(block.of)}</h${block.level}>`;
    case "paragraph":
      return `<p>${inline(block.of)}</p>`;
    case "list":
      return `<ul>${block.items.map((item) => `<li>${inline(item)}</li>`).join("")}</ul>`;
    case "table": {
      const cells = (row: readonly Text[], tag: "th" | "td"): string =>
        block.columns
          .map(({ align }, at) => `<${open(tag)} class="${align}">${inline(row[at] ?? [])}</${tag}>`)
          .join("");
      const head = cells(
        block.columns.map((column) => column.head),
        "th",
      );
      const body = block.rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("\n");
      return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
    }
    case "fence":
      return `<pre>${html(printable(block.text))}</pre>`;
    case "charts":
      return `<div class="charts">${block.charts.map((chart) => picture(chart, images)).join("")}</div>`;
    case "details":
      return `<details><summary>${inline(block.summary)}</summary>\n${writeHtml(block.blocks, images)}\n</details>`;
  }
}

/** HTML of one line of text. */
export function inline(of: Text): string {
  return of.map(inlinePart).join("");
}

function inlinePart(part: Inline): string {
  if (typeof part === "string") return html(withSigns(oneLine(part)));
  switch (part.kind) {
    case "code":
      return `<code>${html(oneLine(part.text))}</code>`;
    case "strong":
      return `<strong>${inline(part.of)}</strong>`;
    case "link": {
      const url = safeUrl(part.url);
      return url === null ? inline(part.of) : `<a href="${html(url)}" rel="noreferrer">${inline(part.of)}</a>`;
    }
  }
}

function open(tag: "th" | "td"): string {
  return tag === "th" ? 'th scope="col"' : tag;
}

function picture({ chart, alt }: Chart, images: ChartImages): string {
  const urls = images.get(chart);
  if (urls === undefined) return `<p class="faint">${html(oneLine(alt))}: this chart could not be drawn.</p>`;
  const dark = `<source media="screen and (prefers-color-scheme: dark)" srcset="${html(urls.dark)}">`;
  return `<picture>${dark}<img src="${html(urls.light)}" alt="${html(oneLine(alt))}"></picture>`;
}
