/** ACTIONS_RUNTIME_TOKEN: says which run and job its bearer is, signed so that a job cannot say it is another. */
import { createHmac, timingSafeEqual } from "node:crypto";

export type RuntimeClaims = {
  readonly runId: number;
  readonly attempt: number;
  readonly jobId: number;
  /** `owner/name`: caches are shared inside a repository. */
  readonly repository: string;
};

export type RuntimeTokens = {
  readonly issue: (claims: RuntimeClaims, expiresAt: Date) => string;
  /** The claims of a token that is genuine and not expired, else null. */
  readonly verify: (token: string, now: Date) => RuntimeClaims | null;
  /** MAC of a text under the same key, for signed blob URLs. */
  readonly sign: (text: string) => string;
};

/** Tokens under one secret key; the Actions host issues them and the results service verifies them. */
export function createRuntimeTokens(key: Buffer | string): RuntimeTokens {
  const mac = (purpose: string, text: string) =>
    createHmac("sha256", key).update(`${purpose}\0${text}`).digest("base64url");
  return {
    issue(claims, expiresAt) {
      const body = {
        ...claims,
        scp: `Actions.Results:${claims.runId}:${claims.jobId}`,
        exp: Math.floor(expiresAt.getTime() / 1000),
      };
      const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(body)}`;
      return `${signed}.${mac("token", signed)}`;
    },
    verify(token, now) {
      const [header = "", body = "", signature = ""] = token.split(".");
      if (!equalTexts(signature, mac("token", `${header}.${body}`))) return null;
      const claims: unknown = JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
      return claimsOf(claims, now);
    },
    sign: (text) => mac("url", text),
  };
}

/** Compares two MACs in a time that does not depend on where they differ. */
export function equalTexts(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function claimsOf(value: unknown, now: Date): RuntimeClaims | null {
  if (typeof value !== "object" || value === null) return null;
  if (!("exp" in value && "runId" in value && "attempt" in value && "jobId" in value && "repository" in value))
    return null;
  const { exp, runId, attempt, jobId, repository } = value;
  if (typeof exp !== "number" || exp * 1000 <= now.getTime()) return null;
  if (typeof runId !== "number" || typeof attempt !== "number" || typeof jobId !== "number") return null;
  return typeof repository === "string" ? { runId, attempt, jobId, repository } : null;
}
