import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseConfig } from "../../../core/config/parse.ts";
import { describeFault } from "../../../core/fault.ts";

const good = `version: 1
models:
  damage:
    paths: ["models/**"]
    train:
      run: node train.ts
      params: { learning_rate: 0.1 }
    evaluate:
      task: binary
      data: holdout.csv
      label: damaged
      inputs: { features: [speed] }
      output: { name: probabilities }
      metrics: [roc_auc, log_loss]
    baseline: production
    gates:
      - "ni(roc_auc, 1pp) at 95%"
environments:
  staging: { promote: on-merge }
  production: { after: staging }
`;

const wider = (lines: string) => good.replace("    baseline: production\n", `    baseline: production\n${lines}`);

/** What is changed in the good file; what; and every fault as `line:column path: message`. */
const mistakes: readonly (readonly [name: string, text: string, ...faults: readonly string[]])[] = [
  [
    "a mistyped key",
    good.replace("baseline:", "baselin:"),
    '15:5 models.damage.baselin: unknown key "baselin"; did you mean "baseline"?',
  ],
  [
    "two letters swapped",
    good.replace("train:\n", "trian:\n"),
    '3:3 models.damage.train: missing key "train"',
    '5:5 models.damage.trian: unknown key "trian"; did you mean "train"?',
  ],
  [
    "a mistyped key at the top",
    `${good}enviroments: {}\n`,
    '21:1 enviroments: unknown key "enviroments"; did you mean "environments"?',
  ],
  [
    "a key of another tool",
    `${good}jobs: {}\n`,
    '21:1 jobs: unknown key "jobs"; expected one of version, models, environments',
  ],
  [
    "a key in an environment",
    good.replace("on-merge }", "on-merge, approvals: 1 }"),
    '19:33 environments.staging.approvals: unknown key "approvals"; expected one of promote, after, runner',
  ],
  [
    "a missing key",
    good.replace("      label: damaged\n", ""),
    '8:5 models.damage.evaluate.label: missing key "label"',
  ],
  ["a missing version", good.replace("version: 1\n", ""), '1:1 version: missing key "version"'],
  ["a version to come", good.replace("version: 1", "version: 2"), "1:1 version: expected 1, found 2"],
  ["a version as text", good.replace("version: 1", 'version: "1"'), '1:1 version: expected 1, found the text "1"'],
  [
    "a text for a list",
    good.replace('["models/**"]', "models/**"),
    '4:5 models.damage.paths: expected a list, found the text "models/**"',
  ],
  [
    "a list for a text",
    good.replace("node train.ts", "[node, train.ts]"),
    "6:7 models.damage.train.run: expected a text, found a list",
  ],
  [
    "nothing for a text",
    good.replace("label: damaged", "label:"),
    "11:7 models.damage.evaluate.label: expected a text, found nothing",
  ],
  [
    "nothing for a model",
    "version: 1\nmodels:\n  damage:\n",
    "3:3 models.damage: expected a map of keys, found nothing",
  ],
  ["no model", "version: 1\nmodels: {}\n", "2:1 models: expected at least one model"],
  [
    "an unknown choice",
    good.replace("task: binary", "task: binry"),
    '9:7 models.damage.evaluate.task: expected one of binary, multiclass, regression, ranking, found the text "binry"; did you mean "binary"?',
  ],
  [
    "an odd duration",
    good.replace("run: node train.ts", "run: node train.ts\n      timeout: 4 hours"),
    "7:7 models.damage.train.timeout: expected a duration such as 90s, 30m, 4h or 2d",
  ],
  [
    "a path that leaves",
    good.replace("models/**", "models/../../etc"),
    "4:13 models.damage.paths.0: expected a relative path inside the repository, without ..",
  ],
  [
    "an absolute path",
    good.replace("models/**", "/etc"),
    "4:13 models.damage.paths.0: expected a relative path inside the repository, without ..",
  ],
  [
    "a model's name with a space",
    good.replace("  damage:", "  Damage 1:"),
    "3:3 models.Damage 1: expected a name of lower-case letters, digits, - and _, starting with a letter, at most 39 long",
  ],
  [
    "a parameter's name with a dash",
    good.replace("learning_rate:", "learning-rate:"),
    "7:17 models.damage.train.params.learning-rate: expected a parameter name of letters, digits and _, starting with a letter",
  ],
  [
    "a parameter that is a list",
    good.replace("0.1", "[1]"),
    "7:17 models.damage.train.params.learning_rate: expected a number or true or false or a text, found a list",
  ],
  [
    "a parameter that is no number",
    good.replace("0.1", ".nan"),
    "7:17 models.damage.train.params.learning_rate: expected a number or true or false or a text, found NaN",
  ],
  [
    "half a seed",
    good.replace("run: node train.ts", "run: node train.ts\n      seeds: [1.5]"),
    "7:15 models.damage.train.seeds.0: expected a whole number, found 1.5",
  ],
  [
    "no input column",
    good.replace("[speed]", "[]"),
    "12:17 models.damage.evaluate.inputs.features: expected at least one item",
  ],
  [
    "an unknown metric",
    good.replace("log_loss]", "logloss]"),
    "14:26 models.damage.evaluate.metrics.1: there is no metric logloss (did you mean log_loss?)",
  ],
  [
    "a slice twice",
    good.replace("metrics:", "slices: [phase, phase]\n      metrics:"),
    "14:7 models.damage.evaluate.slices: a slice is listed twice",
  ],
  [
    "shards of sealed data",
    good.replace("metrics:", "role: sealed\n      shards: 2\n      metrics:"),
    "15:7 models.damage.evaluate.shards: sealed data is evaluated by one job: shards would take its predictions off the machine",
  ],
  [
    "a multiclass model without classes",
    good
      .replace("task: binary", "task: multiclass")
      .replace("[roc_auc, log_loss]", "[accuracy]")
      .replace("roc_auc", "accuracy"),
    "8:5 models.damage.evaluate: a multiclass model needs classes, in the order of its output",
  ],
  [
    "a gate that ends too soon",
    good.replace("1pp) at 95%", "1pp"),
    "17:9 models.damage.gates.0: gate, column 16: the gate ends where ) should stand; expected )",
  ],
  [
    "a gate with an unknown metric",
    good.replace("ni(roc_auc", "ni(roc_auk"),
    "17:9 models.damage.gates.0: gate, column 4: there is no metric roc_auk (did you mean roc_auc?)",
  ],
  [
    "a gate on what is not measured",
    good.replace("ni(roc_auc", "ni(f1"),
    "17:9 models.damage.gates.0: the gate needs f1, which evaluate.metrics does not list",
  ],
  [
    "a gate that is a number",
    good.replace('"ni(roc_auc, 1pp) at 95%"', "3"),
    "17:9 models.damage.gates.0: expected a text or a map of keys, found 3",
  ],
  [
    "a gate with an unknown mode",
    good.replace('"ni(roc_auc, 1pp) at 95%"', '{ require: "ni(roc_auc, 1pp)", mode: foo }'),
    '17:40 models.damage.gates.0.mode: expected one of fp-free, fn-free, ask, found the text "foo"',
  ],
  [
    "a gate with an unknown key",
    good.replace('"ni(roc_auc, 1pp) at 95%"', '{ require: "ni(roc_auc, 1pp)", mod: ask }'),
    '17:40 models.damage.gates.0.mod: unknown key "mod"; did you mean "mode"?',
  ],
  [
    "a baseline nobody deploys to",
    good.replace("baseline: production", "baseline: prodction"),
    '15:5 models.damage.baseline: no environment "prodction"; did you mean "production"?',
  ],
  [
    "a baseline without environments",
    good.slice(0, good.indexOf("environments:")),
    '15:5 models.damage.baseline: no environment "production": the file lists none under environments',
  ],
  [
    "an adoption into nowhere",
    wider("    adopt: { file: a.onnx, environment: prod }\n"),
    '16:28 models.damage.adopt.environment: no environment "prod"; expected one of staging, production',
  ],
  [
    "a ladder without its lower end",
    good.replace("after: staging", "after: constructor"),
    '20:17 environments.production.after: no environment "constructor"; expected one of staging, production',
  ],
  [
    "a ladder in a circle",
    good.replace("promote: on-merge", "after: production"),
    '19:14 environments.staging.after: the environment "staging" comes after itself',
    '20:17 environments.production.after: the environment "production" comes after itself',
  ],
  [
    "an environment entered from two sides",
    good.replace("after: staging", "after: staging, promote: on-merge"),
    "20:33 environments.production.promote: an environment that comes after staging cannot take versions on merge as well",
  ],
  [
    "a key twice",
    good.replace("version: 1", "version: 1\nversion: 1"),
    "2:1 : this key stands here for the second time",
  ],
  ["a tab", good.replace("  damage:", "\tdamage:"), "3:1 : Tabs are not allowed as indentation"],
  [
    "a merge key",
    wider("    <<: {}\n"),
    '16:5 models.damage.<<: unknown key "<<"; expected one of paths, train, evaluate, baseline, adopt, gates',
  ],
  ["two documents", `${good}---\nversion: 1\n`, "21:1 : expected one document; a second one starts here"],
  [
    "a tag that would make an object",
    good.replace("version: 1", "version: !!js/function 1"),
    "1:10 : Unresolved tag: tag:yaml.org,2002:js/function",
  ],
  [
    "a value that holds NUL",
    good.replace("label: damaged", String.raw`label: "dam\0aged"`),
    "11:14 : expected text without NUL characters",
  ],
  [
    "a key that holds NUL",
    good.replace("  damage:", String.raw`  "dam\u0000age":`),
    "3:3 : expected text without NUL characters",
  ],
  [
    "half a surrogate pair",
    good.replace("node train.ts", String.raw`"node \ud83d.ts"`),
    "6:12 : expected text without NUL characters and halves of surrogate pairs",
  ],
  [
    "NUL itself, in a comment",
    good.replace("version: 1", "version: 1 # \0"),
    "1:14 : expected text without NUL characters",
  ],
  [
    "a tag that holds NUL",
    good.replace("version: 1", "version: !!%00 1"),
    "1:10 : Unresolved tag: tag:yaml.org,2002:\uFFFD",
  ],
  [
    "a long text, of which no character is cut in half",
    good.replace("binary", `"${"x".repeat(39)}${"😀".repeat(3)}"`),
    `9:7 models.damage.evaluate.task: expected one of`,
  ],
  ["a key that is a list", "? [a, b]\n: 1\n", "1:3 : expected a name as key"],
  ["__proto__ as a model", good.replace("  damage:", "  __proto__:"), '3:3 : "__proto__" cannot be a key'],
  ["__proto__ as a parameter", good.replace("learning_rate", "__proto__"), '7:17 : "__proto__" cannot be a key'],
  ["__proto__ as an environment", `${good}  __proto__: {}\n`, '21:3 : "__proto__" cannot be a key'],
  ["__proto__ at the top", `${good}__proto__: { version: 1 }\n`, '21:1 : "__proto__" cannot be a key'],
  ["an empty file", "", "1:1 : the file is empty; assay init writes one"],
  ["a file of comments", "# to do\n", "1:1 : the file is empty; assay init writes one"],
  ["a list", "- version: 1\n", "1:1 : expected a map of keys, found a list"],
  ["a sentence", "hello\n", '1:1 : expected a map of keys, found the text "hello"'],
  [
    "a flow map that never ends",
    "version: 1\nmodels: {\n",
    "3:1 : Flow map in block collection must be sufficiently indented and end with a }",
  ],
];

