import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import type { Fault } from "../../core/fault.ts";
import type { ModelView } from "../../core/view.ts";
import { renderAggregateCheck, renderModelCheck } from "../../report/check.ts";
import { renderComment } from "../../report/comment.ts";
import { oneLine } from "../../report/escape.ts";
import { renderReply } from "../../report/reply.ts";
import { pullView } from "./fixtures.ts";

const pull = { ...pullView("pass"), models: [] };
const [model] = pullView("training-failed").models;
if (model === undefined) throw new Error("the fixture training-failed has no model");
const failed: ModelView = model;

/** Every place that shows a fault. */
const places: readonly (readonly [string, (fault: Fault) => string])[] = [
  ["reply", (fault) => renderReply({ kind: "refused", command: "/retrain", faults: [fault] })],
  ["comment", (fault) => renderComment({ ...pull, notes: [fault] }, { charts: {}, appName: "Assay" })],
  ["aggregate check", (fault) => renderAggregateCheck(pull, [fault]).text],
  ["check of a model", (fault) => renderModelCheck({ ...failed, fault }).text],
  ["check of a cancelled model", (fault) => renderModelCheck({ ...failed, phase: "cancelled", fault }).text],
];

/** The text of all code in Markdown, spans and fences. */
function codeIn(markdown: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: Nodes): void => {
    if (node.type === "code" || node.type === "inlineCode") found.push(node.value);
    if ("children" in node) for (const child of node.children) visit(child);
  };
  visit(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  return found;
}

const piece = fc.oneof(
  fc.constantFrom(
    "`",
    "```",
    "~~~",
    "|",
    "\\",
    "*",
    "<b>",
    "&lt;",
    "@acme",
    "#1",
    "4f1c09a2b7de",
    "https://x.example",
    " ",
  ),
  fc.constantFrom("--commit=", "rate=", '"', "$", ":14:7", "{", "}"),
  fc.string({ unit: "grapheme", maxLength: 4 }),
);
const commands = fc.array(piece, { maxLength: 12 }).map((parts) => oneLine(`/retrain ${parts.join("")}`).trim());

for (const [place, show] of places) {
  test(`a command comes back from the ${place} exactly as it is to be typed`, () => {
    fc.assert(
      fc.property(commands, (command) => {
        const markdown = show({ reason: "head_moved", message: "the head is 4f1c09a2b7de", command });
        assert.ok(codeIn(markdown).includes(command), markdown);
      }),
      { numRuns: 80 },
    );
  });

  test(`a position in the ${place} is code without inserted characters`, () => {
    const at = { file: ".github/assay.yml", line: 14, column: 7, path: "models.damage" };
    const found = codeIn(show({ reason: "config_invalid", message: "unknown key gaets", place: at }));
    assert.ok(found.includes(".github/assay.yml:14:7"));
    assert.ok(found.includes("models.damage"));
  });
}

test("several faults keep their order around a command", () => {
  const faults: readonly Fault[] = [
    { reason: "unknown_model", message: "first" },
    { reason: "head_moved", message: "second", command: "/retrain --commit=4f1c09a2b7de" },
    { reason: "bad_argument", message: "third" },
  ];
  assert.equal(
    renderReply({ kind: "refused", command: "/retrain", faults }),
    [
      "Nothing was run for `/retrain`:",
      "- first (`unknown_model`)\n- second (`head_moved`); what to type instead:",
      "```text\n/retrain --commit=4f1c09a2b7de\n```",
      "- third (`bad_argument`)",
      "`/help` lists the commands, the models and their parameters.",
    ].join("\n\n"),
  );
});

test("a command that is too long to show is left out, never cut", () => {
  const command = `/retrain note=${"x".repeat(1_000)}`;
  const reply = renderReply({
    kind: "refused",
    command: "/retrain",
    faults: [{ reason: "head_moved", message: "moved", command }],
  });
  assert.match(reply, /- moved \(`head_moved`\)\n/);
  assert.ok(!reply.includes("xxx"));
});

const runs = {
  train: [{ stage: "train", url: "https://e.example/1" }],
  evaluate: [{ stage: "evaluate", url: "https://e.example/2" }],
} as const;
const headings = [
  ["training_cancelled", runs.train, "Training was cancelled"],
  ["run_cancelled", runs.train, "Training was cancelled"],
  ["run_cancelled", runs.evaluate, "Evaluation was cancelled"],
  ["run_failed", runs.train, "Training failed — the workflow run ended without a result"],
] as const;

for (const [reason, links, title] of headings) {
  test(`a model that ended with ${reason} in its ${links[0].stage} run is headed "${title}"`, () => {
    const view = { ...failed, runs: links, fault: { reason, message: "told" } };
    assert.equal(renderModelCheck(view).title, title);
  });
}
