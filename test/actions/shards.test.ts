import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { strToU8, zipSync } from "fflate";
import { z } from "zod";
import type { RunResult } from "../../core/run-result.ts";
import type { Ticket } from "../../core/ticket.ts";
import { type Given, type Machine, runAction, startMachine } from "./job.ts";
import { digestOf } from "./repository.ts";
import { nonce, someTicket } from "./tickets.ts";

const zip = Buffer.from(zipSync({ "model.onnx": strToU8("the candidate") }));

let machine: Machine;
let ticket: Ticket;
before(async () => {
  machine = await startMachine([{ "holdout.csv": "speed\n1\n" }]);
  const [base] = machine.repository.commits;
  assert.ok(base !== undefined);
  const { config } = someTicket;
  ticket = {
    ...someTicket,
    ...base,
    stage: "evaluate",
    config: { ...config, evaluate: { ...config.evaluate, shards: 3 } },
    candidate: {
      source: { kind: "artifact", runId: 41, artifactId: 5, artifactDigest: digestOf(zip) },
      digest: digestOf("the candidate"),
      version: null,
    },
    baseline: null,
  };
});
after(() => machine.close());
beforeEach(() => {
  machine.github.reset();
  machine.github.earlier.set(5, { runId: 41, zip });
});

const seen = z.object({ values: z.record(z.string(), z.unknown()), merge: z.array(z.string()) });
const shard = (text: string): Given => ({ inputs: { shard: text } });

const succeeded: RunResult = {
  schema: 1,
  stage: "evaluate",
  nonce,
  outcome: "succeeded",
  fault: null,
  training: null,
};

/** A sibling job's upload. */
function leave(number: number, result: RunResult, part = `${number}/3`): void {
  const files = {
    "part/predictions.parquet": strToU8("PAR1"),
    "part/shard.json": strToU8(part),
    "../escaped": strToU8("no"),
    "result.json": strToU8(JSON.stringify(result)),
  };
  machine.github.siblings.set(`assay-part-${nonce}-${number}`, Buffer.from(zipSync(files)));
}

function leaveFault(number: number, reason: "run_cancelled" | "predictions_invalid"): void {
  leave(number, { ...succeeded, outcome: "failed", fault: { reason, message: `because of ${reason}` } });
}

test("a shard predicts its part and uploads it under a name of its own, with no result of the run", async () => {
  const ended = await runAction(machine, "evaluate", ticket, shard("2"));
  assert.equal(ended.code, 0, ended.log);
  assert.deepEqual(ended.artifacts, {
    [`assay-part-${nonce}-2`]: ["part/predictions.parquet", "part/shard.json", "result.json"],
  });
  assert.equal(seen.parse(ended.record).values["shard"], "2/3");
});

test("the merging job gives the runner every part, in order, and uploads the report as one machine would", async () => {
  for (const number of [3, 1, 2]) leave(number, succeeded);
  const ended = await runAction(machine, "evaluate", ticket);
  assert.equal(ended.code, 0, ended.log);
  assert.deepEqual(ended.artifacts, {
    [`assay-predictions-${nonce}`]: ["predictions.parquet"],
    [`assay-result-${nonce}`]: ["report.json", "result.json"],
  });
  const { values, merge } = seen.parse(ended.record);
  assert.deepEqual(merge, ["1/3", "2/3", "3/3"]);
  assert.equal(values["shard"], undefined);
});

test("a shard that failed fails the evaluation with its own fault, not with that of those cancelled beside it", async () => {
  leaveFault(1, "run_cancelled");
  leaveFault(2, "predictions_invalid");
  const ended = await runAction(machine, "evaluate", ticket);
  assert.equal(ended.code, 1);
  assert.deepEqual(ended.result?.fault, {
    reason: "predictions_invalid",
    message: "shard 2 of 3: because of predictions_invalid",
  });
  assert.equal(ended.record, null);
});

test("shards that left nothing are named", async () => {
  leave(2, succeeded);
  const { result } = await runAction(machine, "evaluate", ticket);
  assert.equal(result?.fault?.reason, "artifact_missing");
  assert.match(result?.fault?.message ?? "", /of 3 shards, 2 left no predictions: 1, 3/);
});

test("a part that is no archive is a fault that names the shard", async () => {
  leave(1, succeeded);
  machine.github.siblings.set(`assay-part-${nonce}-2`, Buffer.from("not a zip"));
  const { result } = await runAction(machine, "evaluate", ticket);
  assert.equal(result?.fault?.reason, "artifact_missing");
  assert.match(result?.fault?.message ?? "", /part of shard 2/);
});

test("a runner that fails on its part, or leaves none, leaves the fault in the part's artifact", async () => {
  for (const [mode, reason] of [
    ["fail", "model_unsafe"],
    ["crash", "run_failed"],
    ["nothing", "artifact_missing"],
  ] as const) {
    const ended = await runAction(machine, "evaluate", { ...ticket, params: { mode } }, shard("1"));
    assert.equal(ended.code, 1);
    assert.deepEqual(ended.artifacts, { [`assay-part-${nonce}-1`]: ["result.json"] });
    assert.match(ended.log, new RegExp(reason));
  }
});

const role = (of: Ticket, changes: Partial<Ticket["config"]["evaluate"]>): Ticket => ({
  ...of,
  config: { ...of.config, evaluate: { ...of.config.evaluate, ...changes } },
});

for (const [name, input, changes, reason] of [
  ["a number beyond the last shard", "4", {}, "ticket_invalid"],
  ["no number", "first", {}, "ticket_invalid"],
  ["a path", "../1", {}, "ticket_invalid"],
  ["a shard of an evaluation that is not shared out", "1", { shards: 1 }, "ticket_invalid"],
  ["a shard of sealed data", "1", { role: "sealed" }, "config_invalid"],
] as const) {
  test(`${name} is refused before anything is fetched`, async () => {
    const ended = await runAction(machine, "evaluate", role(ticket, changes), shard(input));
    assert.equal(ended.code, 1);
    assert.match(ended.log, new RegExp(reason));
    assert.equal(ended.record, null);
    assert.ok(machine.github.requests.every(({ line }) => !line.includes("/artifacts/5")));
  });
}