/** Is there no text in it that no database keeps? */
function isStorable(value: unknown): boolean {
  if (typeof value === "string") return !value.includes("\0") && value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, member]) => isStorable(key) && isStorable(member));
}

for (const [name, text, ...expected] of mistakes) {
  test(`the configuration names ${name} with its place and what was expected`, () => {
    const parsed = parseConfig(text, "assay.yml");
    assert.ok(!parsed.ok);
    const found = parsed.faults.map(
      ({ place, message }) => `${place?.line}:${place?.column} ${place?.path ?? ""}: ${message}`,
    );
    assert.equal(found.length, expected.length, found.join("\n"));
    expected.forEach((line, index) =>
      assert.ok(found[index]?.startsWith(line), `expected ${line}\nfound    ${found[index]}`),
    );
    for (const fault of parsed.faults) {
      assert.ok(isStorable(JSON.parse(JSON.stringify(fault))));
      assert.deepEqual([fault.reason, fault.place?.file], ["config_invalid", "assay.yml"]);
      assert.match(describeFault(fault), /^assay\.yml:\d+:\d+/);
    }
  });
}

test("a file over 64 KiB is not read, counted in bytes", () => {
  for (const padding of ["#".repeat(70 * 1024), `#${"ß".repeat(33 * 1024)}`]) {
    const parsed = parseConfig(good + padding, "assay.yml");
    assert.deepEqual(parsed.ok ? [] : parsed.faults.map((fault) => fault.reason), ["config_too_large"]);
  }
  assert.ok(parseConfig(`${good}#${"x".repeat(50 * 1024)}`, "assay.yml").ok);
});

