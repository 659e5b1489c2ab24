import { createHash, createHmac } from "node:crypto";
import {
  calculateJwkThumbprint,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  jwtVerify,
  SignJWT,
} from "jose";
import type { TicketClaims } from "../core/plan/effect.ts";
import { type Ticket, ticketAlgorithm, ticketAudience, ticket as ticketSchema } from "../core/ticket.ts";
import type { Store } from "./store/open.ts";
import { type KeptKey, newestKey } from "./store/signing-key.ts";

/** The App's signing key: tickets are signed with it, chart addresses are derived from it. */
export type Signer = {
  /** A compact JWS over the claims, for one run. */
  readonly sign: (claims: TicketClaims, nowMs: number, validForMs: number) => Promise<string>;
  /** The ticket that this App signed and that is still valid, or null. */
  readonly verify: (ticket: string, nowMs: number) => Promise<Ticket | null>;
  /** The public half, as JWKS. */
  readonly publicKeys: () => { readonly keys: readonly JWK[] };
  /** 256 bits nobody can guess without the key, the same for the same content. */
  readonly address: (content: string) => string;
};

/** Loads the newest signing key, or makes the first one and keeps it in the store. */
export async function loadSigner(store: Store, issuer: string, now: string): Promise<Signer> {
  const { kid, jwk } = await newestKey(store, makeKey, now);
  const secret: JWK = { ...jwk };
  const key = await importJWK(secret, ticketAlgorithm);
  const { d: privatePart, ...open } = secret;
  const publicKey = await importJWK(open, ticketAlgorithm);
  const chartKey = createHash("sha256")
    .update(`charts\n${privatePart ?? ""}`)
    .digest();
  return {
    sign: async (claims, nowMs, validForMs) => {
      const iat = Math.floor(nowMs / 1_000);
      const ticket: Ticket = { ...claims, iss: issuer, iat, exp: iat + Math.floor(validForMs / 1_000) };
      return new SignJWT({ ...ticket })
        .setProtectedHeader({ alg: ticketAlgorithm, kid, typ: "JWT" })
        .setAudience(ticketAudience)
        .sign(key);
    },
    verify: async (ticket, nowMs) => {
      try {
        const { payload } = await jwtVerify(ticket, publicKey, {
          algorithms: [ticketAlgorithm],
          audience: ticketAudience,
          issuer,
          currentDate: new Date(nowMs),
        });
        const { aud: _, ...claims } = payload;
        return ticketSchema.safeParse(claims).data ?? null;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
    publicKeys: () => ({ keys: [{ ...open, kid, alg: ticketAlgorithm, use: "sig" }] }),
    address: (content) => createHmac("sha256", chartKey).update(content).digest("base64url"),
  };
}

async function makeKey(): Promise<KeptKey> {
  const { privateKey } = await generateKeyPair(ticketAlgorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { kid: (await calculateJwkThumbprint(jwk)).slice(0, 16), jwk };
}
