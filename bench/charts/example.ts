import { readFile } from "node:fs/promises";
import { scoreHistogram } from "../../core/metrics/score-histogram.ts";
import { type Report, report as reportSchema } from "../../core/report.ts";
import type { ChartContext } from "../../report/charts/index.ts";
import { sampleOf } from "../metrics/sample.ts";

const rows = 10_000;

/** A report that fills every chart: a fixture's numbers, 100 more slices, and the scores of drawn rows. */
export async function exampleCharts(): Promise<{ readonly report: Report; readonly context: ChartContext }> {
  const file = new URL("../../fixtures/reports/pass.json", import.meta.url);
  const view: { readonly models: readonly { readonly report: unknown }[] } = JSON.parse(await readFile(file, "utf8"));
  const report = reportSchema.parse(view.models[0]?.report);
  const { labels, candidate, baseline } = sampleOf(rows);
  const scores = scoreHistogram({
    classNames: ["intact", "damaged"],
    labels,
    candidate: { kind: "binary", scores: candidate },
    baseline: { kind: "binary", scores: baseline },
    scoring: "probability",
  });
  const overall = report.metrics.filter(({ id, slice }) => slice === null && id === "roc_auc");
  const slices = overall.flatMap((metric) =>
    Array.from({ length: 100 }, (_, at) => ({ ...metric, slice: { by: "airport", value: `airport ${at}` } })),
  );
  const curve = (speed: number) =>
    Array.from({ length: 200 }, (_, at) => ({
      step: at + 1,
      of: 200,
      metrics: { loss: 0.3 + 0.4 * Math.exp(-at / speed), roc_auc: 0.88 - 0.3 * Math.exp(-at / speed) },
    }));
  const points = Array.from({ length: 24 }, (_, at) => {
    const value = 0.8 + at * 0.003;
    const interval: readonly [number, number] = [value - 0.02, value + 0.02];
    return { version: `damage@v${at + 1}`, value, interval, at: `2026-01-${String(at + 1).padStart(2, "0")}` };
  });
  return {
    report: { ...report, metrics: [...report.metrics, ...slices], curves: { ...report.curves, scores } },
    context: { learning: curve(30), baselineLearning: curve(40), history: { metric: "roc_auc", points } },
  };
}
