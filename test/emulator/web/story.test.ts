import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";

const workflow = `name: Deploy
on: workflow_dispatch
jobs:
  staging:
    runs-on: gpu
    environment: { name: staging, url: 'http://localhost:4000/x' }
    steps:
      - run: |
          echo '::group::Build <b>'
          echo inside
          echo '::endgroup::'
  production:
    needs: staging
    runs-on: gpu
    environment: production
    steps:
      - run: echo deployed
`;

let folder: string;
let emulator: Emulator;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "emulator-pages-"));
  emulator = await startEmulator({
    folder,
    seed: {
      users: [{ login: "ada" }, { login: "bea" }],
      apps: [],
      repositories: [
        {
          owner: "acme",
          name: "strikes",
          collaborators: { ada: "admin", bea: "write" },
          apps: [],
          environments: [
            { name: "staging", reviewers: [], protectionApps: [] },
            { name: "production", reviewers: ["bea"], protectionApps: [] },
          ],
          files: {
            "README.md": "# Strikes\n",
            "models/train.ts": "export const depth = 4;\n",
            ".github/workflows/deploy.yml": workflow,
          },
        },
      ],
      machines: [{ name: "gpu-1", labels: ["self-hosted", "gpu"] }],
    },
  });
});
after(async () => {
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

async function see(path: string, user = "ada"): Promise<string> {
  const response = await fetch(emulator.url + path, { headers: { cookie: `user=${user}` } });
  assert.equal(response.status, 200, path);
  return response.text();
}

/** Sends a form with the hidden fields of the page it stands on; gives where the browser is sent. */
async function send(path: string, fields: Readonly<Record<string, string>>, user = "ada"): Promise<string> {
  const text = await see(path, user);
  const hidden = [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map((found) => [
    found[1] ?? "",
    found[2] ?? "",
  ]);
  const body = new URLSearchParams({ ...Object.fromEntries(hidden), ...fields });
  const response = await fetch(emulator.url + path, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: `user=${user}` },
    body,
  });
  assert.equal(response.status, 303, await response.text());
  return response.headers.get("location") ?? "";
}

async function seeUntil(path: string, pattern: RegExp): Promise<string> {
  for (let turn = 0; turn < 300; turn += 1) {
    const text = await see(path);
    if (pattern.test(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${path} never showed ${pattern}`);
}

test("a visitor edits a file, opens a pull request, comments and merges it", async () => {
  assert.match(await see("/"), /data-repository="acme\/strikes"/);
  assert.match(await see("/acme/strikes"), /data-entry="models"[\s\S]*<h1>Strikes<\/h1>/);
  const edit = "/acme/strikes/edit/main/models/train.ts";
  const pull = await send(edit, {
    action: "commit",
    content: "export const depth = 6;\n",
    message: "Deepen",
    body: "Deeper **trees**",
    target: "new",
    branch: "ada/deeper",
  });
  assert.equal(pull, "/acme/strikes/pull/1");
  const anchor = await send(pull, { action: "comment", body: "hello <script>alert(1)</script>" });
  const id = anchor.split("#issuecomment-")[1];
  const shown = await see(pull);
  assert.match(shown, new RegExp(`data-comment-id="${id}" data-author="ada"`));
  assert.match(shown, /Deeper <strong>trees<\/strong>/);
  assert.match(await see(`${pull}/files`), /class="sign">\+<\/span>export const depth = 6;/);
  assert.match(await see(`${pull}/commits`), /Deepen/);
  assert.match(await see("/acme/strikes/blob/ada/deeper/models/train.ts"), /depth = 6/);
  await send(pull, { action: "merge", method: "squash" });
  assert.match(await see(pull), /data-pull-state="merged"/);
  assert.match(await see("/acme/strikes/pulls?state=closed"), /data-pull="1" data-pull-state="merged"/);
});

test("a reviewer approves a run that waits, and both environments show what runs in them", async () => {
  const dispatch = `${emulator.apiUrl}/repos/acme/strikes/actions/workflows/deploy.yml/dispatches`;
  const headers = { authorization: `Bearer ${emulator.tokens["ada"]}` };
  assert.equal((await fetch(dispatch, { method: "POST", headers, body: JSON.stringify({ ref: "main" }) })).status, 204);
  const list = await seeUntil("/acme/strikes/actions", /data-run="\d+"/);
  const run = `/acme/strikes/actions/runs/${/data-run="(\d+)"/.exec(list)?.[1]}`;
  const waiting = await seeUntil(run, /id="review"/);
  assert.match(waiting, /data-step="Run echo[^"]*" data-conclusion="success"/);
  assert.match(waiting, /<span class="log-text">Build &lt;b&gt;<\/span>/);
  assert.match(waiting, /id="review-approve" disabled/, "ada is no reviewer");
  const environment = /name="environment" value="(\d+)"/.exec(waiting)?.[1] ?? "";
  await send(run, { action: "approve", environment, comment: "ship" }, "bea");
  await seeUntil(run, /<dl class="facts box" data-run="\d+" data-conclusion="success"/);
  const deployments = await see("/acme/strikes/deployments");
  assert.match(deployments, /data-environment="staging" data-state="success"/);
  assert.match(deployments, /data-environment="production" data-state="success"/);
});

test("the pages asked this GitHub for nothing that it does not serve", () => {
  assert.deepEqual(emulator.unknownRequests(), []);
});
