import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { root } from "../../demo/world.ts";
import { renderReportHtml } from "../../report/html.ts";
import { thresholdReport } from "../report/page-reports.ts";
import { type Browser, findChromium, openBrowser } from "./browse.ts";

const executable = findChromium(process.env["PATH"]);
const skip = executable === null ? "no Chromium on this machine: neither /usr/bin/chromium nor on the PATH" : false;

type Row = { readonly label: number; readonly own: number; readonly theirs: number };

/** Scores that follow the label, the candidate's more closely; by arithmetic, so that every run has the same. */
const rows: readonly Row[] = Array.from({ length: 600 }, (_, at) => {
  const label = at % 3 === 0 ? 1 : 0;
  const spread = (step: number): number => (((at * step) % 101) / 101) * 0.7;
  return { label, own: spread(37) + 0.29 * label, theirs: spread(53) + 0.2 * label };
});

/** Rows of a class that are called positive or negative at a threshold, counted one by one. */
function counted(of: "own" | "theirs", at: number): readonly string[] {
  const count = (label: number, isPositive: boolean): number =>
    rows.filter((row) => row.label === label && row[of] >= at === isPositive).length;
  return [count(1, true), count(0, true), count(0, false), count(1, false)].map(String);
}

describe("the report's page in a browser", { skip }, () => {
  let folder = "";
  let browser: Browser;
  const requests: string[] = [];
  const open = (file: string) => browser.page.goto(pathToFileURL(join(folder, file)).href);
  const counts = () => Promise.all([0, 1, 2, 3].map((at) => browser.page.locator(`[data-count="${at}"]`).innerText()));

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "assay-page-"));
    const table = rows.map(({ label, own, theirs }, at) => [label, own, theirs, `part ${at % 12}`].join(","));
    await writeFile(join(folder, "rows.csv"), `${["label,own,theirs,part", ...table].join("\n")}\n`);
    const metrics = ["roc_auc", "precision", "recall", "f1", "accuracy"].flatMap((id) => ["--metric", id]);
    const gates = ["candidate.precision > 0.8", "ni(roc_auc, 1pp)"].flatMap((gate) => ["--gate", gate]);
    const options = ["--predictions", "rows.csv", "--task", "binary", "--label", "label", "--slice", "part"];
    const models = ["--candidate", "own", "--baseline", "theirs", "--out", "out"];
    const command = [join(root, "runner/main.ts"), "compare", ...options, ...models, ...metrics, ...gates];
    // A gate fails, so the command ends with 1.
    await promisify(execFile)(process.execPath, command, { cwd: folder }).catch(() => null);
    await writeFile(
      join(folder, "hostile.html"),
      await renderReportHtml(thresholdReport({ text: "</script><img src=x onerror=document.title=1>&amp;'\"" })),
    );
    browser = await openBrowser(executable ?? "");
    browser.page.on("request", (request) => {
      if (/^(?!file:|data:)/.test(request.url())) requests.push(request.url());
    });
  });
  after(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("the slider, moved by keys, shows exact counts and what becomes of the gate; a button leads back", async () => {
    const { page, picture } = browser;
    await open("out/report.html");
    const slider = page.getByRole("slider", { name: "Threshold" });
    const gate = page.locator("[data-gate]").first();
    assert.equal(await page.locator("[data-gate]").count(), 1, "ROC AUC has no threshold");
    assert.deepEqual(await counts(), counted("own", 0.5));
    assert.match(await gate.innerText(), /✗ would not hold/);
    await slider.focus();
    const reached = async (): Promise<number> => Number(await slider.getAttribute("aria-valuetext"));
    for (let presses = 0; (await reached()) < 0.72 && presses < 200; presses++) await page.keyboard.press("ArrowRight");
    const at = await reached();
    assert.ok(at >= 0.72 && at < 0.8, `${at}`);
    assert.deepEqual(await counts(), counted("own", at));
    const changes = await Promise.all(
      [0, 1, 2, 3].map((place) => page.locator(`[data-change="${place}"]`).first().innerText()),
    );
    const expected = counted("own", at).map((count, place) => Number(count) - Number(counted("theirs", at)[place]));
    assert.deepEqual(
      changes.map((text) => Number(text.replace("−", "-").replace("±", ""))),
      expected,
    );
    assert.match(await gate.innerText(), /✓ would hold[^]*the report's verdict: ✗ fail/);
    assert.match(await page.locator("header").innerText(), new RegExp(`what if the threshold were ${at}`));
    await picture("report-page-moved");
    await page.getByRole("button", { name: "back to 0.50" }).click();
    assert.deepEqual(await counts(), counted("own", 0.5));
    assert.match(await gate.innerText(), /✗ would not hold/);
  });

  test("a place on a curve can be picked: the threshold moves there", async () => {
    const { page } = browser;
    await open("out/report.html");
    const mark = page.locator('[data-plot="roc"] [data-mark="0"]');
    const before = await mark.getAttribute("transform");
    await page.locator('[data-plot="roc"]').click({ position: { x: 60, y: 250 } });
    const at = Number(await page.locator("output[data-at]").innerText());
    assert.notEqual(await mark.getAttribute("transform"), before);
    assert.ok(at > 0.5, `${at}`);
    assert.deepEqual(await counts(), counted("own", at));
  });

  test("tables sort by their columns, numbers as numbers, and show only the rows that are asked for", async () => {
    const { page } = browser;
    await open("out/report.html");
    await page.locator("summary", { hasText: "slices" }).click();
    const table = page.locator("details table", { hasText: "part = part 11" });
    await page.locator("details").getByLabel("filter rows").fill("roc auc part");
    await table.getByRole("button", { name: "candidate" }).click();
    assert.equal(await table.locator("th[aria-sort]").getAttribute("aria-sort"), "descending");
    const shown = await table.locator("tbody tr:not([hidden])").allInnerTexts();
    assert.equal(shown.length, 12);
    const values = shown.map((text) => Number(text.split("\t")[4]));
    assert.deepEqual(
      values,
      values.toSorted((a, b) => b - a),
    );
    assert.match(await page.locator("details .filter").innerText(), /12 of \d+ rows/);
  });

  test("the page fits a phone and both themes, and hostile names stay text", async () => {
    const { page, picture } = browser;
    const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    for (const [file, colorScheme] of [
      ["out/report.html", "light"],
      ["out/report.html", "dark"],
      ["hostile.html", "light"],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await open(file);
      await page.setViewportSize({ width: 1280, height: 900 });
      await picture(`report-page-${colorScheme}`);
      await page.setViewportSize({ width: 390, height: 844 });
      assert.equal(await page.evaluate<number>(overflow), 0, `${file} ${colorScheme}`);
      await picture(`report-page-${colorScheme}-narrow`);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    assert.equal(await page.locator("img[src=x]").count(), 0);
    assert.ok((await page.locator(".confusion").innerText()).includes("</script><img src=x"));
    assert.equal(await page.locator("output[data-at]").innerText(), "0.50", "the script runs");
  });

  test("no page complained, and none asked for anything", () => {
    assert.deepEqual(browser.complaints, []);
    assert.deepEqual(requests, []);
  });
});
