import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { type CheckContent, upsertCheck } from "../../github/checks.ts";
import { assertAllAsked, client, github } from "./client.ts";

afterEach(assertAllAsked);

const sha = "a".repeat(40);
const content: CheckContent = {
  name: "assay / damage",
  headSha: sha,
  externalId: "assay:42:damage",
  detailsUrl: null,
  startedAt: null,
  status: "in_progress",
  conclusion: null,
  title: "Training",
  summary: "s",
  text: "t",
  annotations: [],
};
const unknown = { id: null, search: false };

test("a check is made with its identity, and without a conclusion while it runs", async () => {
  let sent: object = {};
  github()
    .post("/check-runs", (body: object) => {
      sent = body;
      return true;
    })
    .reply(201, { id: 5 });
  assert.equal(await upsertCheck(client, content, unknown), 5);
  assert.deepEqual(sent, {
    name: "assay / damage",
    head_sha: sha,
    external_id: "assay:42:damage",
    status: "in_progress",
    output: { title: "Training", summary: "s", text: "t" },
    actions: [{ label: "Cancel", description: "Stop the runs behind this check", identifier: "cancel" }],
  });
});

test("a known check is brought up to date; one that is gone is made anew", async () => {
  const done: CheckContent = { ...content, status: "completed", conclusion: "success" };
  github()
    .patch("/check-runs/5", (body: { conclusion?: string; actions?: object[] }) => {
      return body.conclusion === "success" && body.actions?.length === 0;
    })
    .reply(200, { id: 5 });
  assert.equal(await upsertCheck(client, done, { id: 5, search: false }), 5);
  github().patch("/check-runs/5").reply(404).post("/check-runs").reply(201, { id: 6 });
  assert.equal(await upsertCheck(client, done, { id: 5, search: false }), 6);
});

test("after a lost answer the check is found by its external id, not by its name alone", async () => {
  const query = { check_name: "assay / damage", per_page: "100" };
  const found = (checks: readonly object[]) => ({ total_count: checks.length, check_runs: checks });
  github()
    .get(`/commits/${sha}/check-runs`)
    .query(query)
    .reply(
      200,
      found([
        { id: 1, external_id: "assay:41:damage" },
        { id: 2, external_id: "assay:42:damage" },
      ]),
    )
    .patch("/check-runs/2")
    .reply(200, { id: 2 });
  assert.equal(await upsertCheck(client, content, { id: null, search: true }), 2);
  github()
    .get(`/commits/${sha}/check-runs`)
    .query(query)
    .reply(200, found([{ id: 1, external_id: null }]))
    .post("/check-runs")
    .reply(201, { id: 3 });
  assert.equal(await upsertCheck(client, content, { id: null, search: true }), 3);
});

test("when the known check is gone, a lost one is found before another is made", async () => {
  github()
    .patch("/check-runs/5")
    .reply(404)
    .get(`/commits/${sha}/check-runs`)
    .query({ check_name: "assay / damage", per_page: "100" })
    .reply(200, { total_count: 1, check_runs: [{ id: 6, external_id: "assay:42:damage" }] })
    .patch("/check-runs/6")
    .reply(200, { id: 6 });
  assert.equal(await upsertCheck(client, content, { id: 5, search: true }), 6);
});

test("whoever may no longer make a check makes none, but brings a known one up to date", async () => {
  const beforeMaking = async () => assert.fail("not any more");
  github().patch("/check-runs/5").reply(200, { id: 5 });
  assert.equal(await upsertCheck(client, content, { id: 5, search: false, beforeMaking }), 5);
  await assert.rejects(upsertCheck(client, content, { ...unknown, beforeMaking }), /not any more/);
});

test("mistakes become annotations, at most fifty, with a column where there is one", async () => {
  const annotation = {
    path: ".github/assay.yml",
    line: 3,
    column: 5,
    level: "failure",
    message: "unknown key",
  } as const;
  let sent: { output?: { annotations?: readonly object[] } } = {};
  github()
    .post("/check-runs", (body: typeof sent) => {
      sent = body;
      return true;
    })
    .reply(201, { id: 5 });
  const many = Array.from({ length: 80 }, (_, index) => ({
    ...annotation,
    column: index === 0 ? 5 : null,
    level: index === 1 ? ("warning" as const) : annotation.level,
  }));
  await upsertCheck(client, { ...content, annotations: many }, unknown);
  assert.equal(sent.output?.annotations?.length, 50);
  const place = {
    path: ".github/assay.yml",
    start_line: 3,
    end_line: 3,
    annotation_level: "failure",
    message: "unknown key",
  };
  assert.deepEqual(sent.output.annotations.slice(0, 2), [
    { ...place, start_column: 5, end_column: 5 },
    { ...place, annotation_level: "warning" },
  ]);
});
