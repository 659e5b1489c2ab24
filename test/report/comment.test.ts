import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import type { GateMode, Metric, Verdict } from "../../core/report.ts";
import type { ModelView, Phase, PullView } from "../../core/view.ts";
import { renderAggregateCheck, renderModelCheck } from "../../report/check.ts";
import { commentLimit, renderComment } from "../../report/comment.ts";
import { chartUrls, pullNames, pullView } from "./fixtures.ts";

const [base] = pullView("pass").models;
if (base === undefined || base.report === null) throw new Error("the fixture pass has no report");
const baseReport = base.report;

const render = (view: PullView): string => renderComment(view, { charts: chartUrls(view), appName: "Assay" });

function large(
  models: number,
  metrics: number,
  verdictOf: (at: number) => Verdict,
  name = (at: number) => `model-${at}`,
): PullView {
  const measured: Metric[] = Array.from({ length: metrics }, (_, at) => {
    const metric = baseReport.metrics[at % baseReport.metrics.length];
    if (metric === undefined) throw new Error("no metric");
    return { ...metric, slice: at < 10 ? null : { by: "country", value: `region ${at}` } };
  });
  const views = Array.from({ length: models }, (_, at): ModelView => {
    const verdict = verdictOf(at);
    const gates = baseReport.gates.map((gate) => ({ ...gate, verdict }));
    return { ...base_, model: name(at), verdict, report: { ...baseReport, metrics: measured, gates, verdict } };
  });
  return { ...pullView("pass"), models: views };
}
const base_ = base;

const crowds: readonly (readonly [string, (at: number) => Verdict])[] = [
  ["all pass", () => "pass"],
  ["all fail", () => "fail"],
  ["some fail", (at: number) => (at % 20 === 3 ? "fail" : "pass")],
  ["all are undecided", () => "inconclusive"],
];

for (const [name, verdictOf] of crowds) {
  test(`200 models of 30 metrics fit into one comment when ${name}`, (t) => {
    const view = large(200, 30, verdictOf);
    const started = performance.now();
    const comment = render(view);
    t.diagnostic(`${(performance.now() - started).toFixed(0)} ms, ${comment.length} characters`);
    assert.ok(comment.length <= commentLimit, `${comment.length} characters`);
    assert.ok(comment.endsWith("<!-- assay:pull:42 -->\n"));
    const failed = view.models.filter((model) => model.verdict === "fail");
    if (failed.length > 0 && failed.length < 20) {
      for (const { model } of failed) assert.ok(comment.includes(`### ${model}:`), `${model} is shown in full`);
    }
    assert.ok(renderAggregateCheck(view, []).text.length <= 65_535);
  });
}

test("names that grow when they are escaped do not break the limit", () => {
  for (const sign of ["|", "&", "@", "<", "𝒳", "\u{1F600}"]) {
    const view = large(
      200,
      30,
      (at) => (at % 2 === 0 ? "fail" : "pass"),
      (at) => `${sign.repeat(400)}${at}`,
    );
    assert.ok(render(view).length <= commentLimit);
  }
});

