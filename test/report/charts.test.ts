import assert from "node:assert/strict";
import { test } from "node:test";
import type { Report } from "../../core/report.ts";
import { type ChartKind, chartKinds, chartSpec, drawChart, renderPng, renderSvg } from "../../report/charts/index.ts";
import { pullView, reportOf } from "./fixtures.ts";
import { overlaps, textBoxes } from "./svg-boxes.ts";

const learning = pullView("pass").models[0]?.learningCurve ?? [];
const wideClasses = Array.from({ length: 14 }, (_, at) => `a rather long class name ${at}`);
const counts = wideClasses.map((_, row) => wideClasses.map((_, column) => (row === column ? 123_456 : row * column)));
const pass = reportOf("pass");

const reports: readonly (readonly [string, Report])[] = [
  ...["pass", "fail", "no-baseline", "hostile-names"].map((name) => [name, reportOf(name)] as const),
  ["species", pullView("several-models").models.find(({ model }) => model === "species")?.report ?? pass],
  [
    "many classes",
    { ...pass, curves: { ...pass.curves, confusion: { candidate: { classes: wideClasses, counts }, baseline: null } } },
  ],
  ["a model that is perfect", perfect()],
];

function perfect(): Report {
  const corner: [number, number][] = [
    [0, 0],
    [0, 1],
    [1, 1],
  ];
  return {
    ...pass,
    metrics: pass.metrics.map((metric) => ({
      ...metric,
      delta: metric.delta === null ? null : { ...metric.delta, value: 0, interval: [0, 0] },
    })),
    curves: { roc: { candidate: corner, baseline: corner }, pr: null, calibration: null, confusion: null },
  };
}

for (const [name, report] of reports) {
  for (const kind of chartKinds(report, learning)) {
    test(`the texts of the ${kind} chart of ${name} lie inside it and apart from each other`, async () => {
      const { boxes, width, height } = textBoxes(await renderSvg(chartSpec(report, kind, "light", learning)));
      assert.ok(boxes.length > 3);
      assert.deepEqual(overlaps(boxes), []);
      const outside = boxes.filter((box) => box.x0 < 0 || box.y0 < 0 || box.x1 > width || box.y1 > height);
      assert.deepEqual(outside, []);
      assert.ok(width < 800 && height < 900, `${width} x ${height}`);
    });
  }
}

test("a chart comes as SVG and as PNG of twice its size, in both themes", async (t) => {
  for (const theme of ["light", "dark"] as const) {
    for (const kind of chartKinds(pass, learning)) {
      const started = performance.now();
      const { svg, png } = await drawChart(pass, kind, theme, learning);
      t.diagnostic(`${kind} ${theme}: ${(performance.now() - started).toFixed(0)} ms`);
      const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
      assert.equal(view.getUint32(0), 0x89504e47);
      const { width } = textBoxes(svg);
      assert.equal(view.getUint32(16), Math.round(width * 2));
    }
  }
});

test("the same report gives the same picture", async () => {
  const [one, two] = [await drawChart(pass, "roc", "light"), await drawChart(pass, "roc", "light")];
  assert.equal(one.svg, two.svg);
  assert.deepEqual(one.png, two.png);
});

test("names in a chart cannot become markup", async () => {
  for (const kind of chartKinds(reportOf("hostile-names"))) {
    const { svg } = await drawChart(reportOf("hostile-names"), kind, "dark");
    assert.doesNotMatch(svg, /<(?:script|image|a|foreignObject|img|details)\b|href=|javascript:[^<]*"/i);
  }
});

test("a specification that asks for a file or an address is refused or left empty, never loaded", async () => {
  const spec = {
    data: { url: "file:///etc/hostname", format: { type: "csv" as const } },
    mark: "point" as const,
    encoding: {},
  };
  const svg = await renderSvg(spec).catch((error: unknown) => String(error));
  assert.doesNotMatch(svg, /localhost/);
  assert.match(await renderSvg({ ...spec, data: { values: [{}] } }), /^<svg/);
});

test("text is drawn with the packaged font, so a PNG without text differs", async () => {
  const svg = await renderSvg(chartSpec(pass, "roc", "light"));
  const without = svg.replace(/<text\b[^>]*>[^<]*<\/text>/g, "");
  assert.notEqual(renderPng(svg).length, renderPng(without).length);
});

test("bins of fewer than 10 rows are points of the calibration chart and leave its line, which the axis says", async () => {
  const bins = [3, 10, 9, 200, 1].map((n, at) => ({ predicted: at / 5, observed: at % 2, n }));
  const curves = { ...pass.curves, calibration: { candidate: bins, baseline: bins.toReversed() } };
  const spec = chartSpec({ ...pass, curves }, "calibration", "light");
  const layers = "layer" in spec ? spec.layer : [];
  const rows = layers.slice(1).map((layer) => {
    const values = layer.data != null && "values" in layer.data ? layer.data.values : [];
    return Array.isArray(values) ? values.map((value) => (Object(value) as { n: number }).n) : [];
  });
  assert.deepEqual(rows, [
    [200, 10, 10, 200],
    [1, 200, 9, 10, 3, 3, 10, 9, 200, 1],
  ]);
  assert.match(await renderSvg(spec), /line: bins with at least 10 rows/);
});

test("which charts a report can fill follows from its curves", () => {
  const none = { roc: null, pr: null, calibration: null, confusion: null };
  const cases: readonly (readonly [Report, readonly ChartKind[]])[] = [
    [{ ...pass, curves: none }, ["forest"]],
    [{ ...pass, curves: none, metrics: [] }, []],
    [pass, ["roc", "calibration", "pr", "forest", "confusion"]],
  ];
  for (const [report, kinds] of cases) assert.deepEqual(chartKinds(report), kinds);
});
