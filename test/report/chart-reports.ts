import * as fc from "fast-check";
import { metricIds } from "../../core/metrics/registry.ts";
import { type Curves, type Metric, type Report, task } from "../../core/report.ts";
import type { ChartContext } from "../../report/charts/index.ts";
import { reportOf } from "./fixtures.ts";

/** Text made of what Vega, SVG, Mermaid and Markdown act on, mixed with arbitrary characters. */
export const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."|`*_[]()<>#+-=!~:@$\\/&;^{}.,'\"\n\t 01ab".split(""),
        "</text><script>alert(1)</script>",
        "<a href='javascript:x'>",
        "datum.value",
        'signal("x")',
        "%%{init: {}}%%",
        "]]>",
        "-->",
        "```",
        "</details>",
        "![i](https://evil.example/x)",
        "@acme/admins",
        "\u202E",
        "\uFFFF",
        "a long name ".repeat(12),
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

const number = fc.oneof(
  { weight: 12, arbitrary: fc.double({ min: -1, max: 1, noNaN: true }) },
  { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 1, 1e-300, Number.MAX_VALUE, -Number.MAX_VALUE) },
);
const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), number);
const rows = fc.oneof(fc.nat(1_000), fc.constant(Number.MAX_SAFE_INTEGER));
const interval = fc.tuple(number, number).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
const perhaps = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const mostly = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null, freq: 12 });
const sides = <T>(of: fc.Arbitrary<T>) => fc.record({ candidate: of, baseline: perhaps(of) });

const measurement = fc.record({
  value: perhaps(number),
  status: fc.constantFrom("ok", "undefined", "insufficient", "error"),
  n: rows,
  interval: perhaps(interval),
});

const metric = (ids: readonly string[]): fc.Arbitrary<Metric> =>
  fc.record({
    id: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...ids.slice(0, 2)) }, fc.constantFrom(...ids), hostile),
    slice: mostly(fc.oneof(fc.record({ by: hostile, value: hostile }), fc.record({ where: hostile }))),
    definition: fc.constant("x/1"),
    candidate: measurement,
    baseline: perhaps(measurement),
    delta: mostly(
      fc.record({
        value: mostly(number),
        interval: mostly(interval),
        level: fc.constant(0.95),
        method: hostile,
        standardError: fc.constant(null),
        z: perhaps(number),
        p: perhaps(fc.double({ min: 0, max: 1, noNaN: true })),
      }),
    ),
  });

const points = fc.array(fc.tuple(share, share), { maxLength: 30 });
const bins = fc.array(fc.record({ predicted: share, observed: share, n: rows }), { maxLength: 15 });
const counts = fc.array(fc.array(rows, { maxLength: 6 }), { maxLength: 6 });
const classes = fc.array(hostile, { maxLength: 6 });

const curves: fc.Arbitrary<Curves> = fc.record({
  roc: perhaps(sides(points)),
  pr: perhaps(sides(points)),
  calibration: perhaps(sides(bins)),
  confusion: perhaps(sides(fc.record({ classes, counts }))),
  scores: perhaps(
    fc.record({
      of: fc.constantFrom("positive_class", "true_class"),
      range: interval,
      classes,
      candidate: counts,
      baseline: perhaps(counts),
    }),
  ),
});

/** Any report that the schema allows, as far as charts look at it. */
export const anyReport: fc.Arbitrary<Report> = fc.constantFrom(...task.options).chain((of) =>
  fc
    .record({
      model: hostile,
      metrics: fc.array(metric(metricIds(of)), { maxLength: 12 }),
      curves,
      version: perhaps(hostile),
      hasBaseline: fc.boolean(),
    })
    .map(({ version, hasBaseline, ...rest }) => {
      const { baseline, ...report } = reportOf("pass");
      const digest = baseline?.digest ?? report.candidate.digest;
      return { ...report, task: of, ...rest, baseline: hasBaseline ? { digest, version } : null };
    }),
);

const anything = fc.oneof({ weight: 12, arbitrary: number }, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));
const learning = fc.array(
  fc.record({
    step: fc.oneof({ weight: 12, arbitrary: fc.nat(100) }, anything),
    of: fc.nat(100),
    metrics: fc.dictionary(fc.oneof({ weight: 4, arbitrary: fc.constantFrom("loss", "roc_auc") }, hostile), anything, {
      maxKeys: 3,
    }),
  }),
  { maxLength: 20 },
);

export const anyContext: fc.Arbitrary<ChartContext> = fc.record({
  learning,
  baselineLearning: learning,
  history: fc.record({
    metric: fc.oneof(fc.constantFrom("roc_auc", "rmse"), hostile),
    points: fc.array(fc.record({ version: hostile, value: anything, interval: perhaps(interval), at: hostile }), {
      maxLength: 10,
    }),
  }),
});