test("aliases that would expand to gigabytes are refused, not expanded", () => {
  const levels = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
  const bomb = levels.map((name, index) => {
    const item = index === 0 ? "x" : `*${levels[index - 1]}`;
    return `${name}: &${name} [${Array.from({ length: 9 }, () => item).join(", ")}]`;
  });
  const parsed = parseConfig(bomb.join("\n"), "assay.yml");
  assert.deepEqual(parsed.ok ? [] : parsed.faults.map((fault) => fault.message), ["expected fewer aliases (*name)"]);
});

test("the example repository's file is good, and so is JSON, with or without a byte order mark", () => {
  const example = new URL("../../../fixtures/repos/birdstrikes/.github/assay.yml", import.meta.url);
  assert.deepEqual(parseConfig(readFileSync(example, "utf8"), "assay.yml").ok, true);
  const parsed = parseConfig(good, "assay.yml");
  assert.ok(parsed.ok);
  const asJson = parseConfig(`\uFEFF${JSON.stringify(parsed.config)}`, "assay.json");
  assert.ok(asJson.ok);
  assert.deepEqual([asJson.config, asJson.digest], [parsed.config, parsed.digest]);
});

test("each gate has its place in the file, in whatever form it is written", () => {
  const [line = ""] = good.split("\n").filter((one) => one.startsWith("      - "));
  const more = "      - require: candidate.log_loss < 0.35\n        mode: ask";
  const text = good.replace(line, `${line}\n${more}`);
  const parsed = parseConfig(text, "assay.yml");
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const first = text.split("\n").indexOf(line) + 1;
  const [gate, added] = parsed.gatePlaces["damage"] ?? [];
  assert.deepEqual([gate?.line, gate?.column], [first, 9]);
  assert.deepEqual(added, { gate: "candidate.log_loss < 0.35", line: first + 1, column: 9 });
});

