import { spawn } from "node:child_process";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { authorize, needs } from "../auth/access.ts";
import { type Actor, accountOf } from "../auth/actor.ts";
import { authenticate } from "../auth/authenticate.ts";
import { Problem } from "../http/problem.ts";
import type { Hub } from "../hub.ts";
import type { Repository } from "../state/records.ts";
import { findRepository } from "../state/world.ts";
import { pushed } from "../webhooks/push.ts";
import { readCommands, refusal, refusedCommands } from "./push-commands.ts";
import type { RepositoryStore } from "./store.ts";

const pattern = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/u;

/** Git's own protocol over HTTP: clone, fetch and push. False for any other request. */
export async function answerGit(hub: Hub, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const url = new URL(request.url ?? "/", hub.world.url);
  const [, owner, name, what] = pattern.exec(url.pathname) ?? [];
  if (owner === undefined || name === undefined || what === undefined) return false;
  const service = what === "info/refs" ? url.searchParams.get("service") : what;
  try {
    if (service !== "git-upload-pack" && service !== "git-receive-pack")
      throw new Problem(403, "Please upgrade your git client.");
    const actor = authenticate(hub.world, request.headers.authorization);
    const repository = findRepository(hub.world, decodeURIComponent(owner), decodeURIComponent(name));
    authorize(actor, service === "git-upload-pack" ? needs("contents:read") : needs("contents:write"), repository);
    if (repository === null) throw new Problem(404, "Not Found");
    if (what === "info/refs") await advertise(hub.git(repository), service, request, response);
    else if (service === "git-upload-pack")
      await serve(hub.git(repository), service, { headers: request.headers, body: bodyOf(request) }, response);
    else await receive(hub, repository, actor, request, response);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    request.resume();
    const headers: Record<string, string> = {
      "content-type": "text/plain",
      ...(error.status === 401 ? { "www-authenticate": 'Basic realm="GitHub"' } : {}),
    };
    response.writeHead(error.status, headers).end(`${error.message}\n`);
  }
  return true;
}

function bodyOf(request: IncomingMessage): Readable {
  return request.headers["content-encoding"] === "gzip" ? request.pipe(createGunzip()) : request;
}

function protocolOf(request: { readonly headers: IncomingHttpHeaders }): Record<string, string> {
  const version = request.headers["git-protocol"];
  return typeof version === "string" && /^version=[012]$/u.test(version) ? { GIT_PROTOCOL: version } : {};
}

async function advertise(
  store: RepositoryStore,
  service: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const child = spawn("git", [service.slice("git-".length), "--stateless-rpc", "--advertise-refs", store.gitDir], {
    env: { ...store.env, ...protocolOf(request) },
    stdio: ["ignore", "pipe", "ignore"],
  });
  response.writeHead(200, { "content-type": `application/x-${service}-advertisement`, "cache-control": "no-cache" });
  const line = `# service=${service}\n`;
  response.write(`${(line.length + 4).toString(16).padStart(4, "0")}${line}0000`);
  await new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve());
    child.stdout.pipe(response, { end: false });
  });
  response.end();
}

/** Runs the service over the request; `beforeEnd` announces a push before the client hears that it is done. */
async function serve(
  store: RepositoryStore,
  service: string,
  request: { readonly headers: IncomingHttpHeaders; readonly body: Readable },
  response: ServerResponse,
  beforeEnd: () => Promise<void> = async () => undefined,
): Promise<void> {
  const child = spawn("git", [service.slice("git-".length), "--stateless-rpc", store.gitDir], {
    env: { ...store.env, ...protocolOf(request) },
    stdio: ["pipe", "pipe", "ignore"],
  });
  response.writeHead(200, { "content-type": `application/x-${service}-result`, "cache-control": "no-cache" });
  const { body } = request;
  child.stdin.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve());
    body.on("error", () => child.kill());
    body.pipe(child.stdin);
    child.stdout.pipe(response, { end: false });
  });
  await beforeEnd();
  response.end();
}

async function receive(
  hub: Hub,
  repository: Repository,
  actor: Actor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const store = hub.git(repository);
  const body = await buffer(bodyOf(request));
  const commands = readCommands(body);
  const refused = refusedCommands(hub.world, repository, actor, commands);
  if (refused.length > 0) {
    response.writeHead(200, { "content-type": "application/x-git-receive-pack-result", "cache-control": "no-cache" });
    response.end(refusal(commands, refused));
    return;
  }
  const tips = async () => new Map((await store.references("refs/")).map(({ name, sha }) => [name, sha]));
  const before = await tips();
  await serve(
    store,
    "git-receive-pack",
    { headers: request.headers, body: Readable.from([body]) },
    response,
    async () => {
      const after = await tips();
      const sender = accountOf(actor, hub.world.actionsApp) ?? hub.world.actionsApp.bot;
      for (const ref of new Set([...before.keys(), ...after.keys()])) {
        if (!/^refs\/(?:heads|tags)\//u.test(ref)) continue;
        await pushed(hub, {
          repository,
          ref,
          before: before.get(ref) ?? null,
          after: after.get(ref) ?? null,
          sender,
          byJob: actor.kind === "job",
        });
      }
    },
  );
}
