import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { pull } from "./canned.ts";
import { type Fixture, startFixture } from "./fixture.ts";

const executablePath = "/usr/bin/chromium";
const skip = existsSync(executablePath) ? false : "no Chromium on this machine";
const comments = "/repos/acme/strikes/issues/7/comments";
const time = "2026-03-01T12:00:00Z";
const comment = {
  id: 105,
  body: "new",
  user: { login: "cy" },
  author_association: "NONE",
  created_at: time,
  updated_at: time,
};

let browser: Browser;
before(async () => {
  if (skip !== false) return;
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
  browser = await chromium.launch({ executablePath, args });
});
after(() => browser?.close());

async function open(fixture: Fixture, path: string): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  page.on("pageerror", (error) => assert.fail(error));
  await page.goto(fixture.url + path);
  return page;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

test("a new comment appears by itself, and what was typed, focused and folded stays", { skip }, async () => {
  await using fixture = await startFixture();
  const page = await open(fixture, "/acme/strikes/pull/7");
  await page.locator("#merge-checks > summary").click();
  await page.selectOption("#merge-method", "squash");
  await page.locator("#comment-body").fill("half a thought");
  await page.evaluate("document.querySelector('#issuecomment-101').setAttribute('data-kept', '')");
  fixture.answers.set(comments, [...list(fixture.answers.get(comments)), comment]);
  fixture.answers.set("/repos/acme/strikes/pulls/7", pull({ mergeable_state: "unstable", comments: 3 }));
  await page.locator("article[data-comment-id='105'][data-author='cy']").waitFor();
  await page.locator("#merge-reason", { hasText: "Some checks are not successful." }).waitFor();
  assert.equal(await page.locator("#comment-body").inputValue(), "half a thought");
  assert.equal(await page.evaluate("document.activeElement.id"), "comment-body");
  assert.equal(await page.locator("#merge-checks").getAttribute("open"), null);
  assert.equal(await page.locator("#merge-method").inputValue(), "squash");
  assert.equal(await page.locator("[data-kept]").count(), 1, "an unchanged comment is the same element as before");
  assert.deepEqual(await page.locator("#timeline > *").evaluateAll((items) => items.map(({ id }) => id)), [
    "issue-7",
    "issuecomment-101",
    "issuecomment-102",
    "commit-4f1c09a2b7de4f1c09a2b7de4f1c09a2b7de4f1c",
    "issuecomment-105",
  ]);
});

test("a part with text being typed waits, and is shown when the visitor is done", { skip }, async () => {
  await using fixture = await startFixture();
  const pending = "/repos/acme/strikes/actions/runs/21/pending_deployments";
  const page = await open(fixture, "/acme/strikes/actions/runs/21");
  await page.locator("#review-comment").fill("looks good");
  fixture.answers.set(pending, []);
  fixture.answers.set("/repos/acme/strikes/actions/runs/21/artifacts", { total_count: 0, artifacts: [] });
  await page.getByText("No artifacts.").waitFor();
  assert.equal(await page.locator("#review-comment").inputValue(), "looks good");
  await page.locator("#review-comment").blur();
  await page.locator("#review").waitFor({ state: "detached" });
});

test("nothing of a hostile page runs, and the policy has nothing to refuse", { skip }, async () => {
  await using fixture = await startFixture();
  const page = await browser.newPage();
  const refused: string[] = [];
  page.on("dialog", (dialog) => void dialog.dismiss().then(() => refused.push("a script ran")));
  page.on("console", (message) => {
    if (/Content Security Policy|Refused/.test(message.text())) refused.push(message.text());
  });
  for (const path of ["/", "/acme/strikes/pull/7", "/acme/strikes/pull/7/checks", "/acme/strikes/actions/runs/21"]) {
    await page.goto(fixture.url + path);
  }
  assert.deepEqual(refused, []);
});

test("a visitor comments and merges without script", { skip }, async () => {
  await using fixture = await startFixture();
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${fixture.url}/acme/strikes/pull/7`);
  await page.locator("#comment-body").fill("/help");
  await page.locator("#comment-submit").click();
  await page.waitForURL("**/pull/7#issuecomment-103");
  await page.locator("#merge-button").click();
  await page.locator("[data-flash=notice]", { hasText: "merged" }).waitFor();
  assert.deepEqual(
    fixture.writes.map(({ method, path }) => `${method} ${path.split("/").slice(4).join("/")}`),
    ["POST issues/7/comments", "PUT pulls/7/merge"],
  );
  await context.close();
});

test("no page is wider than a small phone", { skip }, async () => {
  await using fixture = await startFixture();
  const page = await browser.newPage({ viewport: { width: 400, height: 800 } });
  for (const path of [
    "",
    "/pulls",
    "/pull/7",
    "/pull/7/files",
    "/pull/7/checks",
    "/actions",
    "/actions/runs/21",
    "/deployments",
    "/edit/main/models/train.ts",
  ]) {
    await page.goto(`${fixture.url}/acme/strikes${path}`);
    const excess = Number(await page.evaluate("document.documentElement.scrollWidth - innerWidth"));
    assert.ok(excess <= 0, `${path} is ${excess} pixels too wide`);
  }
});
