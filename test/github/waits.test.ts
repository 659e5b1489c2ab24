import assert from "node:assert/strict";
import { test } from "node:test";
import { waitOf } from "../../github/octokit.ts";

const now = new Date("2026-01-01T00:00:00Z");
const failed = (headers: Readonly<Record<string, string>>) => Object.assign(new Error("no"), { response: { headers } });
const reset = String(now.getTime() / 1_000 + 90);

for (const [name, error, seconds] of [
  ["what it says", failed({ "retry-after": "30" }), 30],
  ["an hour at most", failed({ "retry-after": "86400" }), 3_600],
  ["no time at all", failed({ "retry-after": "0" }), 0],
  ["the end of a used up limit", failed({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset }), 90],
  [
    "nothing while some of the limit is left",
    failed({ "x-ratelimit-remaining": "7", "x-ratelimit-reset": reset }),
    null,
  ],
  ["nothing by a date, which GitHub does not send", failed({ "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }), null],
  ["nothing when no answer came", new Error("socket hang up"), null],
  ["nothing by what is no error", "no", null],
] as const)
  test(`how long GitHub asks to wait: ${name}`, () => {
    assert.equal(waitOf(error, now), seconds);
  });
