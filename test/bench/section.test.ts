import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { replaceSection } from "../../bench/section.ts";

const readme = readFileSync(new URL("../../bench/README.md", import.meta.url), "utf8");

test("a section is replaced between its markers, and nothing else changes", () => {
  const text = "before\n<!-- bench:a -->\nold\n<!-- /bench:a -->\nafter\n";
  assert.equal(replaceSection(text, "a", "new\n"), "before\n<!-- bench:a -->\nnew\n<!-- /bench:a -->\nafter\n");
  assert.equal(replaceSection(text, "b", "new"), null);
});

test("every benchmark has its section in the README", () => {
  for (const name of ["metrics", "slices", "inference", "honesty", "story"])
    assert.notEqual(replaceSection(readme, name, ""), null, name);
});
