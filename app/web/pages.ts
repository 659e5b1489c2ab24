import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import manifest from "../../package.json" with { type: "json" };
import type { Signer } from "../keys.ts";
import { readChart } from "../store/charts.ts";
import { pingStore, readFigures } from "../store/figures.ts";
import type { Store } from "../store/open.ts";
import { readStatus } from "../store/status.ts";
import type { Traffic } from "../traffic.ts";
import { dashboardPolicy, renderDashboard } from "./dashboard.ts";
import { renderMetrics } from "./metrics.ts";
import { watchProcess } from "./process-watch.ts";
import { createTally } from "./tally.ts";

export type PagesOptions = {
  readonly store: Store;
  readonly signer: Signer;
  readonly ready: () => boolean;
  /** Whether a delivery could be kept, as far as those that came tell. */
  readonly takesWrites?: () => Promise<boolean>;
  readonly log: Logger;
  readonly traffic: Traffic;
  /** Where GitHub's own pages are, such as https://github.com. */
  readonly webUrl: string;
  readonly now: () => Date;
};

type Answer = {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly cache?: string;
  readonly policy?: string;
};

const security = {
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;
/** A store that does not answer within this is not there. */
const pingTimeoutMs = 2_000;

/** The App's own pages: dashboard, health, metrics, public keys and charts. Answers true when the request was its. */
export function createPages(
  options: PagesOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const route = createRoutes(options);
  return async (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    let answer: Answer | null;
    try {
      answer = await route(path);
    } catch (error) {
      options.log.error({ err: error, path }, "a page could not be made");
      answer = text(500, "The page could not be made; the log says why.\n");
    }
    if (answer === null) return false;
    response.writeHead(answer.status, {
      ...security,
      ...(answer.policy === undefined ? {} : { "content-security-policy": answer.policy }),
      "content-type": answer.type,
      "cache-control": answer.cache ?? "no-store",
    });
    response.end(request.method === "HEAD" ? undefined : answer.body);
    return true;
  };
}

function createRoutes({ store, signer, ready, takesWrites = async () => true, traffic, webUrl, now }: PagesOptions) {
  const tally = createTally(store, now().toISOString());
  const readProcess = watchProcess();
  const version = manifest.version;
  const dashboard = oneAtATime(async () =>
    renderDashboard({
      status: await readStatus(store),
      ready: ready(),
      rates: traffic.read().rates,
      now: now(),
      version,
      webUrl,
    }),
  );
  const metrics = oneAtATime(async () =>
    renderMetrics({
      now: now(),
      version,
      ready: ready(),
      storeSeconds: await pingStore(store),
      figures: await readFigures(store),
      tally: await tally(now()),
      traffic: traffic.read(),
      process: readProcess(),
    }),
  );
  return async (path: string): Promise<Answer | null> => {
    switch (path) {
      case "/":
        return { status: 200, type: "text/html; charset=utf-8", body: await dashboard(), policy: dashboardPolicy };
      case "/healthz":
        return text(200, "ok\n");
      case "/readyz":
        return ready() && (await isReachable(store, takesWrites)) ? text(200, "ready\n") : text(503, "not ready\n");
      case "/metrics":
        return { status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body: await metrics() };
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
  };
}

/** Whoever asks while an answer is being made waits for the next one, together with all others: many ask for no more than one. */
function oneAtATime<T>(make: () => Promise<T>): () => Promise<T> {
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | null = null;
  return () => {
    next ??= current.then(() => {
      next = null;
      const made = make();
      current = made.catch(() => undefined);
      return made;
    });
    return next;
  };
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

async function isReachable(store: Store, takesWrites: () => Promise<boolean>): Promise<boolean> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), pingTimeoutMs);
  const isThere = async () => (await pingStore(store)) !== null && (await takesWrites());
  const there = await Promise.race([isThere(), late.promise]);
  clearTimeout(timer);
  return there === true;
}

function text(status: number, body: string): Answer {
  return { status, type: "text/plain; charset=utf-8", body };
}
