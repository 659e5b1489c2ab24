import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { authorize } from "../auth/access.ts";
import { type Actor, accountOf, actorName, appOf } from "../auth/actor.ts";
import { authenticate } from "../auth/authenticate.ts";
import type { Hub, Rate } from "../hub.ts";
import { findRepository } from "../state/world.ts";
import { checkBody, parseJson, readBody } from "./body.ts";
import type { Faults, RestFault } from "./faults.ts";
import { linkTo, paginate } from "./page.ts";
import { Problem } from "./problem.ts";
import type { RateLimiter } from "./rate.ts";
import type { Call, Reply } from "./route.ts";
import type { Match } from "./router.ts";

export type RequestRecord = {
  readonly method: string;
  /** GitHub's route template, null when no route of ours matched. */
  readonly template: string | null;
  readonly path: string;
  readonly actor: string;
  /** 0 when the connection was dropped on purpose. */
  readonly status: number;
  readonly at: string;
  readonly durationMs: number;
};

export type ApiParts = {
  readonly hub: Hub;
  readonly match: (method: string, path: string) => Match | null;
  readonly faults: Faults;
  readonly limiter: RateLimiter;
  readonly record: (entry: RequestRecord) => void;
};

const prefix = "/api/v3";

/** Answers one REST request: find, authenticate, authorize, perform, write. */
export async function answerApi(parts: ApiParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const started = performance.now();
  const { hub, faults, limiter } = parts;
  const url = new URL(request.url ?? "/", hub.world.url);
  // What lies beside REST, such as GraphQL, is unknown here and recorded as it came.
  const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) || "/" : url.pathname;
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
  const match = parts.match(method, path);
  let actor: Actor = { kind: "anonymous" };
  const note = (status: number) =>
    parts.record({
      method,
      // A query that the route of GraphQL does not know is as unknown as a route.
      template: status === 501 ? null : (match?.route.template ?? null),
      path: path + url.search,
      actor: actorName(actor),
      status,
      at: hub.world.clock.now().toISOString(),
      durationMs: Math.round((performance.now() - started) * 100) / 100,
    });

  const headers: Record<string, string> = { date: hub.world.clock.now().toUTCString() };
  let fault: RestFault | null = null;
  let reply: Reply;
  try {
    const body = await readBody(request);
    actor = authenticate(hub.world, request.headers.authorization);
    fault = faults.rest({
      method,
      path: path + url.search,
      template: match?.route.template ?? null,
      actor: actorName(actor),
    });
    if (fault?.kind === "timeout") {
      await sleep(fault.ms);
      note(0);
      request.socket.destroy();
      return;
    }
    if (fault?.kind === "status")
      throw new Problem(fault.code, fault.message ?? faultMessage(fault.code), { headers: fault.headers ?? {} });
    reply = await perform(hub, match, {
      method,
      path,
      url,
      actor,
      body,
      accept: request.headers.accept ?? "",
      headers,
    });
  } catch (error) {
    reply = problemReply(hub, error, headers);
  }
  if (fault?.kind === "lose-response") {
    note(0);
    if (fault.afterMs !== undefined) await sleep(fault.afterMs);
    request.socket.destroy();
    return;
  }
  const status = write({
    reply,
    headers,
    request,
    response,
    isCut: fault?.kind === "cut",
    rate: (counted) => (counted ? limiter.count(actor) : limiter.rate(actor)),
  });
  note(status);
}

type Asked = {
  readonly method: string;
  readonly path: string;
  readonly url: URL;
  readonly actor: Actor;
  readonly body: Buffer;
  readonly accept: string;
  readonly headers: Record<string, string>;
};

