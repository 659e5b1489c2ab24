import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { z } from "zod";
import { story } from "../../demo/story.ts";
import { type StepRecord, tell } from "../../demo/tell.ts";
import { reportCounts, stopAndAudit, unfinishedChecks } from "./after-story.ts";
import { openWorld, type Stage } from "./open-world.ts";

let stage: Stage;
before(async () => {
  stage = await openWorld("story");
});
after(async () => {
  await stage.world.stop();
  await stage.clear();
});

/** What each step must have shown, in the story's order. */
const expected: readonly (readonly [title: RegExp, seen: RegExp])[] = [
  [/^A first model is in production/, /damage@v0 in production/],
  [/^Ada opens a pull request/, /pull request #1; its model is being retrained/],
  [/^Ada opens another/, /pull request #2; trained at the same time/],
  [/^Grace adds a note/, /check "assay": No model is affected/],
  [/^The first report/, /^Not worse, and provably better on ROC AUC.*\(ROC AUC 0\.793\)$/],
  [
    /^The second pull request made the model worse/,
    /^Worse — ROC AUC dropped 14\.7 pp; Ada may not merge it: Required status check "assay" is failing\.$/,
  ],
  [/^Sam, who may only read/, /not_permitted for Sam; did you mean learning_rate\? for Ada/],
  [/^Ada types \/retrain learning_rate=0\.05/, /^ROC AUC 0\.793 became 0\.789, in the same comment$/],
  [/^Ada merges/, /^damage@v1 deployed to staging$/],
  [/^Grace reviews the deployment/, /^damage@v1 deployed to production$/],
  [/byte for byte/, /^sha256:[0-9a-f]{16}… in the report/],
];

test("the whole story comes true, step by step", { timeout: 240_000 }, async (t) => {
  const records = await tell(
    stage.world,
    story,
    ({ seconds, seen }) => t.diagnostic(`${seconds.toFixed(1)} s  ${seen}`),
    () => {},
  );
  assert.equal(records.length, expected.length);
  for (const [index, [title, seen]] of expected.entries()) {
    const record = records[index];
    assert.ok(record !== undefined);
    assert.match(record.title, title);
    assert.match(record.seen, seen);
    assert.ok(URL.canParse(record.link), `${record.link} leads somewhere`);
  }
  assertFrugal(records);
});

test("afterwards each pull request has one report at most, and no check is left unfinished", async () => {
  assert.deepEqual(
    [...(await reportCounts(stage.owner))].toSorted(([left], [right]) => left - right),
    [
      [1, 1],
      [2, 1],
      [3, 0],
    ],
  );
  assert.deepEqual(await unfinishedChecks(stage.owner), []);
});

test("afterwards the ledger is one chain that tells the story, and no process is left", async () => {
  const told = (await stopAndAudit(stage)).map(({ what, reason, by }) => [what, reason, by].join(" "));
  for (const line of [
    "model_adopted  assay",
    "job_started  ada",
    "command_refused not_permitted sam",
    "command_refused bad_argument ada",
    "command_accepted  ada",
    "version_registered  assay",
    "review_approved  grace",
  ])
    assert.ok(told.includes(line), `the ledger lacks "${line}":\n${told.join("\n")}`);
  assert.equal(told.filter((line) => line.startsWith("job_judged")).length, 3);
  assert.equal(told.filter((line) => line.startsWith("protection_approved")).length, 2);
  assert.equal(told.filter((line) => line.startsWith("deployed")).length, 2);
});

test("every line of the App's log about a pull request names it, those about a run its job, and none holds a secret", async () => {
  const written = await readFile(join(stage.world.folder, "app.log"), "utf8");
  const lines = written
    .split("\n")
    .flatMap((text) => (text.startsWith('{"level"') ? [logLine.parse(JSON.parse(text))] : []));
  const told = lines.filter(({ msg }) => msg === "decided" || msg === "performed");
  const isOfNone = ({ event, kind }: LogLine) => event === "default_branch_changed" || kind === "publish_keys";
  for (const line of told.filter((one) => !isOfNone(one)))
    assert.match(line.about ?? "", /#[123]$/, JSON.stringify(line));
  const ofRuns = told.filter(({ event = "", kind = "" }) => event.startsWith("run_") || kind === "dispatch");
  for (const line of ofRuns) assert.ok(line.job !== undefined || line.jobs !== undefined, JSON.stringify(line));
  for (const line of told.filter(({ webhook }) => webhook !== undefined)) assert.ok(line.delivery !== undefined);
  const seen = new Set(told.map(({ event, kind }) => event ?? kind));
  for (const one of [
    "pull_changed",
    "comment_created",
    "run_started",
    "run_completed",
    "protection_requested",
    "react",
  ])
    assert.ok(seen.has(one), `no line is about ${one}`);
  assert.doesNotMatch(written, /gh[psour]_[A-Za-z0-9]{20}|eyJ[\w-]{20}|-----BEGIN/);
  for (const token of Object.values(stage.world.tokens)) assert.ok(!written.includes(token));
});

const logLine = z.object({
  msg: z.string().optional(),
  about: z.string().optional(),
  delivery: z.string().optional(),
  webhook: z.string().optional(),
  event: z.string().optional(),
  kind: z.string().optional(),
  job: z.string().optional(),
  jobs: z.array(z.string()).optional(),
});
type LogLine = z.infer<typeof logLine>;

/** GitHub allows an App 80 writes a minute and 900 points: no step of a story may come near. */
function assertFrugal(records: readonly StepRecord[]): void {
  for (const { title, requests } of records) assert.ok(requests < 80, `"${title}" cost ${requests} requests`);
}