test("one model with enormous text everywhere fits", () => {
  const noise = "<|`@\n".repeat(20_000);
  const fault = { reason: "training_failed", message: noise, detail: noise, place: { file: noise } } as const;
  const params = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`p${at}`, noise]));
  const gates = Array.from({ length: 100 }, () => ({
    require: noise,
    verdict: "fail" as const,
    reason: "bound_outside" as const,
    bound: null,
    needs: null,
    message: noise,
  }));
  const metrics = Array.from(
    { length: 2_000 },
    (_, at): Metric => ({
      ...(baseReport.metrics[0] as Metric),
      id: `${noise}${at}`,
      slice: at % 2 === 0 ? null : { where: noise },
    }),
  );
  const failed: ModelView = {
    ...base_,
    phase: "failed",
    fault,
    params,
    overridden: Object.keys(params),
    report: null,
    verdict: null,
  };
  const judged: ModelView = {
    ...base_,
    params,
    verdict: "fail",
    report: { ...baseReport, gates, metrics, verdict: "fail" },
  };
  const note = { reason: "internal", message: noise } as const;
  const versions = Array.from({ length: 300 }, () => ({
    version: noise,
    deployments: [{ environment: noise, version: noise, state: "failed" as const, url: `https://e.example/${noise}` }],
  }));
  for (const models of [[failed], [judged], [failed, judged]]) {
    const view: PullView = { ...pullView("pass"), models, notes: Array.from({ length: 300 }, () => note), versions };
    assert.ok(render(view).length <= commentLimit);
    for (const model of models) {
      const check = renderModelCheck(model);
      for (const part of [check.title, check.summary, check.text]) assert.ok(part.length <= 65_535);
    }
    const check = renderAggregateCheck(view, view.notes);
    for (const part of [check.title, check.summary, check.text]) assert.ok(part.length <= 65_535);
  }
});

test("the order of the models in the view does not change the comment", () => {
  const view = pullView("several-models");
  const expected = render(view);
  fc.assert(
    fc.property(fc.shuffledSubarray([...view.models], { minLength: view.models.length }), (models) => {
      assert.equal(render({ ...view, models }), expected);
    }),
    { numRuns: 24 },
  );
});

test("rendering twice gives the same bytes", () => {
  for (const name of pullNames) assert.equal(render(pullView(name)), render(pullView(name)));
});

