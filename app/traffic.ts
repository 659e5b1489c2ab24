import { namesSecondaryLimit } from "../github/octokit.ts";
import { createHistogram, type HistogramReading } from "./histogram.ts";
import type { Outcome } from "./webhook/receive.ts";

/** What GitHub said about a rate limit of an installation (null: of the App itself) when it was last asked. */
export type RateLimit = {
  readonly installationId: number | null;
  readonly resource: string;
  readonly limit: number;
  readonly remaining: number;
  /** ISO 8601 */
  readonly resetAt: string;
};

/** primary: so many requests an hour; secondary: too many at once, or too much written in a short time. */
export type Limit = "primary" | "secondary";

export type TrafficReading = {
  readonly webhooks: readonly { readonly outcome: Outcome; readonly count: number }[];
  /** Seconds from the first byte of a delivery's headers to its acknowledgement. */
  readonly acknowledged: HistogramReading;
  readonly requests: readonly {
    readonly route: string;
    readonly method: string;
    /** HTTP status, or "none" where no answer came. */
    readonly status: string;
    readonly count: number;
  }[];
  readonly requestSeconds: HistogramReading;
  /** Answers that asked to wait, by the kind of limit. */
  readonly limited: Readonly<Record<Limit, number>>;
  readonly rates: readonly RateLimit[];
};

/** What went over this process's two edges since it started: deliveries in, requests to GitHub out. */
export type Traffic = {
  readonly received: (outcome: Outcome, seconds: number) => void;
  /** A fetch that is counted, for the client of one installation, or with null for the App's own. */
  readonly counted: (fetch: typeof globalThis.fetch, installationId: number | null) => typeof globalThis.fetch;
  readonly read: () => TrafficReading;
};

const ackBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const requestBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

export function createTraffic(): Traffic {
  const webhooks = new Map<Outcome, number>();
  const requests = new Map<string, { route: string; method: string; status: string; count: number }>();
  const rates = new Map<string, RateLimit>();
  const acknowledged = createHistogram(ackBounds);
  const requestSeconds = createHistogram(requestBounds);
  const limited = { primary: 0, secondary: 0 };

  const count = (route: string, method: string, status: string) => {
    const key = `${method} ${route} ${status}`;
    const known = requests.get(key);
    if (known === undefined) requests.set(key, { route, method, status, count: 1 });
    else known.count += 1;
  };
  return {
    received: (outcome, seconds) => {
      webhooks.set(outcome, (webhooks.get(outcome) ?? 0) + 1);
      if (outcome === "kept" || outcome === "duplicate") acknowledged.observe(seconds);
    },
    counted: (fetch, installationId) => async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      const [route, method] = [routeOf(url), methodOf(init?.method)];
      const began = performance.now();
      try {
        const response = await fetch(input, init);
        count(route, method, String(response.status));
        const limit = await limitOf(response);
        if (limit !== null) limited[limit] += 1;
        const rate = rateOf(response.headers, installationId);
        if (rate !== null) rates.set(`${installationId} ${rate.resource}`, rate);
        return response;
      } catch (error) {
        count(route, method, "none");
        throw error;
      } finally {
        requestSeconds.observe((performance.now() - began) / 1_000);
      }
    },
    read: () => ({
      webhooks: [...webhooks].map(([outcome, times]) => ({ outcome, count: times })),
      acknowledged: acknowledged.read(),
      requests: [...requests.values()].map((one) => ({ ...one })),
      requestSeconds: requestSeconds.read(),
      limited: { ...limited },
      rates: [...rates.values()],
    }),
  };
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
const methodOf = (method = "GET") => (methods.includes(method.toUpperCase()) ? method.toUpperCase() : "other");

/** Of what a repository has, and of what its issues and its Actions have. */
const parts: readonly string[] = [
  "branches",
  "check-runs",
  "check-suites",
  "collaborators",
  "commits",
  "compare",
  "contents",
  "deployments",
  "environments",
  "git",
  "pulls",
];
const ofIssues: readonly string[] = ["comments", "reactions"];
const ofActions: readonly string[] = ["artifacts", "runs", "variables", "workflows"];

/**
 * The class of a request by its path: a word of a closed list, so that no name of a branch or file makes a new time series.
 * Exported for its test.
 */
export function routeOf(url: string): string {
  if (!URL.canParse(url)) return "other";
  const segments = new URL(url).pathname
    .replace(/^\/api\/v3(?=\/)/, "")
    .split("/")
    .slice(1);
  const [first = "", second = "", third = ""] = segments;
  if (first === "app") {
    if (second === "hook") return "app/hook";
    return second === "installations" && segments.at(-1) === "access_tokens" ? "token" : "app";
  }
  if (first === "installation") return "installation";
  if (first === "graphql") return "graphql";
  // Later pages of a list name the repository by its id.
  const rest = first === "repos" ? segments.slice(3) : first === "repositories" ? segments.slice(2) : null;
  if (rest === null) return "other";
  const [part = "", ...more] = rest;
  if (part === "") return third === "" && first === "repos" ? "other" : "repository";
  if (part === "issues") return `issues/${more.findLast((word) => ofIssues.includes(word)) ?? "issue"}`;
  if (part === "actions") return ofActions.includes(more[0] ?? "") ? `actions/${more[0]}` : "actions";
  return parts.includes(part) ? part : "other";
}

/**
 * GitHub tells of a used-up hour by what remains of it; whatever else makes it ask to wait is a secondary limit, which an
 * answer without a header names in words.
 */
async function limitOf(response: Response): Promise<Limit | null> {
  const { status, headers } = response;
  if (status !== 403 && status !== 429) return null;
  if (headers.get("x-ratelimit-remaining") === "0") return "primary";
  if (status === 429 || headers.has("retry-after")) return "secondary";
  const said = await response
    .clone()
    .text()
    .catch(() => "");
  return namesSecondaryLimit(said) ? "secondary" : null;
}

function rateOf(headers: Headers, installationId: number | null): RateLimit | null {
  const number = (name: string) => Number(headers.get(name) ?? Number.NaN);
  const [limit, remaining, reset] = [
    number("x-ratelimit-limit"),
    number("x-ratelimit-remaining"),
    number("x-ratelimit-reset"),
  ];
  if (![limit, remaining, reset].every(Number.isFinite) || Math.abs(reset) > 8e12) return null;
  const stated = headers.get("x-ratelimit-resource") ?? "core";
  const resource = /^\w{1,40}$/.test(stated) ? stated : "other";
  return { installationId, resource, limit, remaining, resetAt: new Date(reset * 1_000).toISOString() };
}
