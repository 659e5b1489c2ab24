/**
 * GitHub's REST API as the pages read it. Routes and answers are typed by GitHub's own description, so a page cannot
 * ask for something that GitHub does not have. This is the one place that trusts an answer to have its declared shape.
 */
import type { paths } from "@octokit/openapi-types";

type Ok<Body> = { get: { responses: { 200: { content: { "application/json": Body } } } } };
export type GetPath = { [P in keyof paths]: paths[P] extends Ok<unknown> ? P : never }[keyof paths];
export type Answer<P extends GetPath> = paths[P] extends Ok<infer Body> ? Body : never;
/** Values for `{placeholders}` of the route; what is left goes to the query. */
export type RestParams = Readonly<Record<string, string | number | bigint | undefined>>;
/**
 * Routes that can be written to. GitHub's own page presses the buttons of a check run through a route that is not in the
 * public description; the stand-in has it under this name.
 */
export type SendPath = keyof paths | "/repos/{owner}/{repo}/check-runs/{check_run_id}/requested_action";
export type Method = "POST" | "PUT" | "PATCH" | "DELETE";

export type Rest = {
  readonly get: <P extends GetPath>(path: P, params?: RestParams) => Promise<Answer<P>>;
  /** Null when GitHub answers 404. */
  readonly find: <P extends GetPath>(path: P, params?: RestParams) => Promise<Answer<P> | null>;
  /** Every page of a list, following `Link: rel="next"`, at most ten pages of a hundred. */
  readonly pages: <P extends GetPath>(path: P, params?: RestParams) => Promise<readonly Answer<P>[]>;
  /** A route that answers text (logs), kept when it can never change; null on 404 and 410. */
  readonly text: (path: keyof paths, params: RestParams, of: { readonly lasting: boolean }) => Promise<string | null>;
  readonly send: (method: Method, path: SendPath, params: RestParams, body?: object) => Promise<unknown>;
  readonly markdown: (text: string, repository: string | null) => Promise<string>;
};

/** GitHub refused: its status and its own message. */
export class RestError extends Error {
  override readonly name = "RestError";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Kept = { readonly etag: string; readonly body: unknown; readonly next: string | null };
/** Answers kept by entity tag: a page that polls costs GitHub's rate limit nothing while nothing changes. */
export type RestCache = Map<string, Kept>;

const maxKept = 2000;
const maxPages = 10;
const timeoutMs = 20_000;

/** A client for one visitor. `apiUrl` is the base of REST, `…/api/v3`, without a slash at the end. */
export function createRest(apiUrl: string, token: string | null, cache: RestCache): Rest {
  const headers: Record<string, string> = { accept: "application/vnd.github+json", "user-agent": "emulator-web" };
  if (token !== null) headers["authorization"] = `Bearer ${token}`;

  async function call(url: string, init: { method?: string; body?: object; etag?: string }): Promise<Response> {
    const response = await fetch(url, {
      method: init.method ?? "GET",
      headers: {
        ...headers,
        ...(init.etag === undefined ? {} : { "if-none-match": init.etag }),
        ...(init.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.ok || response.status === 304) return response;
    throw new RestError(response.status, messageOf(await response.text(), response.status));
  }

  async function read(url: string): Promise<{ body: unknown; next: string | null }> {
    const key = `${token ?? ""} ${url}`;
    const kept = cache.get(key);
    const response = await call(url, kept === undefined ? {} : { etag: kept.etag });
    if (response.status === 304 && kept !== undefined) return kept;
    const body: unknown = await response.json();
    const next = nextOf(response.headers.get("link"));
    const etag = response.headers.get("etag");
    if (etag !== null) keep(cache, key, { etag, body, next });
    return { body, next };
  }

  const get = async <P extends GetPath>(path: P, params: RestParams = {}) =>
    (await read(apiUrl + fill(path, params))).body as Answer<P>;

  return {
    get,
    find: (path, params) => get(path, params).catch(nullOn(404)),
    pages: async <P extends GetPath>(path: P, params: RestParams = {}) => {
      const bodies: Answer<P>[] = [];
      let url: string | null = apiUrl + fill(path, { per_page: 100, ...params });
      while (url !== null && bodies.length < maxPages) {
        const { body, next } = await read(url);
        bodies.push(body as Answer<P>);
        // Never follow a link to another host: the request carries the visitor's token.
        url = next?.startsWith(`${apiUrl}/`) ? next : null;
      }
      return bodies;
    },
    text: async (path, params, { lasting }) => {
      const url = apiUrl + fill(path, params);
      const key = `text ${token ?? ""} ${url}`;
      const kept = cache.get(key)?.body;
      if (typeof kept === "string") return kept;
      const response = await call(url, {}).catch(nullOn(404, 410));
      const text = (await response?.text()) ?? null;
      if (lasting && text !== null) keep(cache, key, { etag: "", body: text, next: null });
      return text;
    },
    send: async (method, path, params, body) => {
      const response = await call(apiUrl + fill(path, params), { method, ...(body === undefined ? {} : { body }) });
      const text = await response.text();
      return text === "" ? null : parse(text);
    },
    markdown: async (text, repository) => {
      const body = repository === null ? { text, mode: "markdown" } : { text, mode: "gfm", context: repository };
      return (await call(`${apiUrl}/markdown`, { method: "POST", body })).text();
    },
  };
}

/** Puts values into `{placeholders}` (a `{path}` keeps its slashes) and the rest into the query. */
export function fill(path: string, params: RestParams): string {
  const query = new URLSearchParams();
  const left = new Map(Object.entries(params));
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(left.get(name) ?? "");
    left.delete(name);
    return name === "path" ? value.split("/").map(encodeURIComponent).join("/") : encodeURIComponent(value);
  });
  for (const [name, value] of left) if (value !== undefined) query.set(name, String(value));
  const search = query.toString();
  // The root folder's path is empty, and its route has no slash at the end.
  const route = filled.replace(/\/$/, "");
  return search === "" ? route : `${route}?${search}`;
}

function keep(cache: RestCache, key: string, value: Kept): void {
  cache.delete(key);
  cache.set(key, value);
  const oldest = cache.size > maxKept ? cache.keys().next().value : undefined;
  if (oldest !== undefined) cache.delete(oldest);
}

function nextOf(link: string | null): string | null {
  return /<([^>]+)>;\s*rel="next"/.exec(link ?? "")?.[1] ?? null;
}

function nullOn(...statuses: readonly number[]): (error: unknown) => null {
  return (error) => {
    if (error instanceof RestError && statuses.includes(error.status)) return null;
    throw error;
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** GitHub's `message`, with the messages of `errors` when it lists any. */
function messageOf(text: string, status: number): string {
  const body = parse(text);
  if (!isRecord(body) || typeof body["message"] !== "string") return `GitHub answered ${status}`;
  const errors = Array.isArray(body["errors"]) ? body["errors"] : [];
  const details = errors.flatMap((error: unknown) => {
    if (typeof error === "string") return [error];
    return isRecord(error) && typeof error["message"] === "string" ? [error["message"]] : [];
  });
  return details.length === 0 ? body["message"] : `${body["message"]}: ${details.join("; ")}`;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
