import type { Report } from "../core/report.ts";
import { type ChartKind, chartKinds, drawSvg, type Theme } from "./charts/index.ts";
import type { Block } from "./document.ts";
import { html, oneLine } from "./escape.ts";
import { verdictIcon } from "./gate-words.ts";
import { type ChartImages, inline, writeHtml } from "./html-writer.ts";
import { embed, jsonForScript } from "./page/embed.ts";
import { explorerData, writeExplorer } from "./page/explorer.ts";
import { type Explorer, explorerOf } from "./page/steps.ts";
import { gatesTally } from "./sections/gates.ts";
import { reportBlocks } from "./sections/report.ts";
import { withSigns } from "./signs.ts";

/**
 * One self-contained page: nothing is loaded from anywhere, and only its own script and style count, by their digests;
 * its content security policy says both. Text of a report is escaped HTML or JSON data, never part of a script. Charts
 * are SVG images in data URLs, so that nothing in them can run. Without its script the page lacks comfort, not numbers.
 */
export async function renderReportHtml(report: Report): Promise<string> {
  const [script, style] = [embed("script.js"), embed("style.css")];
  const explorer = explorerOf(report);
  const policy = [
    "default-src 'none'",
    `style-src ${style.source}`,
    `script-src ${script.source}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  const [title, ...blocks] = reportBlocks(report);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${html(oneLine(report.model))}: report</title>
<style>${style.text}</style>
</head>
<body>
${writeHeader(report, title, explorer)}
<main>
${await writeSections(report, blocks, explorer)}
</main>
${explorer === null ? "" : `<script type="application/json" id="threshold-data">${jsonForScript(explorerData(explorer))}</script>`}
<script>${script.text}</script>
</body>
</html>
`;
}

/** Stays in sight: the verdict, and the way to each part. */
function writeHeader(report: Report, title: Block | undefined, explorer: Explorer | null): string {
  const verdict = html(withSigns(`${verdictIcon(report.verdict)} ${report.verdict.replaceAll("_", " ")}`));
  const sentence = title?.kind === "heading" ? inline(title.of) : html(oneLine(report.model));
  const links = [
    ["metrics", "Metrics"],
    ...(explorer === null ? [] : [["threshold", "Another threshold"]]),
    ...(chartKinds(report).length === 0 ? [] : [["charts", "Charts"]]),
    ["details", "Slices and details"],
  ];
  const whatIf =
    explorer === null
      ? ""
      : `<span class="what-if" data-what-if hidden>what if the threshold were <span data-at></span></span>`;
  return `<header>
<div><span class="badge ${report.verdict}">${verdict}</span><h1>${sentence}</h1></div>
<nav>${links.map(([to, words]) => `<a href="#${to}">${words}</a>`).join("\n")}
<span>${html(gatesTally(report))}</span>${whatIf}</nav>
</header>`;
}

/** What the explorer shows is not drawn a second time. */
const explored: readonly string[] = ["roc", "pr", "confusion"] satisfies readonly ChartKind[];

/** The report's blocks: those before its charts, the charts, and those after them. */
async function writeSections(report: Report, blocks: readonly Block[], explorer: Explorer | null): Promise<string> {
  const shown = blocks.map((block): Block => {
    if (block.kind !== "charts" || explorer === null) return block;
    return { ...block, charts: block.charts.filter(({ chart }) => !explored.includes(chart)) };
  });
  const place = shown.findIndex((block) => block.kind === "charts");
  const [before, charts, after] =
    place === -1 ? [shown, [], []] : [shown.slice(0, place), shown.slice(place, place + 1), shown.slice(place + 1)];
  const images = await drawImages(report, explorer === null ? [] : explored);
  return [
    section("metrics", "Metrics and gates", writeHtml(before, images)),
    explorer === null ? "" : writeExplorer(explorer),
    images.size === 0 ? "" : section("charts", "Charts", writeHtml(charts, images)),
    section("details", "Slices and details", writeHtml(after, images)),
  ].join("\n");
}

function section(id: string, title: string, body: string): string {
  return `<section id="${id}">\n<h3>${title}</h3>\n${body}\n</section>`;
}

/** Pictures in both themes. One that cannot be drawn is missed, the rest of the page is not. */
async function drawImages(report: Report, without: readonly string[]): Promise<ChartImages> {
  const images = new Map<string, { light: string; dark: string }>();
  for (const kind of chartKinds(report)) {
    if (without.includes(kind)) continue;
    const draw = async (theme: Theme) => dataUrl(await drawSvg(report, kind, theme));
    try {
      images.set(kind, { light: await draw("light"), dark: await draw("dark") });
    } catch {
      // The writer says which one is missing.
    }
  }
  return images;
}

function dataUrl(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}
