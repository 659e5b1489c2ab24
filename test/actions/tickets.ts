import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { model } from "../../core/config/schema.ts";
import { type Ticket, ticket, ticketAlgorithm, ticketAudience } from "../../core/ticket.ts";

/** The App's key pair, as a runner meets it: tickets signed with one half, the other in the variable ASSAY_JWKS. */
export const appKey = await generateKeyPair(ticketAlgorithm, { extractable: true });
export const publicJwk = { ...(await exportJWK(appKey.publicKey)), kid: "k1", alg: ticketAlgorithm, use: "sig" };
export const jwks = JSON.stringify({ keys: [publicJwk] });

export const nonce = "0123456789abcdef0123456789abcdef";
export const someDigest = `sha256:${"a".repeat(64)}`;
const now = Math.floor(Date.now() / 1_000);

export const someModel = model.parse({
  paths: ["train.ts"],
  train: { run: "train", params: { mode: "succeed", rate: 0.1, note: "5" } },
  evaluate: {
    task: "binary",
    data: "holdout.csv",
    label: "damaged",
    inputs: { features: ["speed"] },
    output: { name: "p" },
    metrics: ["roc_auc"],
  },
});

/** A ticket for the train stage of a commit that does not exist; tests say what theirs has instead. */
export const someTicket: Ticket = ticket.parse({
  iss: "https://assay.example",
  jti: nonce,
  iat: now,
  exp: now + 3_600,
  repository: { id: 7, fullName: "acme/birds" },
  stage: "train",
  job: "j1",
  model: "damage",
  commit: "1".repeat(40),
  tree: null,
  params: { mode: "succeed", rate: 0.05, note: "5" },
  seed: 3,
  fingerprint: someDigest,
  configDigest: someDigest,
  config: someModel,
  candidate: null,
  baseline: null,
  environment: null,
});

/** Signs any claims as the App does. */
export async function sign(
  claims: JWTPayload | Ticket,
  key: typeof appKey.privateKey = appKey.privateKey,
): Promise<string> {
  return await new SignJWT({ aud: ticketAudience, ...claims })
    .setProtectedHeader({ alg: ticketAlgorithm, kid: "k1" })
    .sign(key);
}
