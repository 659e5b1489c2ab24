import { readdirSync, readFileSync } from "node:fs";
import type { PullView } from "../../core/view.ts";
import { allChartKinds } from "../../report/charts/index.ts";

const folder = new URL("../../fixtures/reports/", import.meta.url);

/** Names of the pull requests in fixtures/reports. */
export const pullNames: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.slice(0, -".json".length))
  .toSorted();

export function pullView(name: string): PullView {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as PullView;
}

/** The first model's report of a fixture. */
export function reportOf(name: string) {
  const report = pullView(name).models.find((model) => model.report !== null)?.report;
  if (report === null || report === undefined) throw new Error(`${name} has no report`);
  return report;
}

/** Chart addresses for every chart of every model, as the App's web server would give them. */
export function chartUrls(view: PullView): Record<string, { light: string; dark: string }> {
  return Object.fromEntries(
    view.models.flatMap(({ model }) =>
      allChartKinds.map((kind) => {
        const token = `https://assay.example/charts/${kind}`;
        return [`${model}/${kind}`, { light: `${token}-light.png`, dark: `${token}-dark.png` }];
      }),
    ),
  );
}
