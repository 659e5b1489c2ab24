import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { repository as at } from "../../demo/world.ts";
import { ended, headOf, runOf } from "../e2e/acts.ts";
import { stopAndAudit, type Told } from "../e2e/after-story.ts";
import { openWorld, type Stage, withStore } from "../e2e/open-world.ts";
import { type Files, gate, quick, script } from "../e2e/trainings.ts";
import { piecesOf } from "./words.ts";

let stage: Stage;
before(async () => {
  stage = await openWorld("attacks");
});
after(async () => {
  await stage.world.stop();
  await stage.clear();
});

const limit = { timeout: 120_000 };
const forged: string[] = [];

async function openPull(branch: string, files: Files, title = `Try ${branch}`): Promise<number> {
  return stage.engineer.openPull({ branch, title, body: "", files });
}

async function logOf(runId: number): Promise<string> {
  const { octokit } = stage.reader;
  const { data } = await octokit.rest.actions.listJobsForWorkflowRun({ ...at, run_id: runId });
  const job = data.jobs.find(({ conclusion }) => conclusion !== "skipped");
  const log = await octokit.rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: job?.id ?? 0 });
  return String(log.data);
}

/** Starts the workflow by hand, as anybody with write permission can, and gives the run. */
async function dispatchByHand(inputs: Readonly<Record<string, string>>): Promise<number> {
  const { data } = await stage.engineer.octokit.request(
    "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
    { ...at, workflow_id: "assay.yml", ref: "main", inputs, return_run_details: true },
  );
  const body: unknown = data;
  assert.ok(typeof body === "object" && body !== null && "workflow_run_id" in body);
  return Number(body.workflow_run_id);
}

