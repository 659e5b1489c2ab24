/** GitHub's pages, served from its REST API. Every path that is not API, git or a known asset is answered here. */
import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readAssets } from "./assets.ts";
import { readForm } from "./body.ts";
import type { Answer, Context, User } from "./context.ts";
import { layout } from "./layout.ts";
import { type MarkdownCache, renderMarkdown } from "./markdown.ts";
import { notFound, problemPage } from "./pages/problem.ts";
import { createRest, type RestCache, RestError } from "./rest.ts";
import { type Match, match } from "./route.ts";
import { routes } from "./routes.ts";
import { cookie, csrfHolds, csrfToken, type Flash, setCookie, visitor } from "./session.ts";
import { localPath } from "./url.ts";

export type PageOptions = {
  /** Base of REST, `http://host/api/v3`. */
  readonly apiUrl: string;
  /** Who the request's cookie names; null leaves it to the cookie `user`, else the first user. */
  readonly session: (request: IncomingMessage) => User | null;
  readonly users: () => readonly User[];
};

/** Answers true when it has answered the request; false for paths that are not pages (API, git). */
export type Pages = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' http: https: data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");
const notPages = /^\/(api\/|[^/]+\/[^/]+\.git(\/|$)|[^/]+\/[^/]+\/(info\/refs|git-(upload|receive)-pack)$)/;

/** The request handler of the pages. */
export function createPages(options: PageOptions): Pages {
  const secret = randomBytes(32).toString("base64url");
  const restCache: RestCache = new Map();
  const markdownCache: MarkdownCache = new Map();
  const assets = readAssets();

  return async (request, response) => {
    const url = new URL(`http://page${request.url?.startsWith("/") ? request.url : "/"}`);
    if (notPages.test(url.pathname)) return false;
    for (const [name, value] of securityHeaders) response.setHeader(name, value);
    const asset = assets.get(url.pathname);
    if (asset !== undefined) {
      send(request, response, { status: 200, contentType: asset.contentType, body: asset.text });
      return true;
    }
    const users = options.users();
    const viewer = options.session(request) ?? visitor(request, users);
    const csrf = csrfToken(secret, viewer?.login ?? "");
    const found = match(routes, url.pathname);
    const rest = createRest(options.apiUrl, viewer?.token ?? null, restCache);
    const params = found?.params ?? { owner: "", repo: "", id: "", job: "", ref: "", path: "" };
    const repository = params.repo === "" ? null : `${params.owner}/${params.repo}`;
    const context: Context = {
      rest,
      markdown: (text, links) => renderMarkdown({ text, repository, links: links ?? null }, rest, markdownCache),
      viewer,
      users,
      csrf,
      params,
      query: url.searchParams,
      path: url.pathname + url.search,
      now: new Date(),
      draft: new Map(),
    };
    const visit = { request, response, context, found, path: url.pathname };
    if (request.method === "POST") await act(visit);
    else if (request.method === "GET" || request.method === "HEAD") await show(visit);
    else send(request, response, { status: 405, contentType: "text/plain", body: "Method not allowed" });
    return true;
  };
}

type Visit = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: Context;
  readonly found: Match | null;
  readonly path: string;
};

const securityHeaders: readonly (readonly [string, string])[] = [
  ["content-security-policy", policy],
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "same-origin"],
  ["cross-origin-opener-policy", "same-origin"],
  ["cache-control", "no-cache"],
];

async function show(visit: Visit): Promise<void> {
  const { request, response, context } = visit;
  const answer = await answerOf(visit.found, context);
  if (request.headers["x-fragment"] === "1" && answer.kind === "page") {
    send(request, response, { status: answer.status, contentType: "text/html; charset=utf-8", body: answer.body.text });
    return;
  }
  const flash = readFlash(cookie(request, "flash"));
  if (flash !== null) response.setHeader("set-cookie", setCookie("flash", ""));
  write(visit, context, answer, flash);
}

/** A form: act and go on with a redirect; when GitHub refuses, show the same page with its message and what was typed. */
async function act(visit: Visit): Promise<void> {
  const { request, response, context, found } = visit;
  const form = await readForm(request);
  const refuse = async (error: RestError) => {
    const drafted: Context = { ...context, draft: form ?? new Map() };
    const answer = await answerOf(found, drafted);
    const kept = answer.kind === "page" && answer.status === 200 ? { ...answer, status: 422 } : answer;
    write(visit, drafted, kept, { kind: "error", text: error.message });
  };
  if (form === null) return refuse(new RestError(413, "The form is too large."));
  if (!csrfHolds(context.csrf, form.get("csrf"))) {
    return refuse(
      new RestError(403, "This form was made for another session. Look at it again and send it once more."),
    );
  }
  if (visit.path === "/-/session") {
    const user = context.users.find(({ login }) => login === form.get("user"));
    const cookies = user === undefined ? [] : [setCookie("user", user.login)];
    return redirect(response, localPath(form.get("back")), cookies);
  }
  const action = found?.route.actions[form.get("action") ?? ""];
  if (action === undefined) return refuse(new RestError(404, "This page has no such action."));
  try {
    const done = await action(context, form);
    const flash =
      done.notice === null ? [] : [setCookie("flash", JSON.stringify({ kind: "notice", text: done.notice }))];
    return redirect(response, localPath(done.to), flash);
  } catch (error) {
    return refuse(error instanceof RestError ? error : new RestError(502, `The API did not answer: ${String(error)}`));
  }
}

async function answerOf(found: Match | null, context: Context): Promise<Answer> {
  if (found === null) return notFound;
  try {
    return await found.route.show(context);
  } catch (error) {
    return problemPage(error);
  }
}

function write({ request, response }: Visit, context: Context, answer: Answer, flash: Flash | null): void {
  if (answer.kind === "bytes") {
    response.setHeader("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    send(request, response, { status: 200, contentType: answer.contentType, body: answer.bytes });
    return;
  }
  const body = layout(context, answer.title, answer.body, flash).text;
  send(request, response, { status: answer.status, contentType: "text/html; charset=utf-8", body });
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  of: { readonly status: number; readonly contentType: string; readonly body: string | Buffer },
): void {
  const etag = `"${createHash("sha256").update(of.body).digest("base64url").slice(0, 22)}"`;
  const same = of.status === 200 && request.headers["if-none-match"] === etag;
  response.writeHead(same ? 304 : of.status, {
    "content-type": of.contentType,
    vary: "cookie, x-fragment",
    ...(of.status === 200 ? { etag } : {}),
  });
  response.end(same || request.method === "HEAD" ? undefined : of.body);
}

function redirect(response: ServerResponse, to: string, cookies: readonly string[]): void {
  response.writeHead(303, { location: to, ...(cookies.length === 0 ? {} : { "set-cookie": [...cookies] }) });
  response.end();
}

function readFlash(value: string | null): Flash | null {
  if (value === null) return null;
  try {
    const flash: unknown = JSON.parse(value);
    if (typeof flash !== "object" || flash === null || !("text" in flash) || typeof flash.text !== "string")
      return null;
    return { kind: "notice", text: flash.text.slice(0, 500) };
  } catch {
    return null;
  }
}
