import assert from "node:assert/strict";
import { after, before, test } from "node:test";
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

/** GitHub allows an App 80 writes a minute and 900 points: no step of a story may come near. */
function assertFrugal(records: readonly StepRecord[]): void {
  for (const { title, requests } of records) assert.ok(requests < 80, `"${title}" cost ${requests} requests`);
}
