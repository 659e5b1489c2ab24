import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { report as reportSchema } from "../../core/report.ts";
import { chartKinds, drawSvg, renderPng } from "../../report/charts/index.ts";
import { textChart } from "../../report/charts/text/text-chart.ts";
import { writeMarkdown } from "../../report/markdown-writer.ts";
import { anyContext, anyReport } from "./chart-reports.ts";
import { textBoxes } from "./svg-boxes.ts";

test("every chart of any report is drawn, in both themes, without markup or numbers that are none", async () => {
  const property = fc.asyncProperty(anyReport, anyContext, fc.nat(), async (report, context, pick) => {
    reportSchema.parse(report);
    const kinds = chartKinds(report, context);
    for (const [at, kind] of kinds.entries()) {
      const theme = (pick + at) % 2 === 0 ? "light" : "dark";
      const svg = await drawSvg(report, kind, theme, context);
      assert.doesNotMatch(svg, /<(?!\/?(?:svg|g|path|text|tspan|rect|line|defs|clipPath|style)\b)[^>]*>/);
      const attributes = svg.replaceAll(/>[^<]*</g, "><").replaceAll(/aria-label="[^"]*"/g, "");
      assert.doesNotMatch(attributes, /href|NaN|Infinity|url\((?!#)/, kind);
      const { width, height } = textBoxes(svg);
      assert.ok(width < 1_000 && height < 1_400, `${kind}: ${width} x ${height}`);
      if (at === pick % kinds.length) assert.ok(renderPng(svg).length > 1_000);
    }
  });
  await fc.assert(property, { numRuns: 40 });
});

test("text charts of any report stay inside their fence, and their words stay words", () => {
  const property = fc.property(anyReport, anyContext, (report, context) => {
    for (const kind of chartKinds(report, context)) {
      const blocks = textChart(report, kind, context);
      assert.ok(blocks.length > 0, kind);
      const tree = fromMarkdown(`${writeMarkdown(blocks)}\n\nafter`, {
        extensions: [gfm()],
        mdastExtensions: [gfmFromMarkdown()],
      });
      const expected = blocks.map((block) => (block.kind === "fence" ? "code" : block.kind));
      assert.deepEqual(
        tree.children.map(({ type }) => type),
        [...expected, "paragraph"],
      );
      assert.deepEqual(
        [...typesIn(tree)].filter((type) => !allowed.includes(type)),
        [],
      );
      for (const child of tree.children)
        if (child.type === "code" && child.lang === "mermaid") checkMermaid(child.value);
    }
  });
  fc.assert(property, { numRuns: 200 });
});

const allowed = ["root", "paragraph", "text", "code", "table", "tableRow", "tableCell"];

function* typesIn(node: Nodes): Generator<string> {
  yield node.type;
  if ("children" in node) for (const child of node.children) yield* typesIn(child);
}

/** The part of Mermaid's xychart grammar that we write, line by line. */
function checkMermaid(source: string): void {
  const text = String.raw`"[^"\x60{}%<>#;\n]*"`;
  const number = String.raw`-?\d+(?:\.\d+)?`;
  const list = (of: string): string => String.raw`\[${of}(?:, ${of})*\]`;
  const [init, head, ...lines] = source.split("\n");
  assert.match(init ?? "", /^%%\{init: \{"xyChart":\{"width":480,"height":320\},"themeVariables":.*\}\}%%$/);
  assert.equal(head, "xychart-beta");
  const line = new RegExp(
    `^(?:[xy]-axis ${text} ${number} --> ${number}|x-axis ${text} ${list(text)}|line ${text} ${list(number)})$`,
  );
  for (const one of lines) assert.match(one, line);
}
