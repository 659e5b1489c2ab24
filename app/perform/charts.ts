import { digestJson } from "../../core/digest.ts";
import type { ModelView } from "../../core/view.ts";
import { chartKinds, contextOf, drawChart } from "../../report/charts/index.ts";
import { hasChart, keepChart } from "../store/charts.ts";
import type { Stage } from "./stage.ts";

export type ChartUrls = Readonly<Record<string, { readonly light: string; readonly dark: string }>>;

/**
 * Draws the charts of the finished reports, keeps them under addresses nobody can guess, and gives the addresses by
 * `model/kind`; none without a public address, since GitHub could not fetch them. A chart that cannot be drawn is left
 * out: it never costs the report.
 */
export async function drawCharts(models: readonly ModelView[], stage: Stage): Promise<ChartUrls> {
  const urls: Record<string, { light: string; dark: string }> = {};
  const { publicUrl } = stage;
  if (publicUrl === null) return urls;
  for (const view of models) {
    const { model, report } = view;
    if (report === null) continue;
    const context = contextOf(view);
    const content = digestJson({ report, context });
    for (const kind of chartKinds(report, context)) {
      const address = async (theme: "light" | "dark") => {
        const token = stage.signer.address(`${content}/${kind}/${theme}`);
        if (!(await hasChart(stage.store, token))) {
          const chart = await drawChart(report, kind, theme, context);
          await keepChart(stage.store, { token, ...chart }, stage.now().toISOString());
        }
        return `${publicUrl}/charts/${token}.png`;
      };
      try {
        urls[`${model}/${kind}`] = { light: await address("light"), dark: await address("dark") };
      } catch (error) {
        stage.log.warn({ err: error, model, kind }, "a chart could not be drawn; the report goes without it");
      }
    }
  }
  return urls;
}
