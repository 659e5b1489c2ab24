import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import * as fc from "fast-check";
import { decideComment } from "../../actions/report/decide-comment.ts";
import { pullViewOf } from "../../actions/report/pull-view.ts";
import { readReports } from "../../actions/report/read-reports.ts";
import { isFailure } from "../../actions/report/report.ts";
import { type ReportWorld, readReportWorld } from "../../actions/report/report-world.ts";
import { markerOf, readStamp, stampOf } from "../../actions/report/stamp.ts";
import { renderSummary, summaryLimitBytes } from "../../actions/report/summary.ts";
import { AssayError } from "../../core/fault.ts";
import type { Report } from "../../core/report.ts";
import { commentLimit, renderComment } from "../../report/comment.ts";
import { reportOf } from "../report/fixtures.ts";
import { temporaryFolder } from "./repository.ts";

const folder = temporaryFolder();
after(() => rm(folder, { recursive: true }));

const head = "4f1c09a2b7de0123456789abcdef0123456789ab";
const marker = markerOf(7, "Models");
const body = (text: string, runId: number, attempt = 1) =>
  `${text}\n\n${stampOf(7, "Models", { runId, attempt, head })}\n`;

test("a stamp is read back, whatever the key is", () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.integer({ min: 1, max: 99 }), (key, runId, attempt) => {
      const stamp = stampOf(7, key, { runId, attempt, head });
      assert.equal(stamp.split("-->").length, 2);
      const read = readStamp(`text\r\n\r\n${stamp}\r\n`, markerOf(7, key));
      assert.deepEqual(read, { content: "text", generation: { runId, attempt, head } });
      assert.equal(readStamp(`text\n${stamp}`, markerOf(8, key)), null);
      assert.equal(readStamp(`> ${stamp}\n\nmore text`, markerOf(7, key)), null);
    }),
  );
});

const decisions: readonly (readonly [name: string, own: readonly string[], wish: string, expected: object])[] = [
  ["nothing there: made", [], body("a", 5), { kind: "create" }],
  ["our marker only quoted: made", [`${body("a", 9)}\nsaid somebody`], body("a", 5), { kind: "create" }],
  [
    "another key's: made",
    [`a\n\n${stampOf(7, "Other", { runId: 4, attempt: 1, head })}`],
    body("a", 5),
    { kind: "create" },
  ],
  ["an older run's: edited", [body("a", 4)], body("b", 5), { kind: "edit", id: 1 }],
  ["an earlier attempt's: edited", [body("a", 5)], body("b", 5, 2), { kind: "edit", id: 1 }],
  ["the same text: left", [body("a", 5)], body("a", 5, 2), { kind: "leave", id: 1, why: "unchanged" }],
  ["a newer run's: left", [body("a", 6)], body("b", 5, 3), { kind: "leave", id: 1, why: "newer" }],
  ["a later attempt's: left", [body("a", 5, 2)], body("b", 5), { kind: "leave", id: 1, why: "newer" }],
  ["two of ours: the oldest", [body("a", 3), body("a", 4)], body("b", 5), { kind: "edit", id: 1 }],
];
for (const [name, own, wish, expected] of decisions) {
  test(`of the comments of our own account, ${name}`, () => {
    const comments = own.map((text, index) => ({ id: index + 1, body: text })).toReversed();
    assert.deepEqual(decideComment(comments, { body: wish, marker }), expected);
  });
}

const environment = {
  GITHUB_REPOSITORY: "acme/birds",
  GITHUB_RUN_ID: "1234",
  GITHUB_RUN_ATTEMPT: "2",
  GITHUB_SERVER_URL: "https://github.com/",
  GITHUB_SHA: "a".repeat(40),
  GITHUB_WORKSPACE: folder,
};
const inputs: Readonly<Record<string, string>> = {
  report: "out/report.json\n  more/*.json\n",
  "fail-on": "fail",
  comment: "true",
  key: "Models",
  token: "t",
};
const readWorld = (payload: unknown, changed: Readonly<Record<string, string>> = {}) =>
  readReportWorld({ environment, payload, input: (name) => ({ ...inputs, ...changed })[name] ?? "" });

function worldOf(payload: unknown): ReportWorld {
  const read = readWorld(payload);
  assert.ok(read.ok);
  return read.value;
}
const pullPayload = (from: string) => ({ pull_request: { number: 7, head: { sha: head, repo: { full_name: from } } } });

