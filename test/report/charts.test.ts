import assert from "node:assert/strict";
import { test } from "node:test";
import * as vega from "vega";
import { compile } from "vega-lite";
import type { Report } from "../../core/report.ts";
import {
  allChartKinds,
  type ChartContext,
  type ChartKind,
  chartKinds,
  chartSpec,
  drawChart,
  renderPng,
  renderSvg,
} from "../../report/charts/index.ts";
import { pullView, reportOf } from "./fixtures.ts";
import { overlaps, textBoxes } from "./svg-boxes.ts";

const learning = pullView("pass").models[0]?.learningCurve ?? [];
const slower = learning.map(({ metrics, ...point }) => ({
  ...point,
  metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, value * 1.05])),
}));
const versions = Array.from({ length: 30 }, (_, at) => ({
  version: `damage@v${at + 1}`,
  value: 0.8 + at * 0.003,
  interval: at % 7 === 0 ? null : ([0.79 + at * 0.003, 0.81 + at * 0.003] as const),
  at: `2026-01-${String(at + 1).padStart(2, "0")}T10:00:00Z`,
}));
const context: ChartContext = {
  learning,
  baselineLearning: slower,
  history: { metric: "roc_auc", points: versions },
};
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
  ["scores of four classes", { ...pass, curves: { ...pass.curves, scores: fourClasses() } }],
  ["a hundred slices", { ...pass, metrics: [...pass.metrics, ...manySlices()] }],
];

function fourClasses(): Report["curves"]["scores"] {
  const counts = wideClasses
    .slice(0, 4)
    .map((_, row) => Array.from({ length: 50 }, (_, bin) => (bin * (row + 1)) % 17));
  return {
    of: "true_class",
    range: [0, 1],
    classes: wideClasses.slice(0, 4),
    candidate: counts,
    baseline: counts.map((of) => of.toReversed()),
  };
}

function manySlices(): Report["metrics"] {
  const overall = pass.metrics.filter(({ slice }) => slice === null).slice(0, 1);
  return overall.flatMap((metric) =>
    Array.from({ length: 100 }, (_, at) => ({
      ...metric,
      slice: { by: "a column with a long name", value: `v${at}` },
    })),
  );
}

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
  for (const kind of chartKinds(report, context)) {
    test(`the texts of the ${kind} chart of ${name} lie inside it and apart from each other`, async () => {
      const { boxes, width, height } = textBoxes(await renderSvg(chartSpec(report, kind, "light", context)));
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
    for (const kind of chartKinds(pass, context)) {
      const started = performance.now();
      const { svg, png } = await drawChart(pass, kind, theme, context);
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

test("no name that a user chose is part of a Vega expression", () => {
  const name = '\\"+zq';
  const report: Report = {
    ...pass,
    model: name,
    baseline: { digest: pass.candidate.digest, version: name },
    metrics: pass.metrics.map(({ slice, ...metric }) => ({
      ...metric,
      slice: slice === null ? null : { by: name, value: "by" in slice ? slice.value : "" },
    })),
    curves: {
      ...pass.curves,
      confusion: {
        candidate: {
          classes: [name, "b"],
          counts: [
            [1, 2],
            [3, 4],
          ],
        },
        baseline: null,
      },
      scores: {
        of: "positive_class",
        range: [0, 1],
        classes: ["a", name],
        candidate: [
          [1, 2],
          [3, 4],
        ],
        baseline: null,
      },
    },
  };
  const rename = (points: typeof learning) => points.map((point) => ({ ...point, metrics: { [name]: point.step } }));
  const hostile: ChartContext = {
    learning: rename(learning),
    baselineLearning: rename(slower),
    history: { metric: name, points: versions.map((point) => ({ ...point, version: name })) },
  };
  const kinds = chartKinds(report, hostile);
  assert.equal(kinds.length, allChartKinds.length);
  for (const kind of kinds) {
    const { spec } = compile(chartSpec(report, kind, "light", hostile), { logger: vega.logger(vega.None) });
    assert.match(JSON.stringify(spec), /zq/, kind);
    assert.deepEqual(
      [...expressionsIn(spec)].filter((text) => text.includes("zq")),
      [],
      kind,
    );
  }
});

/** Every string that Vega would parse as an expression. */
function* expressionsIn(node: unknown): Generator<string> {
  if (Array.isArray(node)) for (const item of node) yield* expressionsIn(item);
  else if (typeof node === "object" && node !== null) {
    for (const [key, value] of Object.entries(node)) {
      if (key === "values") continue;
      if (["signal", "expr", "test", "update", "init", "on"].includes(key)) yield JSON.stringify(value);
      else yield* expressionsIn(value);
    }
  }
}

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
    [{ ...pass, curves: none }, ["forest", "slices"]],
    [{ ...pass, curves: none, metrics: [] }, []],
    [pass, ["roc", "calibration", "pr", "forest", "slices", "confusion"]],
    [{ ...pass, curves: { ...none, scores: fourClasses() }, metrics: [] }, ["scores"]],
  ];
  for (const [report, kinds] of cases) assert.deepEqual(chartKinds(report), kinds);
  const empty = { ...pass, curves: none, metrics: [] };
  assert.deepEqual(chartKinds(empty, context), ["learning", "history"]);
  assert.deepEqual(
    chartKinds(empty, { learning: learning.slice(0, 1), history: { metric: "roc_auc", points: [] } }),
    [],
  );
});
