import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { pino } from "pino";
import { createLog, logOfDelivery, logOfEffect, subjectOf } from "../../app/log.ts";
import { hideSecrets } from "../../app/secrets.ts";
import type { Settings } from "../../app/settings.ts";
import { nothing, type Plan } from "../../core/plan/decision.ts";
import type { Event } from "../../core/plan/event.ts";
import { judged, onlyDispatch, type Story, tell } from "../core/plan/situations.ts";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const webhookSecret = `it's "so\\secret" & 100 % mine`;
const databaseUrl = "postgres://assay:sword%40fish-7@db.example.com:5432/assay";
const ed = await generateKeyPair("EdDSA", { extractable: true });
const ticket = await new SignJWT({ model: "damage", nonce: "n" })
  .setProtectedHeader({ alg: "EdDSA", kid: "k" })
  .sign(ed.privateKey);
const jwk = await exportJWK(ed.privateKey);

/** The lines that a log wrote while `act` used it. */
function linesOf(act: (log: ReturnType<typeof createLog>) => void, logLevel: Settings["logLevel"] = "trace"): string {
  const lines: string[] = [];
  const to = { write: (line: string) => void lines.push(line) };
  act(createLog({ logLevel, privateKey, webhookSecret, databaseUrl }, to));
  for (const line of lines) assert.doesNotThrow(() => JSON.parse(line), line);
  return lines.join("");
}

const base64url = fc.stringMatching(/^[A-Za-z0-9_-]{24,60}$/);
const secrets: Readonly<Record<string, fc.Arbitrary<readonly [text: string, secret: string]>>> = {
  "a token of GitHub": fc
    .tuple(
      fc.constantFrom("ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_"),
      fc.stringMatching(/^[A-Za-z0-9]{36}$/),
    )
    .map(([kind, body]) => [kind + body, body]),
  "a ticket": fc.tuple(base64url, base64url).map(([payload, signature]) => {
    const made = `eyJhbGciOiJFZERTQSJ9.eyJ${payload}.${signature}`;
    return [made, signature];
  }),
  "a real ticket": fc.constant([ticket, ticket.split(".")[2] ?? ""]),
  "the private key": fc.constantFrom(...privateKey.split("\n").slice(1, -2)).map((line) => [privateKey, line]),
  "a line of the private key": fc.constantFrom(...privateKey.split("\n").slice(1, -2)).map((line) => [line, line]),
  "another private key": fc
    .stringMatching(/^[A-Za-z0-9+/]{64}$/)
    .map((line) => [`-----BEGIN RSA PRIVATE KEY-----\n${line}\n-----END RSA PRIVATE KEY-----\n`, line]),
  "a private key that is cut off": fc
    .stringMatching(/^[A-Za-z0-9+/]{64}$/)
    .map((line) => [`-----BEGIN PRIVATE KEY-----\n${line}\n${line.slice(9)}`, line]),
  "a private JSON Web Key": fc.constant([JSON.stringify(jwk), jwk.d ?? ""]),
  "the webhook secret": fc.constant([webhookSecret, webhookSecret]),
  "the webhook secret in base64": fc
    .constant(Buffer.from(webhookSecret).toString("base64"))
    .map((text) => [text, text]),
  "the webhook secret in a URL": fc.constant(encodeURIComponent(webhookSecret)).map((text) => [text, text]),
  "the database's password": fc.constantFrom(
    [databaseUrl, "sword%40fish-7"],
    ["password sword@fish-7 is wrong", "sword@fish-7"],
  ),
  "a password in an address": base64url.map((text) => [`https://x-access-token:${text}@github.com/a/b`, text]),
  "an authorization header": base64url.map((text) => [`authorization: token ${text}`, text]),
  "a bearer token": base64url.map((text) => [`Bearer ${text}`, text]),
  "a signed address": base64url.map((text) => [`https://blob.example.com/a?se=1&sig=${text}&sp=r`, text]),
};

for (const [what, arbitrary] of Object.entries(secrets))
  test(`no line of the log holds ${what}, wherever it stood`, () => {
    const around = fc.string({ unit: fc.constantFrom("a", " ", "\n", '"', "\\", ":", "é", "/", "\t", "{") });
    fc.assert(
      fc.property(arbitrary, around, around, ([text, secret], before, after) => {
        const said = `${before} ${text} ${after}`;
        const error = new Error(`request failed: ${said}`, { cause: new Error(said) });
        const written = linesOf((log) => {
          log.info(said);
          log.warn({ err: error }, "failed");
          log.error(error);
          log.info({ deep: { list: [said, { [said]: JSON.stringify({ said }) }] } }, "deep");
          log.child({ said }).debug({ headers: { authorization: said } }, "from a child: %s", said);
        });
        // As the line would show it, and as whoever parses the line would read it.
        const shown = JSON.stringify(secret).slice(1, -1);
        assert.ok(!written.includes(shown), `${what} is in ${written}`);
        for (const line of written.trim().split("\n")) assert.ok(!textsOf(JSON.parse(line)).includes(secret), line);
      }),
      { numRuns: 60 },
    );
  });

/** Every text of a value, and what JSON inside of a text says. */
function textsOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  return Object.entries(value)
    .flatMap(([key, member]) => [key, textsOf(member)])
    .join("\n");
}

test("what is no secret stays as it was", () => {
  for (const said of [
    "decided about acme/birdstrikes#42 at 4f1c09a2b7de",
    "an effect could not be performed: HttpError: Not Found - https://docs.github.com/rest/checks/runs",
    "sha256:0f343b0931126a20f133d67c2b018a3b",
    "the private key is read from PRIVATE_KEY",
    "ghosts and eyes are words; //comment: a@b",
  ])
    assert.equal(hideSecrets(said), said);
});

