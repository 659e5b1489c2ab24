import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createLocalJWKSet, jwtVerify } from "jose";
import { loadSigner } from "../../app/keys.ts";
import { openStore } from "../../app/store/open.ts";
import { ticketAudience, ticket as ticketSchema } from "../../core/ticket.ts";
import { at } from "../core/plan/material.ts";
import { onlyDispatch, tell } from "../core/plan/situations.ts";

const store = await openStore({ databaseUrl: null, dataFolder: "memory://" });
after(() => store.destroy());
const signer = await loadSigner(store, "assay:1", at(0));
const { claims } = onlyDispatch(tell().open());
const now = Date.parse(at(0));

test("a ticket verifies against the public keys, and says exactly what was signed", async () => {
  const jws = await signer.sign(claims, now, 60_000);
  const { payload, protectedHeader } = await jwtVerify(
    jws,
    createLocalJWKSet({ keys: [...signer.publicKeys().keys] }),
    {
      audience: ticketAudience,
      issuer: "assay:1",
      algorithms: ["EdDSA"],
      currentDate: new Date(now),
    },
  );
  const { aud: _, ...rest } = payload;
  assert.deepEqual(ticketSchema.parse(rest), { ...claims, iss: "assay:1", iat: now / 1_000, exp: now / 1_000 + 60 });
  assert.equal(protectedHeader.kid, signer.publicKeys().keys[0]?.kid);
});

test("a ticket is worthless after its time, for another audience, or changed", async () => {
  const jws = await signer.sign(claims, now, 60_000);
  const keys = createLocalJWKSet({ keys: [...signer.publicKeys().keys] });
  const verify = (token: string, over: object = {}) =>
    jwtVerify(token, keys, { audience: ticketAudience, currentDate: new Date(now), ...over });
  await assert.rejects(verify(jws, { currentDate: new Date(now + 61_000) }), { code: "ERR_JWT_EXPIRED" });
  await assert.rejects(verify(jws, { audience: "another" }), { code: "ERR_JWT_CLAIM_VALIDATION_FAILED" });
  const [head, , signature] = jws.split(".");
  const forged = Buffer.from(JSON.stringify({ ...claims, aud: ticketAudience, exp: now })).toString("base64url");
  await assert.rejects(verify(`${head}.${forged}.${signature}`), { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
});

test("the public keys hold no private part, and another App's key does not verify", async () => {
  for (const key of signer.publicKeys().keys) {
    assert.deepEqual([key.kty, key.crv, key.alg, "d" in key], ["OKP", "Ed25519", "EdDSA", false]);
  }
  await store.deleteFrom("keys").execute();
  const other = await loadSigner(store, "assay:1", at(1));
  const jws = await other.sign(claims, now, 60_000);
  const keys = createLocalJWKSet({ keys: [...signer.publicKeys().keys] });
  await assert.rejects(jwtVerify(jws, keys, { currentDate: new Date(now) }), { code: "ERR_JWKS_NO_MATCHING_KEY" });
  assert.notEqual(other.address("x"), signer.address("x"));
});

test("the key and the chart addresses stay the same over restarts", async () => {
  const first = await loadSigner(store, "assay:1", at(2));
  const second = await loadSigner(store, "assay:1", at(3));
  assert.deepEqual(second.publicKeys(), first.publicKeys());
  assert.equal(second.address("x"), first.address("x"));
  assert.notEqual(second.address("x"), second.address("y"));
  assert.match(first.address("x"), /^[\w-]{43}$/);
});