test("hostile names bring in no link, image, reference or element of their own", () => {
  const view = pullView("hostile-names");
  const tree = fromMarkdown(render(view), { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const allowed =
    /^(?:<\/?code>|<\/details>|<details><summary>[^\n]*<\/summary>|<picture><source [^<>]*><img [^<>]*><\/picture>|<\/?picture>|<source [^<>]*>|<img [^<>]*>|<!-- assay:pull:42 -->)$/;
  const visit = (node: Nodes): void => {
    assert.ok(
      !["image", "imageReference", "linkReference", "definition", "footnoteReference", "delete"].includes(node.type),
      node.type,
    );
    if (node.type === "html") assert.match(node.value, allowed);
    if (node.type === "html")
      assert.doesNotMatch(
        node.value.replace(/<summary>|<\/summary>/g, ""),
        /<(?!\/?(?:code|details|picture|source|img|!--))/,
      );
    if (node.type === "link") assert.match(node.url, /^https:\/\/(?:github\.com|x\.example)\//);
    if ("children" in node) for (const child of node.children) visit(child);
  };
  visit(tree);
});

test("while a new commit is at work the old verdict is folded and named with its commit", () => {
  const comment = render(pullView("running-with-previous"));
  const [visible] = comment.split("<details>");
  assert.match(visible ?? "", /evaluating `4f1c09a2b7de`/);
  assert.doesNotMatch(visible ?? "", /not worse|ROC AUC/);
  assert.match(comment, /<summary>Older commit <code>aa00bb11cc22<\/code>: not worse/);
});

test("while the same commit is trained again its earlier verdict is folded and named as such", () => {
  const view = pullView("running-with-previous");
  const models = view.models.map((model) => ({
    ...model,
    previous: model.previous === null ? null : { ...model.previous, commit: model.commit },
  }));
  assert.match(render({ ...view, models }), /<summary>Earlier run of this commit: not worse/);
});

test("a result about an older commit than the head says so in sight", () => {
  const view = { ...pullView("pass"), head: "9".repeat(40) };
  assert.match(render(view).split("<details>")[0] ?? "", /not about the newest commit `999999999999`/);
});

const conclusions: readonly (readonly [Partial<ModelView>, string, string | null])[] = [
  [{ verdict: "pass" }, "completed", "success"],
  [{ verdict: "fail" }, "completed", "failure"],
  [{ verdict: "error" }, "completed", "failure"],
  [{ verdict: "inconclusive" }, "completed", "action_required"],
  [{ verdict: "insufficient" }, "completed", "action_required"],
  [{ verdict: "no_baseline" }, "completed", "action_required"],
  [{ verdict: "pass", report: null }, "completed", "failure"],
  [{ verdict: "pass", report: { ...baseReport, metrics: [] } }, "completed", "failure"],
  [{ verdict: null }, "completed", "failure"],
  ...(["queued", "training", "evaluating"] as const satisfies readonly Phase[]).map(
    (phase) => [{ phase, verdict: null, report: null }, phase === "queued" ? "queued" : "in_progress", null] as const,
  ),
  [{ phase: "failed", verdict: null, report: null }, "completed", "failure"],
  [{ phase: "cancelled", verdict: null, report: null }, "completed", "cancelled"],
];

for (const [over, status, conclusion] of conclusions) {
  const name = `${over.phase ?? "judged"}, verdict ${over.verdict}, ${over.report === null ? "no report" : (over.report?.metrics.length ?? "its")} metrics`;
  test(`a model that is ${name} gives a check that is ${status} with ${conclusion}`, () => {
    const view = { ...base_, ...over };
    const check = renderModelCheck(view);
    assert.deepEqual([check.status, check.conclusion], [status, conclusion]);
    const all = renderAggregateCheck({ ...pullView("pass"), models: [view] }, []);
    assert.deepEqual([all.status, all.conclusion], [status, conclusion]);
  });
}

/** The base report with its first gate open in that mode. */
function openIn(mode: GateMode): ModelView {
  const gates = baseReport.gates.map((gate, at) =>
    at === 0 ? { ...gate, verdict: "inconclusive" as const, mode } : gate,
  );
  const verdict = mode === "fn-free" ? "pass" : "inconclusive";
  return { ...base_, verdict, report: { ...baseReport, gates, verdict } };
}

for (const [mode, conclusion, says] of [
  ["fp-free", "action_required", /inconclusive/i],
  ["ask", "neutral", /inconclusive.*: a person decides/i],
  ["fn-free", "success", /passes, though 1 gate could not be settled/i],
] as const) {
  test(`an open gate of the mode ${mode} gives a check that is ${conclusion}`, () => {
    const view = openIn(mode);
    const check = renderModelCheck(view);
    assert.equal(check.conclusion, conclusion);
    assert.match(check.title, says);
    assert.equal(renderAggregateCheck({ ...pullView("pass"), models: [view] }, []).conclusion, conclusion);
  });
}

test("a person is not asked while another gate blocks", () => {
  const view = openIn("ask");
  const gates = (view.report?.gates ?? []).map((gate, at) =>
    at === 1 ? { ...gate, verdict: "inconclusive" as const } : gate,
  );
  assert.ok(gates.length > 1 && view.report !== null);
  assert.equal(renderModelCheck({ ...view, report: { ...view.report, gates } }).conclusion, "action_required");
});

test("the aggregate check is not final while a model is at work, even when another has failed", () => {
  const { conclusion, status } = renderAggregateCheck(pullView("several-models"), []);
  assert.deepEqual([status, conclusion], ["in_progress", null]);
});

test("a pull request that affects no model succeeds and says so", () => {
  const check = renderAggregateCheck({ ...pullView("pass"), models: [] }, []);
  assert.deepEqual([check.conclusion, check.title, check.annotations], ["success", "No model is affected", []]);
});

const holds = [
  ["superseded", "cancelled"],
  ["pull_closed", "cancelled"],
  ["commit_unavailable", "action_required"],
] as const;

for (const [reason, conclusion] of holds) {
  test(`a pull request without a model because of ${reason} is ${conclusion}, not a success`, () => {
    const check = renderAggregateCheck({ ...pullView("pass"), models: [] }, [{ reason, message: "told" }]);
    assert.deepEqual([check.conclusion, check.annotations], [conclusion, []]);
    assert.match(check.text, /told/);
  });
}

test("a fault that the view repeats as a note is told once", () => {
  const { notes } = pullView("not-promoted");
  const check = renderAggregateCheck(pullView("not-promoted"), notes);
  assert.equal(check.text.split("tree_mismatch").length, 2);
  assert.equal(check.conclusion, "success");
});

test("after the merge no next step is offered", () => {
  assert.doesNotMatch(render(pullView("after-merge")), /Next:/);
  assert.match(render(pullView("pass")), /Next: merge, or try `\/retrain damage learning_rate=0.05`/);
});

test("mistakes of the configuration fail the check and are annotated at their place", () => {
  const faults = [
    {
      reason: "config_invalid",
      message: "unknown key gaets",
      place: { file: ".github/assay.yml", line: 12, column: 5, path: "models.damage" },
    },
    { reason: "config_missing", message: "the base branch has no .github/assay.yml" },
  ] as const;
  const check = renderAggregateCheck({ ...pullView("pass"), models: [] }, faults);
  assert.deepEqual([check.conclusion, check.title], ["failure", "The configuration has 2 mistakes"]);
  assert.deepEqual(check.annotations, [
    { path: ".github/assay.yml", line: 12, column: 5, level: "failure", message: "models.damage: unknown key gaets" },
    {
      path: ".github/assay.yml",
      line: 1,
      column: null,
      level: "failure",
      message: "the base branch has no .github/assay.yml",
    },
  ]);
});

test("gates that failed or cannot be proven are annotated on their lines; others, and those that moved away, are not", () => {
  const [model] = pullView("fail").models;
  assert.ok(model?.report);
  const [gate] = model.report.gates;
  assert.ok(gate);
  const gates = (["fail", "inconclusive", "pass", "insufficient"] as const).map((verdict, at) => ({
    ...gate,
    require: `candidate.f1 > 0.${at}`,
    verdict,
    message: "Because @acme said so.\n::error::no",
  }));
  const gatePlaces = [0, 1, 2].map((at) => ({ gate: `candidate.f1 > 0.${at}`, line: 10 + at, column: 9 }));
  const { annotations } = renderModelCheck({ ...model, report: { ...model.report, gates }, gatePlaces });
  assert.deepEqual(
    annotations.map(({ path, line, level }) => [path, line, level]),
    [
      [".github/assay.yml", 10, "failure"],
      [".github/assay.yml", 11, "warning"],
    ],
  );
  for (const { message } of annotations) assert.doesNotMatch(message, /\n/);
});

test("a configuration that would weaken a gate says so on the check, although no model is affected", () => {
  const difference = {
    subject: "gates",
    name: "damage",
    setting: "gates",
    before: "ni(roc_auc, 0.5pp) at 95%",
    after: "ni(roc_auc, 5pp) at 95% <img src=x> | @acme",
    direction: "weaker",
    power: { before: { rows: 2_481, goodPasses: 0.42, badStopped: 0.95 }, after: null },
  } as const;
  const view: PullView = { ...pullView("pass"), models: [], configChange: [difference] };
  const check = renderAggregateCheck(view, []);
  assert.deepEqual([check.conclusion, check.title], ["success", "1 gate weakened"]);
  assert.match(check.text, /42 % good pass, 95 % bad stopped → unknown/);
  assert.doesNotMatch(check.text, /<img|[^​]@acme/);
  const crowd = Array.from({ length: 20_000 }, () => difference);
  assert.ok(renderAggregateCheck({ ...view, configChange: crowd }, []).text.length <= 65_535);
});

test("the check of a model shows the rows of the comment's table", () => {
  const view = pullView("fail");
  const comment = render(view);
  const [model] = view.models;
  const text = model === undefined ? "" : renderModelCheck(model).text;
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  assert.ok(rows.length > 10);
  for (const row of rows) assert.ok(comment.includes(row), row);
});
