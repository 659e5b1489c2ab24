import type { Report } from "../core/report.ts";
import { drawSvg } from "./charts/draw.ts";
import { chartKinds, type Theme } from "./charts/kinds.ts";
import { html, oneLine } from "./escape.ts";
import { type ChartImages, writeHtml } from "./html-writer.ts";
import { reportBlocks } from "./sections/report.ts";

/**
 * One self-contained page: no script, nothing loaded from anywhere, which its content security policy also says.
 * Charts are SVG images in data URLs, so that nothing in them can run.
 */
export async function renderReportHtml(report: Report): Promise<string> {
  const body = writeHtml(reportBlocks(report), await drawImages(report));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${html(oneLine(report.model))}: report</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

async function drawImages(report: Report): Promise<ChartImages> {
  const images = new Map<string, { light: string; dark: string }>();
  for (const kind of chartKinds(report)) {
    const draw = async (theme: Theme) => dataUrl(await drawSvg(report, kind, theme));
    images.set(kind, { light: await draw("light"), dark: await draw("dark") });
  }
  return images;
}

function dataUrl(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}

const style = `
:root { color-scheme: light dark; --line: light-dark(#d1d9e0, #3d444d); --faint: light-dark(#59636e, #9198a1); }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: light-dark(#fff, #0d1117); color: light-dark(#1f2328, #e6edf3); }
main { max-width: 1000px; margin: 0 auto; padding: 24px 16px 64px; }
h2 { font-size: 24px; line-height: 1.25; margin: 0 0 12px; }
.scroll { overflow-x: auto; margin: 12px 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 12px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-weight: 600; color: var(--faint); }
.right { text-align: right; white-space: nowrap; }
code, pre { font: 13px/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: 12px; border: 1px solid var(--line); border-radius: 6px; }
details { margin: 12px 0; border-top: 1px solid var(--line); padding-top: 8px; }
summary { cursor: pointer; font-weight: 600; }
.charts { display: flex; flex-wrap: wrap; gap: 12px; margin: 12px 0; }
img { max-width: 100%; height: auto; }
`;
