import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { repository } from "../../demo/world.ts";
import { stopAndAudit } from "./after-story.ts";
import { type Browser, findChromium, openBrowser } from "./browse.ts";
import { openWorld, type Stage } from "./open-world.ts";
import { features } from "./trainings.ts";

const executable = findChromium(process.env["PATH"]);
const skip = executable === null ? "no Chromium on this machine: neither /usr/bin/chromium nor on the PATH" : false;
const limit = { timeout: 120_000 };
const reportBox = 'article[data-author="assay[bot]"]';

describe("in a browser, without the App's or GitHub's API", { skip }, () => {
  let stage: Stage;
  let browser: Browser;
  let pullUrl = "";
  const home = () => `${stage.world.url}/${repository.owner}/${repository.repo}`;

  before(async () => {
    stage = await openWorld("browser");
    browser = await openBrowser(executable ?? "");
  });
  after(async () => {
    await browser.close();
    await stage.world.stop();
    await stage.clear();
  });

  test("the report appears on the open page, with its verdict, its numbers and its charts", limit, async () => {
    const { page, picture, signIn } = browser;
    const title = "Use the species, and the speed squared";
    const pull = await stage.engineer.openPull({ branch: "better", title, body: "", files: features("better") });
    pullUrl = `${home()}/pull/${pull}`;
    await page.goto(pullUrl);
    await signIn("ada");
    const report = page.locator(reportBox);
    await report.waitFor();
    assert.equal(
      await report.locator("h3").innerText(),
      "damage: not worse, and provably better on ROC AUC, average precision and 3 more metrics",
    );
    assert.match(await report.innerText(), /ROC AUC 0\.749 → 0\.793 \(\+4\.4 pp/);
    assert.deepEqual(await brokenImages(), []);
    assert.equal(
      await report.locator("picture > img").locator("visible=true").count(),
      2,
      "ROC and calibration in sight",
    );
    await rawMarkdown();
    await picture("report");
    for (const fold of await report.locator("details > summary").all()) await fold.click();
    assert.deepEqual(await brokenImages(), []);
    await picture("report-unfolded");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 400, height: 900 });
    assert.deepEqual(await brokenImages(), []);
    const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert.equal(await page.evaluate<number>(overflow), 0, "a narrow page does not scroll sideways");
    await picture("report-dark-narrow");
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  test("a command typed into the page changes the numbers in the same comment, by itself", limit, async () => {
    const { page, picture } = browser;
    const report = page.locator(reportBox).first();
    const id = await report.getAttribute("data-comment-id");
    await page.locator("#comment-body").fill("/retrain learning_rate=0.05");
    await page.locator("#comment-submit").click();
    await page.locator('article[data-author="ada"]', { hasText: "/retrain learning_rate=0.05" }).waitFor();
    await page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));
    await report.locator("h3", { hasText: /queued|training/ }).waitFor();
    await picture("retraining");
    await report.locator("strong", { hasText: "ROC AUC 0.749 → 0.789" }).waitFor();
    assert.match(await report.innerText(), /learning_rate=0\.05/);
    assert.equal(await report.getAttribute("data-comment-id"), id);
    assert.equal(await page.locator(reportBox, { hasText: "ROC AUC" }).count(), 1);
    assert.equal(await page.evaluate(() => "notReloaded" in globalThis), true, "nobody reloaded the page");
    assert.deepEqual(await brokenImages(), []);
    await picture("retrained");
  });

  test("a merge by its button deploys to staging; a reviewer lets it into production", limit, async () => {
    const { page, picture, signIn } = browser;
    await page.locator("#merge-button:enabled").click();
    await page.locator('[data-environment="staging"][data-state="success"]').waitFor();
    await page.locator('[data-environment="production"][data-state="pending"]').waitFor();
    await page.locator(reportBox, { hasText: "in staging, waiting for production" }).waitFor();
    await picture("merged");
    await signIn("grace");
    await page.locator('[data-environment="production"]').getByRole("link", { name: "Run" }).click();
    await page.locator("#review-comment").fill("The report convinces me.");
    await picture("review");
    await page.locator("#review-approve").click();
    await page.locator('dl[data-run][data-conclusion="success"]').waitFor();
    await picture("deploy-run");
    await page.goto(`${home()}/deployments`);
    await page.locator('[data-environment="production"][data-state="success"]').waitFor();
    await page.locator('[data-environment-card="production"]', { hasNotText: "Nothing deployed" }).waitFor();
    await picture("deployments");
    await page.goto(pullUrl);
    await page
      .locator(reportBox, { hasText: /damage@v1/ })
      .first()
      .waitFor();
    await picture("deployed");
  });

  test("the App's dashboard shows the same, and no page complained", limit, async () => {
    const { page, picture, complaints } = browser;
    await page.goto(stage.world.appUrl);
    assert.match(await page.locator("body").innerText(), /damage@v1/);
    await picture("dashboard");
    assert.deepEqual(complaints, []);
    await stopAndAudit(stage);
  });

  /** Addresses of images in sight that did not load; waits until none is still on its way. */
  async function brokenImages(): Promise<readonly string[]> {
    return browser.page.evaluate<string[]>(`(async () => {
      const images = [...document.images].filter((image) => image.checkVisibility());
      const loaded = (image) => new Promise((done) => (image.complete ? done() : (image.onload = image.onerror = done)));
      await Promise.all(images.map(loaded));
      return images.filter((image) => image.naturalWidth === 0).map((image) => image.src);
    })()`);
  }

  /** What a reader would see if Markdown had not been understood. */
  async function rawMarkdown(): Promise<void> {
    const text = await browser.page.locator(reportBox).first().innerText();
    assert.doesNotMatch(text, /\*\*|^#{1,4} |\| ---|<\/?(details|summary|picture|img)|<!--|\\[_*|]/m);
  }
});
