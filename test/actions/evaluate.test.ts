import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { strToU8, zipSync } from "fflate";
import { z } from "zod";
import type { ModelSource, Ticket } from "../../core/ticket.ts";
import { type Machine, runAction, startMachine } from "./job.ts";
import { digestOf } from "./repository.ts";
import { nonce, someTicket } from "./tickets.ts";

const candidate = "the candidate's bytes";
const baseline = "the baseline's bytes \u0000\u0001";
const zip = Buffer.from(zipSync({ "model.onnx": strToU8(candidate), "../escaped": strToU8("no") }));
const artifact: ModelSource = { kind: "artifact", runId: 41, artifactId: 5, artifactDigest: digestOf(zip) };

let machine: Machine;
let ticket: Ticket;
before(async () => {
  machine = await startMachine([
    { "models/old.onnx": baseline },
    { "holdout.csv": "speed\n1\n", "models/old.onnx": "moved on" },
  ]);
  const [first, base] = machine.repository.commits;
  assert.ok(first !== undefined && base !== undefined);
  ticket = {
    ...someTicket,
    ...base,
    stage: "evaluate",
    candidate: { source: artifact, digest: digestOf(candidate), version: null },
    baseline: {
      source: { kind: "file", path: "models/old.onnx", commit: first.commit },
      digest: digestOf(baseline),
      version: "damage@v0",
    },
  };
});
after(() => machine.close());
beforeEach(() => {
  machine.github.reset();
  machine.github.earlier.set(5, { runId: 41, zip });
});

const withMode = (mode: string): Ticket => ({ ...ticket, params: { ...ticket.params, mode } });
const seen = z.object({
  values: z.record(z.string(), z.unknown()),
  checkout: z.array(z.string()),
  candidate: z.string(),
  baseline: z.string().nullable(),
});

test("evaluate gives the runner both models, by digest, and the data of the base commit, and uploads the report", async () => {
  const ended = await runAction(machine, "evaluate", ticket);
  assert.equal(ended.code, 0, ended.log);
  assert.deepEqual(ended.artifacts, {
    [`assay-predictions-${nonce}`]: ["predictions.parquet"],
    [`assay-result-${nonce}`]: ["report.json", "result.json"],
  });
  assert.deepEqual(ended.result, {
    schema: 1,
    stage: "evaluate",
    nonce,
    outcome: "succeeded",
    fault: null,
    training: null,
  });
  assert.match(ended.summary, /^## damage: worse/);
  const record = seen.parse(ended.record);
  assert.equal(record.candidate, candidate);
  assert.equal(record.baseline, baseline);
  assert.equal(record.values["baseline-version"], "damage@v0");
  assert.ok(record.checkout.includes("holdout.csv"));
});

test("a verdict against the candidate is a success of the stage", async () => {
  const ended = await runAction(machine, "evaluate", withMode("worse"));
  assert.equal(ended.code, 0);
  assert.equal(ended.result?.outcome, "succeeded");
});

test("without a baseline the candidate is measured alone", async () => {
  const ended = await runAction(machine, "evaluate", { ...ticket, baseline: null });
  assert.equal(ended.result?.outcome, "succeeded");
  assert.equal(seen.parse(ended.record).baseline, null);
});

test("predictions over sealed data stay on the machine", async () => {
  const config = { ...ticket.config, evaluate: { ...ticket.config.evaluate, role: "sealed" } } as const;
  const ended = await runAction(machine, "evaluate", { ...ticket, config });
  assert.deepEqual(Object.keys(ended.artifacts), [`assay-result-${nonce}`]);
});

const other = digestOf("other bytes");
const someVersion = { version: "damage@v0" };
const faults: readonly (readonly [name: string, reason: string, ticket: () => Ticket])[] = [
  ["a runner that refuses the model", "model_unsafe", () => withMode("fail")],
  ["a runner that crashes", "run_failed", () => withMode("crash")],
  ["a runner that leaves no report", "report_invalid", () => withMode("nothing")],
  ["no candidate in the ticket", "ticket_invalid", () => ({ ...ticket, candidate: null })],
  [
    "a candidate of other bytes",
    "artifact_digest_mismatch",
    () => ({ ...ticket, candidate: { source: artifact, digest: other, version: null } }),
  ],
  [
    "an artifact of another digest",
    "artifact_digest_mismatch",
    () => ({ ...ticket, candidate: { source: { ...artifact, artifactDigest: other }, digest: null, version: null } }),
  ],
  [
    "an artifact of another run",
    "artifact_digest_mismatch",
    () => ({ ...ticket, candidate: { source: { ...artifact, runId: 42 }, digest: null, version: null } }),
  ],
  [
    "an artifact that is gone",
    "artifact_missing",
    () => ({ ...ticket, candidate: { source: { ...artifact, artifactId: 6 }, digest: null, version: null } }),
  ],
  [
    "a baseline that has changed",
    "artifact_digest_mismatch",
    () => ({
      ...ticket,
      baseline: {
        ...someVersion,
        digest: digestOf(baseline),
        source: { kind: "file", path: "models/old.onnx", commit: ticket.commit },
      },
    }),
  ],
  ["a ticket for another stage", "ticket_invalid", () => ({ ...ticket, stage: "train" })],
];
for (const [name, reason, given] of faults) {
  test(`${name} fails the step with ${reason}`, async () => {
    const ended = await runAction(machine, "evaluate", given());
    assert.equal(ended.code, 1, ended.log);
    assert.equal(ended.result?.fault?.reason, reason);
    assert.deepEqual(ended.artifacts, { [`assay-result-${nonce}`]: ["result.json"] });
  });
}

test("bytes that changed on GitHub's side are refused, though GitHub states the old digest", async () => {
  const forged = Buffer.from(zipSync({ "model.onnx": strToU8("forged") }));
  machine.github.earlier.set(5, { runId: 41, zip: forged, digest: digestOf(zip) });
  const ended = await runAction(machine, "evaluate", {
    ...ticket,
    candidate: { source: artifact, digest: null, version: null },
  });
  assert.equal(ended.result?.fault?.reason, "artifact_digest_mismatch");
  assert.equal(ended.record, null);
});