test("the world of a pull request is about its head, not about the merge that runs", () => {
  const world = worldOf(pullPayload("acme/birds"));
  assert.deepEqual(
    [world.commit, world.pull, world.patterns],
    [head, { number: 7, isFork: false }, ["out/report.json", "more/*.json"]],
  );
  assert.equal(world.runUrl, "https://github.com/acme/birds/actions/runs/1234");
  assert.deepEqual(worldOf(pullPayload("mallory/birds")).pull, { number: 7, isFork: true });
  const push = worldOf({});
  assert.deepEqual([push.commit, push.pull], ["a".repeat(40), null]);
});

test("a wrong input is named", () => {
  for (const [name, value] of [
    ["fail-on", "sometimes"],
    ["comment", "yes"],
    ["token", ""],
  ] as const) {
    const read = readWorld({}, { [name]: value });
    assert.ok(!read.ok);
    assert.match(read.message, new RegExp(`^bad_usage: input ${name}: `));
  }
});

test("fail-on says which verdicts fail the step", () => {
  const failing = (failOn: "fail" | "inconclusive" | "never") =>
    (["pass", "fail", "inconclusive", "insufficient", "no_baseline", "error"] as const).filter((verdict) =>
      isFailure(verdict, failOn),
    );
  assert.deepEqual(failing("fail"), ["fail", "error"]);
  assert.deepEqual(failing("inconclusive"), ["fail", "inconclusive", "insufficient", "no_baseline", "error"]);
  assert.deepEqual(failing("never"), []);
});

const file = (name: string, text: string): string => {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), text);
  return name;
};
const pass = reportOf("pass");
const named = (model: string): string => JSON.stringify({ ...pass, model });

test("reports are found by path and by glob, each once, in the order of their paths", async () => {
  file("found/b/report.json", named("b"));
  file("found/a/report.json", named("a"));
  file("found/a/other.json", "no report");
  const reports = await readReports(folder, ["found/b/report.json", "found/**/report.json"]);
  assert.deepEqual(
    reports.map(({ model }) => model),
    ["a", "b"],
  );
});

const secret = "AKIASECRET";
const refused: readonly (readonly [name: string, make: () => string, expected: RegExp])[] = [
  ["a file that is not there", () => "none.json", /^none\.json: no such file/],
  ["a glob that matches nothing", () => "none/*.json", /^none\/\*\.json: no such file/],
  ["a folder", () => (mkdirSync(join(folder, "dir")), "dir"), /^dir: it is not a regular file/],
  ["text that is not JSON", () => file("bad/text.json", secret), /^bad\/text\.json: it is not JSON$/],
  ["another JSON", () => file("bad/other.json", "{}"), /^bad\/other\.json schema: it is not a report/],
  [
    "a verdict that its gates do not support",
    () => file("bad/verdict.json", JSON.stringify({ ...reportOf("fail"), verdict: "pass" })),
    /its verdict is pass, but its gates amount to fail/,
  ],
  [
    "two reports about one model",
    () => (file("twice/1.json", named("a")), file("twice/2.json", named("a")), "twice/*.json"),
    /^twice\/2\.json: it is a second report about the model "a"/,
  ],
  [
    "a link",
    () => (symlinkSync(join(folder, file("bad/target.json", named("a"))), join(folder, "link.json")), "link.json"),
    /^link\.json: it is not a regular file/,
  ],
  [
    "a file that is too large",
    () => (file("large.json", ""), truncateSync(join(folder, "large.json"), 16 * 1024 * 1024 + 1), "large.json"),
    /^large\.json: it has 16777217 bytes; at most 16777216 are read/,
  ],
];
for (const [name, make, expected] of refused) {
  test(`${name} is refused with its name, and without its content`, async () => {
    const fault = await readReports(folder, [make()]).then(
      () => assert.fail("it was read"),
      (error: unknown) => (error instanceof AssayError ? error.fault : assert.fail(String(error))),
    );
    assert.equal(fault.reason, "report_invalid");
    const { file: at = "", path } = fault.place ?? {};
    const said = `${at}${path === undefined ? "" : ` ${path}`}: ${fault.message}`;
    assert.match(said, expected);
    assert.ok(!said.includes(secret));
  });
}

