import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { strToU8, zipSync } from "fflate";
import type { Ticket } from "../../core/ticket.ts";
import { type Machine, runAction, startMachine } from "./job.ts";
import { digestOf } from "./repository.ts";
import { nonce, someTicket } from "./tickets.ts";

const bytes = "the version's bytes";
const zip = Buffer.from(zipSync({ "model.onnx": strToU8(bytes) }));

let machine: Machine;
let ticket: Ticket;
before(async () => {
  machine = await startMachine([{ "serve/deploy.sh": "#!/bin/sh\n" }]);
  const [base] = machine.repository.commits;
  assert.ok(base !== undefined);
  const source = { kind: "artifact", runId: 41, artifactId: 5, artifactDigest: digestOf(zip) } as const;
  const candidate = { source, digest: digestOf(bytes), version: "damage@v13" };
  ticket = { ...someTicket, ...base, stage: "deploy", candidate, environment: "staging" };
});
after(() => machine.close());
beforeEach(() => {
  machine.github.reset();
  machine.github.earlier.set(5, { runId: 41, zip });
});

const inputs = { environment: "staging" };

test("promote hands the version's exact bytes, and the base branch's scripts, to the step that follows", async () => {
  const ended = await runAction(machine, "promote", ticket, { inputs });
  assert.equal(ended.code, 0, ended.log);
  const outputs = outputsOf(ended.outputs);
  assert.equal(readFileSync(outputs["model"] ?? "", "utf8"), bytes);
  assert.deepEqual(
    { ...outputs, model: "" },
    { model: "", version: "damage@v13", digest: digestOf(bytes), environment: "staging" },
  );
  assert.equal(statSync(join(ended.workspace, "serve/deploy.sh")).mode & 0o111, 0o111);
  assert.equal(ended.result?.outcome, "succeeded");
  assert.deepEqual(ended.artifacts, { [`assay-result-${nonce}`]: ["result.json"] });
  assert.match(ended.summary, /damage&#64;v13/);
});

test("what an earlier job left in the workspace is gone", async () => {
  const workspace = join(machine.folder, "used-workspace");
  mkdirSync(join(workspace, ".git"), { recursive: true });
  writeFileSync(join(workspace, "leftover.sh"), "");
  const ended = await runAction(machine, "promote", ticket, { inputs, environment: { GITHUB_WORKSPACE: workspace } });
  assert.equal(ended.code, 0, ended.log);
  assert.equal(existsSync(join(workspace, "leftover.sh")), false);
});

const refusals: readonly (readonly [
  name: string,
  reason: string,
  change: () => Partial<Ticket>,
  environment: string,
])[] = [
  ["another environment than the ticket's", "ticket_invalid", () => ({}), "production"],
  [
    "a ticket without a version",
    "ticket_invalid",
    () => ({ candidate: ticket.candidate && { ...ticket.candidate, version: null } }),
    "staging",
  ],
  [
    "other bytes than the version's",
    "artifact_digest_mismatch",
    () => ({ candidate: ticket.candidate && { ...ticket.candidate, digest: digestOf("other") } }),
    "staging",
  ],
  ["a ticket to evaluate", "ticket_invalid", () => ({ stage: "evaluate" }), "staging"],
];
for (const [name, reason, change, environment] of refusals) {
  test(`${name} is refused with ${reason}, and the next step gets nothing`, async () => {
    const ended = await runAction(machine, "promote", { ...ticket, ...change() }, { inputs: { environment } });
    assert.equal(ended.code, 1);
    assert.equal(ended.result?.fault?.reason, reason);
    assert.equal(ended.outputs, "");
  });
}

/** The runner's file format: `name<<DELIMITER`, the value, the delimiter. */
function outputsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)<<(\S+)\n(.*)\n\2$/gm)].map(([, name = "", , value = ""]) => [name, value]),
  );
}