async function perform(hub: Hub, match: Match | null, asked: Asked): Promise<Reply> {
  const { method, path, url, actor, headers } = asked;
  if (match === null) throw new Problem(501, `The emulator does not serve ${method} ${path}`);
  const { route, parameters } = match;
  const inside = route.template.startsWith("/repos/{owner}/{repo}");
  const repository = inside ? findRepository(hub.world, parameters["owner"] ?? "", parameters["repo"] ?? "") : null;
  authorize(actor, route.access, repository);
  if (route.access.kind === "repository")
    headers["x-accepted-github-permissions"] = route.access.anyOf.map((need) => need.replace(":", "=")).join("; ");
  const call: Call = {
    hub,
    actor,
    sender: accountOf(actor, hub.world.actionsApp) ?? hub.world.actionsApp.bot,
    via: appOf(actor, hub.world.actionsApp),
    parameters,
    query: url.searchParams,
    accept: asked.accept,
    read: (schema) => checkBody(schema, parseJson(asked.body)),
    page(items) {
      const { items: shown, link } = paginate(items, url);
      if (link !== null) headers["link"] = link;
      return shown;
    },
    linkNext: (more) => (headers["link"] = linkTo(url, more, "next")),
  };
  return route.handle(call, repository === null ? null : { repository, git: hub.git(repository) });
}

function faultMessage(code: number): string {
  if (code === 403 || code === 429)
    return "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  return code === 502 ? "Server Error" : "Service unavailable";
}

function problemReply(hub: Hub, error: unknown, headers: Record<string, string>): Reply {
  if (error instanceof Problem) {
    Object.assign(headers, error.headers);
    return { status: error.status, body: problemBody(error.status, error.message, error.errors) };
  }
  hub.log(`500: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return { status: 500, body: problemBody(500, "Server Error", null) };
}

function problemBody(status: number, message: string, errors: readonly unknown[] | null) {
  return {
    message,
    ...(errors === null ? {} : { errors }),
    documentation_url: "https://docs.github.com/rest",
    status: String(status),
  };
}

function write(parts: {
  reply: Reply;
  headers: Record<string, string>;
  request: IncomingMessage;
  response: ServerResponse;
  isCut: boolean;
  rate: (counted: boolean) => Rate;
}): number {
  const { reply, headers, request, response, isCut } = parts;
  const bytes = bytesOf(reply);
  const status = answerStatus(reply, bytes, headers, request);
  // A conditional request that found nothing new is free.
  const { limit, remaining, used, reset } = parts.rate(status !== 304);
  Object.assign(headers, {
    "x-github-request-id": randomUUID(),
    "x-github-media-type": "github.v3; format=json",
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-used": String(used),
    "x-ratelimit-reset": String(reset),
    "x-ratelimit-resource": "core",
  });
  // A fault may have said that nothing is left.
  headers["x-ratelimit-remaining"] ??= String(remaining);
  const silent = status === 204 || status === 304 || request.method === "HEAD";
  if (!silent) headers["content-length"] = String(bytes.length);
  if (isCut && (silent || bytes.length === 0)) {
    // Of an answer without a body there is no middle: it does not arrive at all.
    request.socket.destroy();
    return 0;
  }
  response.writeHead(status, headers);
  if (isCut) {
    response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroy());
    return 0;
  }
  response.end(silent ? undefined : bytes);
  return status;
}

function bytesOf(reply: Reply): Buffer {
  if ("location" in reply) return Buffer.alloc(0);
  if ("bytes" in reply) return Buffer.from(reply.bytes);
  return Buffer.from(reply.status === 204 ? "" : JSON.stringify(reply.body));
}

function answerStatus(reply: Reply, bytes: Buffer, headers: Record<string, string>, request: IncomingMessage): number {
  if ("location" in reply) {
    headers["location"] = reply.location;
    return reply.status;
  }
  headers["content-type"] = "type" in reply ? reply.type : "application/json; charset=utf-8";
  if (reply.status !== 200 || (request.method !== "GET" && request.method !== "HEAD")) return reply.status;
  const tag = `W/"${createHash("sha1").update(bytes).digest("hex")}"`;
  headers["etag"] = tag;
  headers["cache-control"] = "private, max-age=60, s-maxage=60";
  const known = request.headers["if-none-match"];
  return known !== undefined && known.split(/,\s*/u).includes(tag) ? 304 : 200;
}
