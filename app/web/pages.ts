import type { IncomingMessage, ServerResponse } from "node:http";
import { sql } from "kysely";
import type { Logger } from "pino";
import type { Signer } from "../keys.ts";
import { readChart } from "../store/charts.ts";
import type { Store } from "../store/open.ts";
import { readStatus } from "../store/status.ts";
import { renderDashboard } from "./dashboard.ts";
import { renderMetrics } from "./metrics.ts";

export type PagesOptions = {
  readonly store: Store;
  readonly signer: Signer;
  readonly ready: () => boolean;
  readonly log: Logger;
};

type Answer = {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly cache?: string;
};

const security = {
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

/** The App's own pages: dashboard, health, metrics, public keys and charts. Answers true when the request was its. */
export function createPages(
  options: PagesOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  return async (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    let answer: Answer | null;
    try {
      answer = await route(path, options);
    } catch (error) {
      options.log.error({ err: error, path }, "a page could not be made");
      answer = text(500, "The page could not be made; the log says why.\n");
    }
    if (answer === null) return false;
    response.writeHead(answer.status, {
      ...security,
      "content-type": answer.type,
      "cache-control": answer.cache ?? "no-store",
    });
    response.end(request.method === "HEAD" ? undefined : answer.body);
    return true;
  };
}

async function route(path: string, { store, signer, ready }: PagesOptions): Promise<Answer | null> {
  switch (path) {
    case "/":
      return { status: 200, type: "text/html; charset=utf-8", body: renderDashboard(await readStatus(store)) };
    case "/healthz":
      return text(200, "ok\n");
    case "/readyz":
      return ready() && (await isReachable(store)) ? text(200, "ready\n") : text(503, "not ready\n");
    case "/metrics":
      return {
        status: 200,
        type: "text/plain; version=0.0.4; charset=utf-8",
        body: renderMetrics(await readStatus(store)),
      };
    case "/.well-known/jwks.json":
      return {
        status: 200,
        type: "application/json",
        body: JSON.stringify(signer.publicKeys()),
        cache: "public, max-age=300",
      };
    default:
      return chart(path, store);
  }
}

/** Addresses are derived from the content with a secret key: they cannot be guessed and never change their content. */
async function chart(path: string, store: Store): Promise<Answer | null> {
  const [, token, format] = /^\/charts\/([\w-]{43})\.(png|svg)$/.exec(path) ?? [];
  if (token === undefined) return null;
  const found = await readChart(store, token);
  if (found === null) return text(404, "no such chart\n");
  const cache = "public, max-age=31536000, immutable";
  return format === "png"
    ? { status: 200, type: "image/png", body: found.png, cache }
    : { status: 200, type: "image/svg+xml", body: found.svg, cache };
}

async function isReachable(store: Store): Promise<boolean> {
  try {
    await sql`select 1`.execute(store);
    return true;
  } catch {
    return false;
  }
}

function text(status: number, body: string): Answer {
  return { status, type: "text/plain; charset=utf-8", body };
}
