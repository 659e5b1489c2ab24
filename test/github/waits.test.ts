import assert from "node:assert/strict";
import { test } from "node:test";
import { waitOf } from "../../github/octokit.ts";

const now = new Date("2026-01-01T00:00:00Z");
const failed = (headers: Readonly<Record<string, string>>) => Object.assign(new Error("no"), { response: { headers } });
const refused = (status: number, message: string, headers: Readonly<Record<string, string>> = {}) =>
  Object.assign(new Error(message), { status, response: { headers } });
const secondary = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
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
  ["a minute after a secondary limit without a time", refused(403, secondary), 60],
  ["what it says after a secondary limit with a time", refused(403, secondary, { "retry-after": "7" }), 7],
  ["a minute after too many requests", refused(429, "no", { "x-ratelimit-remaining": "7" }), 60],
  ["nothing after another refusal", refused(403, "Resource not accessible by integration"), null],
  ["nothing by the words of another status", refused(422, secondary), null],
  ["nothing by a date, which GitHub does not send", failed({ "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }), null],
  ["nothing when no answer came", new Error("socket hang up"), null],
  ["nothing by what is no error", "no", null],
] as const)
  test(`how long GitHub asks to wait: ${name}`, () => {
    assert.equal(waitOf(error, now), seconds);
  });