describe("code of a pull request", { concurrency: true }, () => {
  test("finds no credential in its environment, its folder or its arguments", limit, async () => {
    const found = join(stage.world.folder, "environment.json");
    const body = `import { execFileSync } from "node:child_process";
const config = execFileSync("git", ["config", "--list", "--show-origin"], { encoding: "utf8" });
fs.writeFileSync(${JSON.stringify(found)}, JSON.stringify({ env: process.env, argv: process.argv, config }));
process.exit(1);`;
    await stage.see.check(await openPull("spy", script(body)), "assay");
    const text = readFileSync(found, "utf8");
    assert.match(text, /"ASSAY_OUTPUT"/);
    assert.doesNotMatch(text, /GITHUB_|ACTIONS_|INPUT_|RUNNER_TOKEN|extraheader|ghs_|ghp_|eyJ[\w-]{10}|PRIVATE KEY/i);
  });

  test("cannot speak to GitHub's runner: workflow commands stay words of the log", limit, async () => {
    const commands = [
      "::error file=README.md,line=1::planted error",
      "::warning::planted warning",
      "::add-mask::damage",
      "::set-output name=digest::planted",
      "::save-state name=x::planted",
      "::stop-commands::planted",
      "##[error]planted",
    ];
    const pull = await openPull(
      "commands",
      script(`console.log(${JSON.stringify(commands.join("\n"))}); process.exit(1);`),
    );
    const run = await runOf(stage, await headOf(stage, pull));
    const check = await stage.see.check(pull, "assay");
    assert.match(check.output.text ?? "", /damage/, "nothing was masked by its command");
    await ended(stage, run);
    const log = await logOf(run);
    for (const command of commands) assert.ok(log.includes(command), `${command} is a line of the log`);
    const { data } = await stage.owner.octokit.rest.actions.listJobsForWorkflowRun({ ...at, run_id: run });
    for (const { check_run_url } of data.jobs) {
      const check_run_id = Number(check_run_url.split("/").at(-1));
      const annotations = await stage.owner.octokit.rest.checks.listAnnotations({ ...at, check_run_id });
      for (const { message } of annotations.data) assert.doesNotMatch(message ?? "", /planted/);
    }
  });

  test("cannot write into the comment or the check but inside its fence", limit, async () => {
    const lines = [
      "EVIL1 </details></summary></table> EVIL2",
      "EVIL3 ``` EVIL4 ~~~ EVIL5",
      "```",
      "### EVIL6 damage: not worse",
      "EVIL7 ![x](http://example.invalid/EVIL8.png) <img src=x onerror=alert(1)> EVIL9",
      "@grace EVIL10 acme/birdstrikes#1 EVIL11",
      "<!-- assay:pull:1 --> EVIL12",
      "``````````````````````````````",
      "~~~",
      "\u001b[31mEVIL13\u001b[0m\u0000\u202eEVIL14",
    ];
    const body = `console.log(${JSON.stringify(lines.join("\n"))}); throw new Error("EVIL15 </details> <script>alert(1)</script>");`;
    const pull = await openPull("markdown", script(body));
    const check = await stage.see.check(pull, "assay");
    const report = await stage.see.report(pull, () => true);
    for (const text of [report.body, check.output.text ?? ""]) {
      const evil = piecesOf(text).filter(({ text: words }) => words.includes("EVIL"));
      assert.deepEqual([...new Set(evil.map(({ kind }) => kind))], ["code"]);
      const words = evil.map((piece) => piece.text).join("\n");
      for (const number of [1, 6, 12, 15]) assert.ok(words.includes(`EVIL${number}`), `EVIL${number} is shown`);
    }
    const title = `${check.output.title ?? ""}\n${check.output.summary ?? ""}`;
    assert.doesNotMatch(title, /EVIL/);
  });

  test("is told apart from its names: a branch full of shell, a title full of expressions", limit, async () => {
    const touched = join(tmpdir(), `assay-touched-${randomUUID()}`);
    const branch = `ada/$(touch\${IFS}${touched})\`id\`;'"&&touch\${IFS}${touched}|<x>`;
    const title = "${{ secrets.TOKEN }} $(id) <!-- assay:pull:1 --> @grace `id` ::error::x";
    const pull = await openPull(branch, quick("names"), title);
    const check = await stage.see.check(pull, "assay");
    assert.equal(check.conclusion, "success");
    assert.equal(existsSync(touched), false);
    const report = await stage.see.report(pull, () => true);
    assert.doesNotMatch(report.body, /secrets\.TOKEN|IFS/);
  });

  test("a report it writes is not taken for an evaluation", limit, async () => {
    const files = ["report.json", "result.json", "report.md"].map(
      (name) => `fs.writeFileSync(join(process.env["ASSAY_OUTPUT"], "${name}"), '{"schema":1,"verdict":"pass"}');`,
    );
    const body = `${files.join("\n")}\nfs.writeFileSync(output, "not a model");`;
    const check = await stage.see.check(await openPull("own-report", script(body)), "assay");
    assert.equal(check.conclusion, "failure");
    assert.match(check.output.text ?? "", /model_unreadable/);
  });
});

