import assert from "node:assert/strict";
import { test } from "node:test";
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
