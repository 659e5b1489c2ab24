import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseConfig } from "../../core/config/parse.ts";
import type { ModelConfig } from "../../core/config/schema.ts";
import { type FingerprintInput, fingerprint, isAffected } from "../../core/fingerprint.ts";
import { configText } from "./plan/material.ts";

const parsed = parseConfig(configText, "assay.yml");
const config: ModelConfig = (parsed.ok ? parsed.config.models["damage"] : undefined) ?? assert.fail();

const input: FingerprintInput = {
  model: "damage",
  config,
  files: [
    { path: "models/damage/train.ts", sha: "a1" },
    { path: "models/damage/.env", sha: "a2" },
    { path: "data/strikes.csv", sha: "b1" },
    { path: "README.md", sha: "c1" },
  ],
  params: { learning_rate: 0.1, note: "x" },
  seed: 1,
};
const train = (change: Partial<ModelConfig["train"]>): FingerprintInput => ({
  ...input,
  config: { ...config, train: { ...config.train, ...change } },
});
const files = (change: Readonly<Record<string, string>>): FingerprintInput => ({
  ...input,
  files: input.files.map((file) => ({ ...file, sha: change[file.path] ?? file.sha })),
});

const different: Readonly<Record<string, FingerprintInput>> = {
  command: train({ run: "node train.ts --fast" }),
  code: files({ "models/damage/train.ts": "a9" }),
  "a dot file among the code": files({ "models/damage/.env": "a9" }),
  data: files({ "data/strikes.csv": "b9" }),
  "a parameter": { ...input, params: { ...input.params, learning_rate: 0.2 } },
  "a parameter's type": { ...input, params: { ...input.params, learning_rate: "0.1" } },
  "one parameter more": { ...input, params: { ...input.params, epochs: 3 } },
  seed: { ...input, seed: 2 },
  "the machine": train({ runner: ["self-hosted", "cpu"] }),
  model: { ...input, model: "delay" },
  "a file more": { ...input, files: [...input.files, { path: "models/damage/new.ts", sha: "a1" }] },
  "a file less": { ...input, files: input.files.slice(1) },
  "a file's name": {
    ...input,
    files: input.files.map((file) => (file.sha === "a1" ? { ...file, path: "models/damage/main.ts" } : file)),
  },
};

for (const [what, changed] of Object.entries(different)) {
  test(`the fingerprint depends on ${what}`, () => assert.notEqual(fingerprint(changed), fingerprint(input)));
}

test("any two of these changes have different fingerprints", () => {
  assert.equal(new Set(Object.values(different).map(fingerprint)).size, Object.keys(different).length);
});

test("the fingerprint does not depend on the order of files, labels or parameters, nor on files the model cannot read", () => {
  const others = fc.array(fc.record({ path: fc.stringMatching(/^docs\/[a-z]{1,8}\.md$/), sha: fc.string() }));
  fc.assert(
    fc.property(fc.shuffledSubarray([...input.files], { minLength: input.files.length }), others, (shuffled, more) => {
      const same = { ...input, files: [...more, ...shuffled], params: { note: "x", learning_rate: 0.1 } };
      assert.equal(fingerprint(same), fingerprint(input));
    }),
  );
  assert.equal(fingerprint(train({ runner: config.train.runner.toReversed() })), fingerprint(input));
  assert.equal(fingerprint(train({ timeout: "9h" })), fingerprint(input), "how long it may take is not what it does");
  assert.equal(fingerprint({ ...input, config: { ...config, gates: [] } }), fingerprint(input));
});

test("code and training data affect a model, its evaluation data and other files do not", () => {
  assert.ok(isAffected(config, ["README.md", "models/damage/deep/net.ts"]));
  assert.ok(isAffected(config, ["data/strikes.csv"]));
  assert.ok(!isAffected(config, ["data/holdout.csv", "models/delay/train.ts", "README.md"]));
  assert.ok(!isAffected(config, []));
});
