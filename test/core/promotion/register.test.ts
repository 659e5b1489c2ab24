import assert from "node:assert/strict";
import { test } from "node:test";
import { viewPull } from "../../../core/job/view.ts";
import { judged, onlyDispatch, tell } from "../plan/situations.ts";

const start = "damage was merged, but no version was made and nothing is deployed: that takes the verdict pass, and";

const endings: readonly (readonly [string, (story: ReturnType<typeof tell>) => void, string])[] = [
  ["fails its gates", (story) => judged(story, false), `${start} its verdict is fail`],
  [
    "could not be trained",
    (story) => story.completed(onlyDispatch(story.open()).nonce, "failure", null),
    `${start} its run ended before there was one`,
  ],
];

for (const [how, before, words] of endings) {
  test(`the note about a merged model that ${how} fits its reason`, () => {
    const story = tell();
    before(story);
    const [note] = story.merged({ tree: story.headTree() }).pull?.faults ?? [];
    assert.deepEqual([note?.reason, note?.message], ["verdict_not_pass", words]);
  });
}

test("a version keeps what it measured, and the next pull request is seen against it", () => {
  const story = tell();
  judged(story);
  story.merged({ tree: story.headTree() });
  const version = story.memory().versions.find(({ model, number }) => model === "damage" && number === 1);
  const report = story.memory().jobs[0]?.report ?? assert.fail("no report");
  assert.deepEqual(version?.measured?.data, { digest: report.data.digest, rows: report.data.rows });
  const overall = report.metrics.filter(({ slice, candidate }) => slice === null && candidate.value !== null);
  assert.deepEqual(
    version.measured.metrics.map(({ id, value }) => [id, value]),
    overall.map(({ id, candidate }) => [id, candidate.value]),
  );
  const later = tell({ memory: { ...story.memory(), pull: null, jobs: [] } });
  later.open();
  const { pull } = later.memory();
  const [model] = viewPull(pull ?? assert.fail(), later.memory()).models;
  assert.deepEqual(
    model?.history.map(({ version: name, data }) => [name, data.rows]),
    [["damage@v1", report.data.rows]],
    "the adopted version 0 was never measured",
  );
});
