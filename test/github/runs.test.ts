import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { cancelRun, decideProtection, dispatch, findRun } from "../../github/runs.ts";
import { assertAllAsked, client, github } from "./client.ts";

afterEach(assertAllAsked);

const nonce = "0123456789abcdef0123456789abcdef";
const inputs = { stage: "train", ticket: "jws", nonce };
const path = "/actions/workflows/assay.yml/dispatches";

test("a dispatch that is answered with the run gives the run", async () => {
  github()
    .post(path, { ref: "main", inputs, return_run_details: true })
    .reply(200, { workflow_run_id: 9, run_url: "https://api", html_url: "https://run" });
  assert.deepEqual(await dispatch(client, "main", inputs), { id: 9, url: "https://run" });
});

test("an older server's answer without the run is no error, and the run is found by its nonce", async () => {
  github().post(path).reply(204);
  assert.equal(await dispatch(client, "main", inputs), null);
  const ours = { login: "assay[bot]", branch: "main" };
  const own = { path: ".github/workflows/assay.yml", head_branch: "main", actor: { login: "assay[bot]" } };
  const copied = { ...own, display_title: `assay train ${nonce}` };
  const runs = [
    { ...own, id: 1, html_url: "https://1", display_title: `assay train ${nonce}0` },
    { ...copied, id: 3, html_url: "https://3", actor: { login: "mallory" } },
    { ...copied, id: 4, html_url: "https://4", head_branch: "mallory/branch" },
    { ...copied, id: 5, html_url: "https://5", path: ".github/workflows/other.yml" },
    { ...copied, id: 2, html_url: "https://2" },
  ];
  const list = (found: readonly object[]) =>
    github()
      .get("/actions/workflows/assay.yml/runs")
      .query({ event: "workflow_dispatch", per_page: "100" })
      .reply(200, { total_count: found.length, workflow_runs: found });
  list(runs);
  assert.deepEqual(await findRun(client, nonce, ours), { id: 2, url: "https://2" });
  list(runs.slice(0, 4));
  assert.equal(await findRun(client, nonce, ours), null);
});

test("a dispatch that GitHub refuses or cannot answer is an error with its status", async () => {
  for (const status of [422, 404, 403, 500]) {
    github().post(path).reply(status, { message: "no" });
    await assert.rejects(dispatch(client, "main", inputs), { status });
  }
});

test("cancelling a run that has ended or is gone is done already; other errors are errors", async () => {
  for (const status of [202, 409, 404]) {
    github().post("/actions/runs/9/cancel").reply(status, {});
    await cancelRun(client, 9);
  }
  github().post("/actions/runs/9/cancel").reply(500);
  await assert.rejects(cancelRun(client, 9), { status: 500 });
});

test("a protection rule is answered once; the second answer is taken as given", async () => {
  const answer = { runId: 9, environment: "staging", state: "approved", comment: "passed" } as const;
  const body = { environment_name: "staging", state: "approved", comment: "passed" };
  for (const status of [204, 422]) {
    github().post("/actions/runs/9/deployment_protection_rule", body).reply(status);
    await decideProtection(client, answer);
  }
  github().post("/actions/runs/9/deployment_protection_rule").reply(403);
  await assert.rejects(decideProtection(client, answer), { status: 403 });
});