test("what is left out has the documented value", () => {
  const parsed = parseConfig(good, "assay.yml");
  const model = parsed.ok ? parsed.config.models["damage"] : undefined;
  assert.deepEqual(
    [model?.train.runner, model?.train.timeout, model?.train.seeds, model?.evaluate.runner, model?.evaluate.role],
    [["self-hosted", "gpu"], "4h", [1], ["ubuntu-latest"], "open"],
  );
});

test("the digest is of the meaning: comments and the order of keys do not change it, a value does", () => {
  const digest = (text: string) => {
    const parsed = parseConfig(text, "assay.yml");
    return parsed.ok ? parsed.digest : assert.fail(JSON.stringify(parsed.faults));
  };
  const reordered = good.slice(good.indexOf("environments:")) + good.slice(0, good.indexOf("environments:"));
  assert.equal(digest(reordered), digest(good));
  assert.equal(digest(good.replace("version: 1", "# why\nversion: 1   # one")), digest(good));
  assert.equal(digest(good.replaceAll("\n", "\r\n")), digest(good));
  assert.notEqual(digest(good.replace("1pp", "2pp")), digest(good));
  assert.notEqual(digest(good.replace("0.1", "0.2")), digest(good));
});

test("no text makes the parser throw, and every fault has a place", () => {
  const escapes = fc.constantFrom(String.raw`"\0"`, String.raw`"\ud83d"`, String.raw`"\ud83d\ude00"`, "!!%00 x");
  const inserted = fc.oneof(fc.string({ unit: "binary", maxLength: 12 }), escapes);
  const cut = fc.tuple(fc.nat(good.length), fc.nat(20), inserted);
  const broken = cut.map(([from, length, insert]) => good.slice(0, from) + insert + good.slice(from + length));
  fc.assert(
    fc.property(fc.oneof(broken, fc.string({ unit: "binary" })), (text) => {
      const parsed = parseConfig(text, "assay.yml");
      assert.ok(isStorable(parsed));
      if (parsed.ok) return;
      assert.ok(parsed.faults.length > 0);
      for (const { place } of parsed.faults) assert.ok((place?.line ?? 0) > 0 && (place?.column ?? 0) > 0);
    }),
    { numRuns: 400 },
  );
});
