import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { renderAggregateCheck, renderModelCheck } from "../../report/check.ts";
import { renderComment } from "../../report/comment.ts";
import { chartUrls, pullNames, pullView } from "./fixtures.ts";

/** Compares with a golden file, or writes it when UPDATE_GOLDEN=1 is set. */
function compare(name: string, text: string): void {
  const file = new URL(`golden/${name}`, import.meta.url);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, text);
  assert.ok(existsSync(file), `${name} is missing; run with UPDATE_GOLDEN=1`);
  assert.equal(text, readFileSync(file, "utf8"));
}

for (const name of pullNames) {
  test(`the comment of ${name} reads as agreed`, () => {
    const view = pullView(name);
    compare(`${name}.md`, renderComment(view, { charts: chartUrls(view), appName: "Assay" }));
  });

  test(`the checks of ${name} read as agreed`, () => {
    const view = pullView(name);
    const checks = [...view.models.map((model) => renderModelCheck(model)), renderAggregateCheck(view, [])];
    const words = checks.map(
      (check) =>
        `<!-- ${check.status}, ${check.conclusion} -->\n# ${check.title}\n\n${check.summary}\n\n${check.text}\n`,
    );
    compare(`${name}.checks.md`, words.join("\n---\n\n"));
  });
}

test("a comment whose charts have no address shows them as text", () => {
  compare("pass.text-charts.md", renderComment(pullView("pass"), { charts: {}, appName: "Assay" }));
});
