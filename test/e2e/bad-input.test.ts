import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { repository as at, root } from "../../demo/world.ts";
import { logistic } from "../runner/onnx-models.ts";
import { ended, headOf, openPullFromFork, push, runOf, watchReport } from "./acts.ts";
import { stopAndAudit, unfinishedChecks } from "./after-story.ts";
import { openWorld, type Stage } from "./open-world.ts";
import { brokenFeatures, type Files, features, gate, quick, script } from "./trainings.ts";

let stage: Stage;
before(async () => {
  stage = await openWorld("bad-input");
});
after(async () => {
  await stage.world.stop();
  await stage.clear();
});

const limit = { timeout: 120_000 };
const configFile = ".github/assay.yml";
const config = readFileSync(join(root, "fixtures/repos/birdstrikes", configFile), "utf8");

async function openPull(branch: string, files: Files): Promise<number> {
  return stage.engineer.openPull({ branch, title: `Try ${branch}`, body: "", files });
}

/** The finished check of the model, and the report's words. */
async function outcome(pull: number) {
  const check = await stage.see.check(pull, "assay");
  const report = await stage.see.report(pull, () => true);
  return { conclusion: check.conclusion, title: check.output.title ?? "", report: report.body };
}

async function annotationsOf(checkId: number) {
  return (await stage.owner.octokit.rest.checks.listAnnotations({ ...at, check_run_id: checkId })).data;
}

async function annotatedCheck(pull: number) {
  const check = await stage.see.check(pull, "assay");
  const annotations = await annotationsOf(check.id);
  return { check, text: `${check.output.summary ?? ""}\n${check.output.text ?? ""}`, annotations };
}

