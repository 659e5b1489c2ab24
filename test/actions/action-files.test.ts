import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { actionIo } from "../../actions/io.ts";

const folder = join(import.meta.dirname, "../../actions");
const shape = z.object({
  description: z.string().max(125),
  inputs: z.record(
    z.string(),
    z.object({ description: z.string(), required: z.boolean(), default: z.string().optional() }),
  ),
  outputs: z.record(z.string(), z.object({ description: z.string() })).default({}),
  runs: z.object({ using: z.string(), main: z.string() }),
});

for (const [name, io] of Object.entries(actionIo)) {
  const action = shape.parse(parse(readFileSync(join(folder, name, "action.yml"), "utf8")));

  test(`actions/${name}/action.yml has the inputs and outputs that the code reads and sets`, () => {
    const inputs = Object.entries(action.inputs).map(([input, { required, default: fallback = null }]) => [
      input,
      { required, default: fallback },
    ]);
    assert.deepEqual(Object.fromEntries(inputs), io.inputs);
    assert.deepEqual(Object.keys(action.outputs), io.outputs);
  });

  test(`actions/${name} runs its bundle on Node 24, and its entry stays an entry`, () => {
    assert.deepEqual(action.runs, { using: "node24", main: "dist/main.js" });
    assert.ok(existsSync(join(folder, name, "dist/main.js")));
    assert.ok(readFileSync(join(folder, name, "main.ts"), "utf8").split("\n").length <= 31);
  });
}

test("every action folder is in the registry", () => {
  const folders = readdirSync(folder).filter((name) => existsSync(join(folder, name, "action.yml")));
  assert.deepEqual(folders.toSorted(), Object.keys(actionIo).toSorted());
});
