import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isMap, isScalar, parseDocument, visit } from "yaml";
import { actionFiles, root, workflowFiles } from "./files.ts";
import { findings } from "./language-service.ts";

/** A template lies elsewhere than what is made of it; GitHub's checks go by the place. */
function placeOf(file: string): string {
  return file === "runner/init/workflow.yml" ? ".github/workflows/assay.yml" : file;
}

test("there are workflows and actions to check", () => {
  assert.ok(workflowFiles.includes("runner/init/workflow.yml"));
  assert.ok(workflowFiles.includes("fixtures/repos/birdstrikes/.github/workflows/assay.yml"));
  assert.deepEqual(actionFiles, [
    "actions/evaluate/action.yml",
    "actions/promote/action.yml",
    "actions/report/action.yml",
    "actions/retrain/action.yml",
  ]);
});

for (const file of [...workflowFiles, ...actionFiles]) {
  const text = readFileSync(join(root, file), "utf8");

  test(`${file} is valid to GitHub's language service`, async () => {
    assert.deepEqual(await findings(join(root, placeOf(file)), text), []);
  });

  test(`${file} puts no expression into a shell script`, () => {
    assert.deepEqual(expressionsInScripts(text), []);
  });
}

test("GitHub's language service finds what is wrong", async () => {
  const text =
    "on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ inputs.nothing.at.all( }}\n        wit: {}\n";
  assert.ok((await findings(join(root, ".github/workflows/x.yml"), text)).length >= 2);
  assert.ok((await findings(join(root, "actions/x/action.yml"), "name: x\nruns: { using: node24 }\n")).length >= 2);
});

test("an expression in a shell script is found", () => {
  assert.deepEqual(expressionsInScripts("jobs: { a: { steps: [{ run: 'echo ${{ inputs.x }}' }] } }"), [
    "echo ${{ inputs.x }}",
  ]);
});

function expressionsInScripts(text: string): readonly string[] {
  const found: string[] = [];
  visit(parseDocument(text), {
    Map(_key, map) {
      if (!isMap(map)) return;
      const run = map.get("run", true);
      if (isScalar(run) && typeof run.value === "string" && run.value.includes("${{")) found.push(run.value);
    },
  });
  return found;
}