test("an App that is restarted goes on, and hears of the run that ended while it was down", limit, async () => {
  const [going, ending] = [gate(stage.world, "going"), gate(stage.world, "ending")];
  const copy = `fs.copyFileSync("models/damage/production.onnx", output);`;
  const trained = await openPull("going", script(going.body + copy));
  const failed = await openPull("ending", script(`${ending.body}process.exit(1);`));
  await Promise.all([going.begun(), ending.begun()]);
  const run = await runOf(stage, await headOf(stage, failed));
  await stage.world.restartApp(async () => {
    ending.open();
    await ended(stage, run);
  });
  going.open();
  const [first, second] = await Promise.all([outcome(trained), outcome(failed)]);
  assert.equal(first.conclusion, "success");
  assert.match(first.report, /^### damage: the same model as the baseline/);
  assert.equal(second.conclusion, "failure");
  assert.match(second.report, /training_failed/);
});

describe("what a pull request can get wrong is told, each with its reason", { concurrency: true }, () => {
  test(
    "a mistake in assay.yml is named with line, column and what was expected, also as an annotation",
    limit,
    async () => {
      const pull = await openPull("bad-config", { [configFile]: config.replace("task: binary", "task: binery") });
      const { check, text, annotations } = await annotatedCheck(pull);
      assert.equal(check.conclusion, "failure");
      assert.equal(check.output.title, "The configuration has 1 mistake");
      assert.match(text, /`\.github\/assay\.yml:14:7`.*expected one of binary.*config_invalid/);
      const [annotation, ...others] = annotations;
      assert.deepEqual(others, []);
      assert.deepEqual(
        [annotation?.path, annotation?.start_line, annotation?.start_column, annotation?.annotation_level],
        [configFile, 14, 7, "failure"],
      );
      assert.match(annotation?.message ?? "", /expected.*binary/);
    },
  );

  test("a training command that fails shows the end of its log", limit, async () => {
    const pull = await openPull("throws", brokenFeatures("no column is called wingspan"));
    const { conclusion, title, report } = await outcome(pull);
    assert.equal(conclusion, "failure");
    assert.equal(title, "Training failed — the training command ended with an error");
    assert.match(report, /ended with exit code 1\*\* \(`training_failed`\)/);
    assert.match(report, /```text\n[^`]*Error: no column is called wingspan/);
  });

  test("a training that writes no model is told so", limit, async () => {
    const { conclusion, report } = await outcome(await openPull("no-model", script(`console.log("all done");`)));
    assert.equal(conclusion, "failure");
    assert.match(report, /left no .*model\.onnx.*\(`model_missing`\)/);
  });

  test("bytes that are no ONNX model are told so", limit, async () => {
    const pull = await openPull("garbage", script(`fs.writeFileSync(output, "this is not a model ".repeat(50));`));
    const { conclusion, report } = await outcome(pull);
    assert.equal(conclusion, "failure");
    assert.match(report, /\(`model_unreadable`\)/);
  });

  test("a model with other inputs than configured is told both", limit, async () => {
    const model = Buffer.from(logistic([1, 2], 0, { input: "wings", output: "probabilities" })).toString("base64");
    const pull = await openPull("inputs", script(`fs.writeFileSync(output, Buffer.from("${model}", "base64"));`));
    const { conclusion, report } = await outcome(pull);
    assert.equal(conclusion, "failure");
    assert.match(report, /\(`model_inputs_differ`\)/);
    const told = report.split("model_inputs_differ")[0] ?? "";
    for (const name of ["wings", "numeric", "category"]) assert.ok(told.includes(name), `${name} is named in: ${told}`);
  });

  for (const [how, reason] of [
    ["cancel", /training_cancelled|run_cancelled/],
    ["force-cancel", /run_cancelled/],
  ] as const)
    test(`a run that somebody stops on GitHub (${how}) fails the check`, limit, async () => {
      const waiting = gate(stage.world, how);
      const pull = await openPull(how, script(waiting.body));
      await waiting.begun();
      const run = await runOf(stage, await headOf(stage, pull));
      await stage.engineer.octokit.request(`POST /repos/{owner}/{repo}/actions/runs/{run}/${how}`, { ...at, run });
      const { conclusion, report } = await outcome(pull);
      assert.equal(conclusion, "failure");
      assert.match(report, reason);
      assert.equal((await ended(stage, run)).conclusion, "cancelled");
    });

  test("a push while a model trains replaces the run, and no old verdict stands for the new head", limit, async () => {
    const pull = await openPull("moving", features("worse"));
    const first = await headOf(stage, pull);
    assert.equal((await outcome(pull)).title, "Worse — ROC AUC dropped 14.7 pp");
    const watched = watchReport(stage.world, stage.reader, pull);

    const waiting = gate(stage.world, "moving");
    const second = await push(stage.engineer, "moving", script(waiting.body));
    await waiting.begun();
    const run = await runOf(stage, second);
    const meanwhile = await stage.see.report(pull, () => true);
    assert.match(meanwhile.body, new RegExp(`^### damage: (queued|training),? \`${second.slice(0, 12)}\``));
    assert.match(meanwhile.body, new RegExp(`Older commit <code>${first.slice(0, 12)}</code>: worse`));

    const third = await push(stage.engineer, "moving", quick("third"));
    const check = await stage.see.check(pull, "assay");
    assert.deepEqual([check.head_sha, check.conclusion], [third, "success"]);
    assert.equal((await ended(stage, run)).conclusion, "cancelled");
    const { data } = await stage.owner.octokit.rest.checks.listForRef({ ...at, ref: second });
    const closed = new Map(data.check_runs.map(({ name, conclusion }) => [name, conclusion]));
    assert.deepEqual([...closed], [["assay", "cancelled"]]);
    await stage.see.report(pull, (body) => body.startsWith("### damage: the same model") && body.includes(third));
    const headings = (await watched.stop()).map((body) => body.split("\n", 1)[0] ?? "");
    const left = headings.findIndex((heading) => !heading.includes("worse — ROC AUC dropped"));
    assert.ok(left > 0, headings.join("\n"));
    for (const heading of headings.slice(left)) assert.doesNotMatch(heading, /dropped/, headings.join("\n"));
  });

  test("a pull request from a fork is not trained, and the check says why", limit, async () => {
    const pull = await openPullFromFork(stage.reader, "sam/idea", features("better"));
    const check = await stage.see.check(pull, "assay");
    assert.equal(check.conclusion, "action_required");
    assert.match(`${check.output.title ?? ""}\n${check.output.text ?? ""}`, /fork.*vetted[\s\S]*fork_not_vetted/);
    const { data } = await stage.owner.octokit.rest.checks.listForRef({ ...at, ref: check.head_sha });
    assert.deepEqual(
      data.check_runs.map(({ name }) => name),
      ["assay"],
    );
    const answer = await stage.owner.comment(pull, "/retrain");
    assert.match((await stage.see.reply(pull, answer)).body ?? "", /fork_not_vetted/);
  });
});

test(
  "a configuration that a merge broke is told by the next pull request, and does not hold up its repair",
  limit,
  async () => {
    const broken = config.replace("metrics: [roc_auc,", "metrics: [rock_auc,");
    const breaking = await openPull("break", { [configFile]: broken });
    await stage.see.check(breaking, "assay");
    await stage.owner.merge(breaking);
    const [next, repair] = [
      await openPull("after-break", quick("next")),
      await openPull("repair", { [configFile]: config }),
    ];
    const { check, text } = await annotatedCheck(next);
    assert.equal(check.conclusion, "failure");
    assert.match(
      text,
      /\.github\/assay\.yml:\S+` `models\.damage\.evaluate\.metrics\S+ on the base branch: .*rock\\_auc.*config_invalid/,
    );
    assert.equal((await stage.see.check(repair, "assay")).conclusion, "success");
  },
);

test("afterwards nothing is left unfinished", limit, async () => {
  assert.deepEqual(await unfinishedChecks(stage.owner), []);
  await stopAndAudit(stage);
});