test("no pattern at all is bad usage", async () => {
  await assert.rejects(readReports(folder, []), { name: "AssayError", message: /names no file/ });
});

const world = worldOf(pullPayload("acme/birds"));
const hostile = reportOf("hostile-names");

test("the comment offers no command, says which commit it is about, and ends with its stamp", () => {
  const view = pullViewOf(world, [hostile, pass], { head: "b".repeat(40), state: "open" });
  const stamp = stampOf(7, "Models", { runId: 1, attempt: 1, head });
  const text = renderComment(view, {
    charts: {},
    appName: "Assay",
    alone: { marker: stamp, fullReport: "the summary" },
  });
  assert.ok(text.length <= commentLimit);
  assert.doesNotMatch(text, /\/(retrain|help|recheck|explain)\b/);
  assert.match(text, /Results are not about the newest commit `bbbbbbbbbbbb`/);
  assert.match(text, /\[evaluate run\]\(https:\/\/github\.com\/acme\/birds\/actions\/runs\/1234\)/);
  assert.ok(readStamp(text, marker) !== null);
  assert.equal(text.split("<!--").length, 2);
});

test("the summary holds every report in full, and stays below GitHub's limit when they are too many", () => {
  const view = (reports: readonly Report[]) => pullViewOf(world, reports, null);
  const some = renderSummary(view([hostile, pass]), [hostile, pass]);
  assert.ok(some.includes(pass.candidate.digest) && some.includes("All "));
  const many = Array.from({ length: 200 }, (_, index) => ({
    ...pass,
    model: `m${index}`,
    metrics: Array.from({ length: 2 }, () => pass.metrics).flat(),
  }));
  const text = renderSummary(view(many), many);
  assert.ok(Buffer.byteLength(text) <= summaryLimitBytes);
  assert.match(text, /^200 reports are too long/);
  assert.match(text, /they are in the report files/);
});

/** Runs the bundle as a runner does, on a push: no pull request, no request to GitHub. */
function runBundle(pattern: string, failOn: string) {
  const [summary, output, event] = [file("io/summary", ""), file("io/output", ""), file("io/event.json", "{}")];
  const main = join(import.meta.dirname, "../../actions/report/dist/main.js");
  const { status, stdout } = spawnSync(process.execPath, [main], {
    encoding: "utf8",
    env: {
      ...environment,
      GITHUB_EVENT_PATH: join(folder, event),
      GITHUB_STEP_SUMMARY: join(folder, summary),
      GITHUB_OUTPUT: join(folder, output),
      INPUT_REPORT: pattern,
      "INPUT_FAIL-ON": failOn,
      INPUT_COMMENT: "true",
      INPUT_KEY: "Models",
      INPUT_TOKEN: "t",
    },
  });
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  const outputs = [...read(output).matchAll(/^([\w-]+)<<(\S+)\n(.*)\n\2$/gm)].map(([, name, , value]) => [name, value]);
  return { status, log: stdout, summary: read(summary), outputs: Object.fromEntries(outputs) };
}

test("the bundle writes the summary and the outputs, and ends as fail-on says", () => {
  file("run/a.json", named("a"));
  file("run/b.json", JSON.stringify(reportOf("fail")));
  const failed = runBundle("run/*.json", "fail");
  assert.equal(failed.status, 1, failed.log);
  assert.deepEqual(failed.outputs, { verdict: "fail", "exit-code": "1", "comment-id": "" });
  assert.match(failed.summary, /^## a: .*^## damage: worse/ms);
  const never = runBundle("run/*.json", "never");
  assert.deepEqual([never.status, never.outputs], [0, failed.outputs]);
  const undecided = file("run/c/open.json", JSON.stringify(reportOf("inconclusive")));
  assert.equal(runBundle(undecided, "fail").status, 0);
  assert.equal(runBundle(undecided, "inconclusive").status, 1);
});

test("the bundle names a report that it cannot read, in the log and in the summary", () => {
  const broken = runBundle(file("run/d/<b>.json", "{}"), "never");
  assert.deepEqual([broken.status, broken.outputs], [1, { verdict: "", "exit-code": "3", "comment-id": "" }]);
  assert.match(broken.log, /::error::report_invalid: run\/d\/<b>\.json schema: it is not a report/);
  assert.match(broken.summary, /^\*\*report_invalid\*\*/);
  assert.ok(!broken.summary.includes("<b>"));
});