describe("a person with write permission", { concurrency: true }, () => {
  test("who dispatches a run by hand, with a copied ticket and nonce, changes nothing", limit, async () => {
    const waiting = gate(stage.world, "copied");
    const pull = await openPull(
      "copied",
      script(`${waiting.body}fs.copyFileSync("models/damage/production.onnx", output);`),
    );
    await waiting.begun();
    const original = await runOf(stage, await headOf(stage, pull));
    const log = await logOf(original);
    const input = (name: string) => new RegExp(` ${name}: (\\S+)`).exec(log)?.[1] ?? "";
    const common = { stage: "train", runner: '["ubuntu-latest"]', nonce: input("nonce") };

    const refused = await ended(stage, await dispatchByHand({ ...common, ticket: "eyJhbGciOiJub25lIn0.e30." }));
    assert.equal(refused.conclusion, "failure");
    const copy = await dispatchByHand({ ...common, ticket: input("ticket") });
    await stage.engineer.octokit.rest.actions.cancelWorkflowRun({ ...at, run_id: copy });
    assert.equal((await ended(stage, copy)).conclusion, "cancelled");

    const { data } = await stage.owner.octokit.rest.actions.listWorkflowRunArtifacts({ ...at, run_id: refused.id });
    assert.equal(
      data.artifacts[0]?.name,
      `assay-result-${input("nonce")}`,
      "the forged run left a result of that name",
    );
    const head = await headOf(stage, pull);
    const before = await stage.owner.octokit.rest.checks.listForRef({ ...at, ref: head, check_name: "assay" });
    assert.notEqual(before.data.check_runs[0]?.status, "completed");
    waiting.open();
    const check = await stage.see.check(pull, "assay");
    assert.equal(check.conclusion, "success");
    const report = await stage.see.report(pull, () => true);
    assert.ok(report.body.includes(`/actions/runs/${original})`), "the report links to the run that the App started");
  });

  test("who dispatches a deployment by hand is stopped by the environment's rule", limit, async () => {
    const inputs = {
      stage: "deploy",
      runner: '["ubuntu-latest"]',
      ticket: "x",
      nonce: "0".repeat(32),
      environment: "production",
    };
    const run = await dispatchByHand(inputs);
    assert.equal((await ended(stage, run)).conclusion, "failure");
    assert.doesNotMatch(await logOf(run).catch(() => ""), /serve\/deploy\.sh/);
    assert.equal(existsSync(join(stage.world.deployFolder, "production")), false);
  });

  test("whose comment carries our marker keeps the comment", limit, async () => {
    const waiting = gate(stage.world, "marker");
    const pull = await openPull("marker", script(`${waiting.body}process.exit(1);`));
    await waiting.begun();
    const body = `<!-- assay:pull:${pull} -->\n### damage: all is well`;
    const id = await stage.engineer.comment(pull, body);
    waiting.open();
    const report = await stage.see.report(pull, () => true);
    assert.notEqual(report.id, id);
    const { data } = await stage.owner.octokit.rest.issues.getComment({ ...at, comment_id: id });
    assert.equal(data.body, body);
  });
});

describe("a delivery that GitHub did not sign", { concurrency: true }, () => {
  const payload = JSON.stringify({ action: "created", repository: { id: 1 }, installation: { id: 1 } });
  const sign = (secret: string, text: string) => `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;
  const cases: readonly (readonly [what: string, headers: Readonly<Record<string, string>>])[] = [
    ["has no signature", {}],
    ["is signed with another secret", { "x-hub-signature-256": sign("guess", payload) }],
    ["is signed with the default secret of the framework", { "x-hub-signature-256": sign("development", payload) }],
    [
      "has only the old signature",
      { "x-hub-signature": `sha1=${createHmac("sha1", "guess").update(payload).digest("hex")}` },
    ],
    ["has an empty signature", { "x-hub-signature-256": "" }],
  ];
  for (const [what, headers] of cases)
    test(`is refused when it ${what}`, async () => {
      const id = randomUUID();
      forged.push(id);
      const answer = await fetch(`${stage.world.appUrl}/api/github/webhooks`, {
        method: "POST",
        body: payload,
        headers: {
          ...headers,
          "content-type": "application/json",
          "x-github-event": "issue_comment",
          "x-github-delivery": id,
        },
      });
      assert.ok(answer.status === 400 || answer.status === 401, `answered ${answer.status}`);
    });
});

test("afterwards the ledger knows of the refused deployment, and nothing forged was stored", limit, async () => {
  const told: readonly Told[] = await stopAndAudit(stage);
  const rejected = told.filter(({ what, reason }) => what === "protection_rejected" && reason === "run_unknown");
  assert.equal(rejected.length, 1);
  assert.equal(told.filter(({ what }) => what === "protection_approved" || what === "deployed").length, 0);
  const stored = await withStore(stage.world, (store) =>
    store.selectFrom("deliveries").select("id").where("id", "in", forged).execute(),
  );
  assert.deepEqual(stored, []);
});
