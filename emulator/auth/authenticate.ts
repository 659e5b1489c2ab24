import { createPublicKey, verify } from "node:crypto";
import { z } from "zod";
import { Problem } from "../http/problem.ts";
import type { App } from "../state/records.ts";
import type { World } from "../state/world.ts";
import type { Actor } from "./actor.ts";

const claimsSchema = z.object({
  iss: z.union([z.string(), z.number()]).transform(String),
  iat: z.number().int(),
  exp: z.number().int(),
});
const headerSchema = z.object({ alg: z.literal("RS256") });

/** Who the Authorization header names; throws 401 for a bad one. `token`, `Bearer` and Basic (git) are understood. */
export function authenticate(world: World, header: string | undefined): Actor {
  if (header === undefined || header === "") return { kind: "anonymous" };
  const [scheme = "", value = ""] = header.trim().split(/\s+/u);
  const kind = scheme.toLowerCase();
  if (kind === "basic") {
    const text = Buffer.from(value, "base64").toString("utf8");
    return byToken(world, text.slice(text.indexOf(":") + 1));
  }
  if (kind !== "bearer" && kind !== "token") throw badCredentials();
  return value.split(".").length === 3 ? byJwt(world, value) : byToken(world, value);
}

function badCredentials(): Problem {
  return new Problem(401, "Bad credentials");
}

function byToken(world: World, token: string): Actor {
  const actor = world.tokens.get(token);
  if (actor === undefined) throw badCredentials();
  if (actor.kind === "installation" && actor.expiresAt <= world.clock.now().getTime()) throw badCredentials();
  return actor;
}

function byJwt(world: World, token: string): Actor {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const claims = claimsSchema.safeParse(json(payload));
  if (!claims.success || !headerSchema.safeParse(json(header)).success)
    throw new Problem(401, "A JSON web token could not be decoded");
  const app = [...world.apps.values()].find((app) => String(app.id) === claims.data.iss);
  if (app === undefined) throw new Problem(401, "'Issuer' claim ('iss') must be an Integer");
  if (!signedBy(app, `${header}.${payload}`, signature))
    throw new Problem(401, "A JSON web token could not be decoded");

  const now = Math.floor(world.clock.now().getTime() / 1000);
  const { iat, exp } = claims.data;
  // The words are GitHub's: clients recognize a clock that runs ahead or behind by them.
  if (iat > now + 60)
    throw new Problem(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  if (exp <= now)
    throw new Problem(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp - now > 600) throw new Problem(401, "'Expiration time' claim ('exp') is too far in the future");
  return { kind: "app", app };
}

function signedBy(app: App, text: string, signature: string): boolean {
  return verify("sha256", Buffer.from(text), createPublicKey(app.publicKey), Buffer.from(signature, "base64url"));
}

function json(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}
