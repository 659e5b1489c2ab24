import assert from "node:assert/strict";
import { test } from "node:test";
import { exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { verifyTicket } from "../../actions/ticket.ts";
import { ticketAudience } from "../../core/ticket.ts";
import { appKey, jwks, nonce, publicJwk, sign, someTicket } from "./tickets.ts";

type Presented = Parameters<typeof verifyTicket>[0];

const genuine = await sign(someTicket);

function presented(
  changes: { inputs?: Partial<Presented["inputs"]>; run?: Partial<Presented["run"]> } & Partial<
    Omit<Presented, "inputs" | "run">
  > = {},
): Presented {
  const { inputs, run, ...rest } = changes;
  return {
    stage: "train",
    inputs: { ticket: genuine, nonce, jwks, token: "", environment: null, shard: null, ...inputs },
    repository: { id: 7, owner: "acme", name: "birds" },
    run: {
      event: "workflow_dispatch",
      ref: "refs/heads/main",
      workflowRef: "acme/birds/.github/workflows/assay.yml@refs/heads/main",
      defaultBranch: "main",
      ...run,
    },
    now: new Date(someTicket.iat * 1_000),
    ...rest,
  };
}

const withTicket = (ticket: string) => presented({ inputs: { ticket } });
const deployment = { ...someTicket, stage: "deploy", environment: "staging" } as const;

test("a genuine ticket is accepted, with all it says", async () => {
  assert.deepEqual(await verifyTicket(presented()), { ok: true, ticket: someTicket });
});

test("a genuine deployment ticket is accepted in its environment", async () => {
  const inputs = { ticket: await sign(deployment), environment: "staging" };
  assert.deepEqual(await verifyTicket(presented({ stage: "deploy", inputs })), { ok: true, ticket: deployment });
});

test("a ticket is accepted while its key is one of several", async () => {
  const other = await generateKeyPair("EdDSA", { extractable: true });
  const keys = [{ ...publicJwk, x: (await crypto.subtle.exportKey("jwk", other.publicKey)).x, kid: "k0" }, publicJwk];
  assert.equal((await verifyTicket(presented({ inputs: { jwks: JSON.stringify({ keys }) } }))).ok, true);
});

for (const [what, repository, workflow] of [
  ["renamed", { id: 7, owner: "acme", name: "cats" }, "acme/cats"],
  ["renamed while the run waited for a review", { id: 7, owner: "acme", name: "cats" }, "acme/birds"],
  ["transferred", { id: 7, owner: "zoo", name: "birds" }, "zoo/birds"],
] as const)
  test(`a ticket stays that of its repository when that is ${what}`, async () => {
    const run = { workflowRef: `${workflow}/.github/workflows/assay.yml@refs/heads/main` };
    assert.equal((await verifyTicket(presented({ repository, run }))).ok, true);
  });

const anotherKey = await generateKeyPair("EdDSA");
const publicKeyAsSecret = new TextEncoder().encode(await exportSPKI(appKey.publicKey));
const { exp: _exp, ...endless } = someTicket;

const refusals: readonly (readonly [name: string, reason: string, presented: Presented])[] = [
  ["signed with another key", "ticket_invalid", withTicket(await sign(someTicket, anotherKey.privateKey))],
  [
    "without a signature",
    "ticket_invalid",
    withTicket(new UnsecuredJWT({ aud: ticketAudience, ...someTicket }).encode()),
  ],
  [
    "signed with HS256 and the public key as the secret",
    "ticket_invalid",
    withTicket(
      await new SignJWT({ aud: ticketAudience, ...someTicket })
        .setProtectedHeader({ alg: "HS256", kid: "k1" })
        .sign(publicKeyAsSecret),
    ),
  ],
  [
    "whose claims were changed after signing",
    "ticket_invalid",
    withTicket(swapClaims(genuine, { ...someTicket, commit: "2".repeat(40) })),
  ],
  ["that is no JWS", "ticket_invalid", withTicket("please")],
  ["that is empty", "ticket_invalid", withTicket("")],
  ["that has expired", "ticket_expired", presented({ now: new Date((someTicket.exp + 61) * 1_000) })],
  ["without an expiry", "ticket_invalid", withTicket(await sign(endless))],
  ["for another audience", "ticket_invalid", withTicket(await sign({ ...someTicket, aud: "assay-web" }))],
  ["with a claim that tickets do not have", "ticket_invalid", withTicket(await sign({ ...someTicket, admin: true }))],
  ["for another stage", "ticket_invalid", presented({ stage: "evaluate" })],
  ["for another run", "ticket_invalid", presented({ inputs: { nonce: "f".repeat(32) } })],
  [
    "for a repository of another id",
    "ticket_invalid",
    presented({ repository: { id: 8, owner: "acme", name: "birds" } }),
  ],
  [
    "in another repository that got the name of the one that was renamed",
    "ticket_invalid",
    presented({ repository: { id: 99, owner: "acme", name: "birds" } }),
  ],
  [
    "in a fork",
    "ticket_invalid",
    presented({
      repository: { id: 99, owner: "eve", name: "birds" },
      run: { workflowRef: "eve/birds/.github/workflows/assay.yml@refs/heads/main" },
    }),
  ],
  [
    "in a workflow file of neither name of the repository",
    "ticket_invalid",
    presented({
      repository: { id: 7, owner: "acme", name: "cats" },
      run: { workflowRef: "acme/dogs/.github/workflows/assay.yml@refs/heads/main" },
    }),
  ],
  [
    "in a workflow file of a repository whose name begins alike",
    "ticket_invalid",
    presented({ run: { workflowRef: "acme/birds2/.github/workflows/assay.yml@refs/heads/main" } }),
  ],
  ["in a run that a pull request started", "ticket_invalid", presented({ run: { event: "pull_request" } })],
  ["in a run on another branch", "ticket_invalid", presented({ run: { ref: "refs/heads/evil" } })],
  ["in a run on a tag with the default branch's name", "ticket_invalid", presented({ run: { ref: "refs/tags/main" } })],
  [
    "in a workflow file of another branch",
    "ticket_invalid",
    presented({ run: { workflowRef: "acme/birds/.github/workflows/assay.yml@refs/heads/evil" } }),
  ],
  [
    "in a workflow file of another repository",
    "ticket_invalid",
    presented({ run: { workflowRef: "acme/shared/.github/workflows/assay.yml@refs/heads/main" } }),
  ],
  [
    "for another environment",
    "ticket_invalid",
    presented({ stage: "deploy", inputs: { ticket: await sign(deployment), environment: "production" } }),
  ],
  [
    "for a deployment without an environment",
    "ticket_invalid",
    presented({
      stage: "deploy",
      inputs: { ticket: await sign({ ...deployment, environment: null }), environment: "" },
    }),
  ],
  ["while the keys are missing", "ticket_invalid", presented({ inputs: { jwks: "" } })],
  ["while the keys are none", "ticket_invalid", presented({ inputs: { jwks: '{"keys":[]}' } })],
];

for (const [name, reason, given] of refusals) {
  test(`a ticket is refused ${name}`, async () => {
    const verified = await verifyTicket(given);
    assert.equal(verified.ok ? "accepted" : verified.fault.reason, reason);
  });
}

test("no refusal repeats the ticket", async () => {
  for (const [name, , given] of refusals) {
    const verified = await verifyTicket(given);
    const { ticket } = given.inputs;
    if (ticket.length > 20) assert.ok(!verified.ok && !verified.fault.message.includes(ticket), name);
  }
});

function swapClaims(jws: string, claims: object): string {
  const [header, , signature] = jws.split(".");
  return [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
}
