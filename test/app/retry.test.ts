import assert from "node:assert/strict";
import { test } from "node:test";
import { refuseDeadly, retryTime, retryTimeOf } from "../../app/retry.ts";
import { onlyDispatch, tell } from "../core/plan/situations.ts";

const now = new Date("2026-01-01T00:00:00.000Z");
const answer = (status: number, headers: Readonly<Record<string, string>> = {}) =>
  Object.assign(new Error("from GitHub"), { status, response: { headers } });
/** Seconds until the next try; null when there is none. */
const waits = (attempts: number, error: unknown): number | null => {
  const at = retryTime(now, attempts, error);
  return at === null ? null : (Date.parse(at) - now.getTime()) / 1_000;
};

test("what fails for a passing reason is tried again after 1, 2, 4 … 300 seconds, for three days", () => {
  assert.deepEqual(
    [0, 1, 2, 8, 9, 50, 898].map((attempts) => waits(attempts, answer(502))),
    [1, 2, 4, 256, 300, 300, 300],
  );
  assert.equal(waits(899, answer(502)), null);
  let days = 0;
  for (let attempts = 0; waits(attempts, answer(502)) !== null; attempts += 1)
    days += (waits(attempts, answer(502)) ?? 0) / 86_400;
  assert.ok(days > 3 && days < 3.2, `${days} days`);
});

for (const status of [401, 403, 408, 409]) test(`${status} passes`, () => assert.equal(waits(3, answer(status)), 8));

for (const status of [400, 404, 410, 422])
  test(`${status} is GitHub's word that the request is wrong`, () => assert.equal(waits(0, answer(status)), null));

test("GitHub says when to come back, also with an answer that would else be final", () => {
  assert.equal(waits(0, answer(403, { "retry-after": "77" })), 77);
  assert.equal(waits(5, answer(422, { "retry-after": "77" })), 77);
  assert.equal(waits(0, answer(429)), 60, "a minute where it does not say");
  const reset = String(now.getTime() / 1_000 + 120);
  assert.equal(waits(0, answer(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset })), 120);
  assert.equal(waits(899, answer(403, { "retry-after": "77" })), null, "not for ever");
});

test("a fault of our own is tried eight times", () => {
  assert.equal(waits(6, new Error("no column of that name")), 64);
  assert.equal(waits(7, new Error("no column of that name")), null);
  assert.equal(waits(7, "not even an error"), null);
});

const dispatched = onlyDispatch(tell().open());
const keys = { kind: "publish_keys" } as const;
for (const [name, effect, attempts, error, seconds] of [
  ["a run that may have started is looked for when GitHub would list it", dispatched, 0, answer(502), 20],
  ["so is one whose dispatch got no answer", dispatched, 2, new Error("socket hang up"), 20],
  ["a longer wait stays as long", dispatched, 6, answer(502), 64],
  ["a run that GitHub refused has not started", dispatched, 0, answer(409), 1],
  ["what may be done twice needs not wait", keys, 0, answer(502), 1],
  ["what is given up is given up", dispatched, 0, answer(422), null],
] as const)
  test(name, () => {
    const repository = { id: 1, fullName: "acme/birds", defaultBranch: "main" };
    const pending = { seq: 1, key: "key", installationId: 1, repository, effect, attempts, error: null, tried: false };
    const at = retryTimeOf(pending, now, error);
    assert.equal(at === null ? null : (Date.parse(at) - now.getTime()) / 1_000, seconds);
  });

test("what was begun eight times without any end, or as often as anything is tried, is not begun again", () => {
  for (const [attempts, error] of [
    [7, null],
    [8, "HttpError: 502"],
    [899, "HttpError: 502"],
  ] as const)
    refuseDeadly({ attempts, error });
  for (const [attempts, error] of [
    [8, null],
    [900, "HttpError: 502"],
  ] as const) {
    assert.throws(() => refuseDeadly({ attempts, error }), /it may be what ended the process/);
    assert.equal(waits(attempts, new Error("it may be what ended the process")), null, "and is laid aside");
  }
});
