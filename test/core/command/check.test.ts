import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCommand } from "../../../core/command/check.ts";
import { parseComment } from "../../../core/command/parse.ts";
import { ruling } from "../plan/material.ts";

function check(line: string, affected: readonly string[] = ["damage"]) {
  const [command] = parseComment(line).commands;
  return checkCommand(command ?? assert.fail(`no command in ${line}`), ruling.config, affected);
}

test("a bare command is about the affected models, a named one about that model", () => {
  const models = (line: string, affected?: readonly string[]) => {
    const checked = check(line, affected);
    return checked.ok && checked.command.kind === "retrain" ? checked.command.models.map(({ model }) => model) : [];
  };
  assert.deepEqual(models("/retrain", ["damage", "delay"]), ["damage", "delay"]);
  assert.deepEqual(models("/retrain delay"), ["delay"]);
});

test("a parameter has the type of its configured value", () => {
  const checked = check('/retrain learning_rate=5e-2 note="a b" deep=true --fresh --commit=0123456789ab');
  assert.deepEqual(checked.ok ? checked.command : checked.fault, {
    kind: "retrain",
    models: [{ model: "damage", params: { learning_rate: 0.05, note: "a b", deep: true } }],
    fresh: true,
    commit: "0123456789ab",
  });
});

const refusals: readonly (readonly [line: string, reason: string, message: string])[] = [
  ["/retrain damge", "unknown_model", 'no model "damge"; did you mean damage?'],
  ["/retrain constructor", "unknown_model", 'no model "constructor"; expected one of damage, delay'],
  ["/retrain __proto__", "unknown_model", 'no model "__proto__"; expected one of damage, delay'],
  ["/retrain damage delay", "bad_argument", "expected one model; write one /retrain per model"],
  ["/retrain learning_rat=1", "bad_argument", 'no parameter "learning_rat"; did you mean learning_rate?'],
  ["/retrain constructor=1", "bad_argument", 'no parameter "constructor"; expected one of learning_rate, note, deep'],
  ["/retrain toString=1", "bad_argument", 'no parameter "toString"; expected one of learning_rate, note, deep'],
  ["/retrain learning_rate=fast", "bad_argument", 'learning_rate expects a number, such as 0.1; found "fast"'],
  ["/retrain learning_rate=", "bad_argument", 'learning_rate expects a number, such as 0.1; found ""'],
  ["/retrain learning_rate=0x10", "bad_argument", 'learning_rate expects a number, such as 0.1; found "0x10"'],
  ["/retrain learning_rate=1e999", "bad_argument", 'learning_rate expects a number, such as 0.1; found "1e999"'],
  ["/retrain learning_rate=NaN", "bad_argument", 'learning_rate expects a number, such as 0.1; found "NaN"'],
  ["/retrain deep=yes", "bad_argument", 'deep expects a boolean, such as false; found "yes"'],
  ["/retrain --frsh", "bad_argument", "unknown flag --frsh; did you mean --fresh?"],
  ["/retrain --commit=123", "bad_argument", "--commit needs at least 12 hexadecimal digits of a commit"],
  ["/retrain --commit", "bad_argument", "--commit needs at least 12 hexadecimal digits of a commit"],
  ["/retrain --commit=0123456789AB", "bad_argument", "--commit needs at least 12 hexadecimal digits of a commit"],
];

for (const [line, reason, message] of refusals) {
  test(`${line} is refused with ${reason}`, () => {
    const checked = check(line);
    assert.deepEqual(checked.ok ? null : checked.fault, { reason, message });
  });
}

test("a text parameter is at most 1,000 characters long", () => {
  assert.ok(check(`/retrain note=${"x".repeat(1_000)}`).ok);
  assert.ok(!check(`/retrain note=${"x".repeat(1_001)}`).ok);
});

test("parameters need one model, and a bare command needs an affected one", () => {
  const several = check("/retrain learning_rate=1", ["damage", "delay"]);
  assert.equal(several.ok ? "" : several.fault.message, "parameters belong to one model; name it: damage, delay");
  const none = check("/retrain", []);
  assert.equal(none.ok ? "" : none.fault.reason, "nothing_to_do");
});