test("the level decides what is written", () => {
  const act = (log: ReturnType<typeof createLog>) => {
    log.debug("small");
    log.info("middle");
    log.error("large");
  };
  assert.deepEqual(levels(linesOf(act, "error")), [50]);
  assert.deepEqual(levels(linesOf(act, "info")), [30, 50]);
  assert.deepEqual(levels(linesOf(act, "trace")), [20, 30, 50]);
});

function levels(lines: string): readonly unknown[] {
  return lines
    .trim()
    .split("\n")
    .map((line) => Reflect.get(Object(JSON.parse(line)), "level"));
}

test("a line tells its delivery, event, repository and pull request", () => {
  const line = linesOf((log) => {
    const payload = {
      action: "created",
      repository: { full_name: "acme/birdstrikes" },
      issue: { number: 42 },
      comment: { body: "secret plans" },
    };
    logOfDelivery(log, { id: "d-1", name: "issue_comment", payload }).info("decided");
  });
  const { delivery, webhook, about } = Object(JSON.parse(line));
  assert.deepEqual([delivery, webhook, about], ["d-1", "issue_comment.created", "acme/birdstrikes#42"]);
  assert.doesNotMatch(line, /secret plans/);
});

test("a delivery without what a line would tell is logged by its id", () => {
  for (const payload of [{}, { repository: null, issue: "x" }, { repository: { full_name: 1 }, action: [] }])
    assert.match(
      linesOf((log) => logOfDelivery(log, { id: "d-2", name: "push", payload }).info("x")),
      /"delivery":"d-2","webhook":"push"/,
    );
});

test("a line tells its effect, repository and pull request", () => {
  const line = linesOf((log) =>
    logOfEffect(log, {
      seq: 1,
      key: "react/7/eyes",
      installationId: 3,
      repository: { id: 1, fullName: "acme/birdstrikes", defaultBranch: "main" },
      effect: { kind: "react", commentId: 7, content: "eyes" },
      lane: "1/42",
      attempts: 0,
      error: null,
      tried: false,
    }).info("performed"),
  );
  assert.match(line, /"effect":"react\/7\/eyes","installation":3,"about":"acme\/birdstrikes#42"/);
});

const subjects: readonly (readonly [
  name: string,
  expected: object,
  of: (story: Story) => Parameters<typeof subjectOf>[1],
])[] = [
  [
    "of a run that ended: its pull request, job and run",
    { event: "run_completed", about: "acme/birds#42", job: "the newest", run: 5 },
    (story) => {
      const { nonce } = onlyDispatch(story.open());
      const run = { id: 5, url: "https://run", nonce };
      return decisionOf({ ...story.base(), kind: "run_completed", run, conclusion: "success" }, story);
    },
  ],
  [
    "of a run that nobody knows: the repository and the run",
    { event: "run_completed", repository: "acme/birds", run: 5 },
    (story) => {
      const run = { id: 5, url: "https://run", nonce: null };
      return decisionOf({ ...story.base(), kind: "run_completed", run, conclusion: "success" }, story);
    },
  ],
  [
    "of a pull request that was opened: the job that it begins",
    { event: "pull_rechecked", about: "acme/birds#42", job: "the newest" },
    (story) => decisionOf({ ...story.base(), kind: "pull_rechecked", pull: 42 }, story, story.open()),
  ],
  [
    "of a deployment: the job that made its version",
    { event: "run_dispatched", about: "acme/birds#42", job: "the newest", run: 6 },
    (story) => {
      judged(story);
      const { nonce } = onlyDispatch(story.merged({ tree: story.headTree() }));
      return decisionOf({ ...story.base(), kind: "run_dispatched", nonce, run: { id: 6, url: "https://run" } }, story);
    },
  ],
  [
    "of an environment's question: the run that it is about",
    { event: "protection_requested", about: "acme/birds#42", job: "the newest", run: 6 },
    (story) => {
      judged(story);
      const { nonce } = onlyDispatch(story.merged({ tree: story.headTree() }));
      story.dispatched(nonce, { id: 6, url: "https://run" });
      return decisionOf({ ...story.base(), kind: "protection_requested", runId: 6, environment: "staging" }, story);
    },
  ],
];

for (const [name, expected, of] of subjects)
  test(`a line about a decision tells ${name}`, () => {
    const story = tell();
    const decided = of(story);
    const subject = subjectOf(pino({ level: "silent" }), decided);
    const job = decided.memory.jobs.at(-1)?.id;
    assert.deepEqual({ ...subject }, "job" in expected ? { ...expected, job } : { ...expected });
  });

test("a line tells nothing twice that its log tells already, and all jobs of a decision that is about several", () => {
  const story = tell();
  story.open();
  const pushed = story.push("head 2");
  const about = {
    event: { ...story.base(), kind: "pull_rechecked", pull: 42 },
    memory: story.memory(),
    plan: pushed,
  } as const;
  const log = pino({ level: "silent" }).child({ about: "acme/birds#42" });
  assert.deepEqual(subjectOf(log, about), { event: "pull_rechecked", jobs: pushed.jobs.map(({ id }) => id) });
  assert.equal(pushed.jobs.length, 2);
});

function decisionOf(event: Event, story: Story, plan: Plan = nothing): Parameters<typeof subjectOf>[1] {
  return { event, memory: story.memory(), plan };
}
