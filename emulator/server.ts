import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describeWorkflow } from "./actions/describe.ts";
import { createActionsHost } from "./actions/host.ts";
import { createResultsService, createRuntimeTokens } from "./actions/results-service.ts";
import { gitEnvironment } from "./git/run.ts";
import { answerGit } from "./git/smart-http.ts";
import { createStores } from "./git/stores.ts";
import { type RequestRecord, answerApi } from "./http/api.ts";
import { answerControl } from "./http/control.ts";
import { type Fault, createFaults } from "./http/faults.ts";
import { createPublished } from "./http/published.ts";
import { createRateLimiter } from "./http/rate.ts";
import { createRouter } from "./http/router.ts";
import type { Hub } from "./hub.ts";
import { routes } from "./rest/routes.ts";
import { createPort, createRuns } from "./runs/runs.ts";
import { type Seed, plant } from "./seed.ts";
import { programPath } from "./settings.ts";
import { fullName } from "./shapes/repository.ts";
import { createClock } from "./state/clock.ts";
import { type World, apiUrl, createWorld, findRepository } from "./state/world.ts";
import { createPages } from "./web/page.ts";
import { announceInstallations } from "./webhooks/announce.ts";
import { createWebhooks } from "./webhooks/queue.ts";

export type { Fault } from "./http/faults.ts";
export type { RequestRecord } from "./http/api.ts";
export type { Seed } from "./seed.ts";

export type EmulatorOptions = {
  /** Everything that is kept lies under here: git repositories, artifacts, the machines' work. */
  readonly folder: string;
  /** 0, the default, takes any free one. */
  readonly port?: number;
  readonly seed: Seed;
  readonly log?: (line: string) => void;
  /** Variables that every job's steps see beside GitHub's own. */
  readonly actionEnvironment?: Readonly<Record<string, string>>;
};

export type Emulator = {
  readonly url: string;
  /** As on GitHub Enterprise Server: `url` + `/api/v3`. */
  readonly apiUrl: string;
  readonly port: number;
  readonly apps: Readonly<
    Record<
      string,
      {
        readonly id: number;
        readonly privateKey: string;
        readonly installations: readonly { readonly repository: string; readonly id: number }[];
      }
    >
  >;
  /** A token for each person of the seed. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly requests: () => readonly RequestRecord[];
  /** Requests that no route of ours serves. */
  readonly unknownRequests: () => readonly RequestRecord[];
  readonly faults: { readonly inject: (fault: Fault) => string; readonly clear: () => void };
  readonly clock: { readonly now: () => Date; readonly advance: (ms: number) => void };
  /** Resolves when no webhook is under way and no run can go on without a person. */
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A whole GitHub on 127.0.0.1: REST, git, webhooks, Actions and pages. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const folder = resolve(options.folder);
  const log = options.log ?? (() => undefined);
  const home = join(folder, "home");
  await mkdir(home, { recursive: true });
  const world = createWorld(createClock(() => Date.now()));
  const stores = createStores(folder, gitEnvironment(home, programPath()));

  const server = createServer();
  const port = await listen(server, options.port ?? 0);
  world.url = `http://127.0.0.1:${port}`;
  const tokens = await plant(world, options.seed, stores.create);

  const requests: RequestRecord[] = [];
  const faults = createFaults();
  const limiter = createRateLimiter(world.clock);
  const published = createPublished(() => world.url);
  const runtimeTokens = createRuntimeTokens(randomBytes(32));
  const results = createResultsService({
    folder: join(folder, "results"),
    now: world.clock.now,
    newId: world.newId,
    baseUrl: () => world.url,
    tokens: runtimeTokens,
  });
  const hostPort = createPort(
    () => hub,
    { server: `http://github.localhost:${port}`, api: apiUrl(world) },
    (owner, name, ref) => {
      const repository = findRepository(world, owner, name);
      return repository === null
        ? Promise.reject(new Error(`no repository ${owner}/${name}`))
        : stores.checkout(repository, ref);
    },
  );
  const host = createActionsHost({
    port: hostPort,
    machines: options.seed.machines.map((machine) => ({
      id: world.newId(),
      ...machine,
      workFolder: join(folder, "machines", machine.name),
    })),
    resultsUrl: `${world.url}/`,
    tokens: runtimeTokens,
    environment: { PATH: programPath(), HOME: home, ...options.actionEnvironment },
  });
  const hub: Hub = {
    world,
    git: stores.of,
    fork: stores.fork,
    webhooks: createWebhooks(world, faults, log),
    runs: createRuns(() => hub, host),
    artifacts: results.artifacts,
    describeWorkflow,
    publish: published.publish,
    rate: limiter.rate,
    log,
  };

  const idle = () => becomeIdle(hub);
  const unknown = () => requests.filter((entry) => entry.template === null);
  const api = {
    hub,
    match: createRouter(routes),
    faults,
    limiter,
    record: (entry: RequestRecord) => requests.push(entry),
  };
  const pages = createPages({
    apiUrl: apiUrl(world),
    session: () => null,
    users: () => Object.entries(tokens).map(([login, token]) => ({ login, token })),
  });
  const control = { requests: () => requests, unknown, faults, clock: world.clock, idle };

  server.on("request", (request, response) => {
    serve(request, response).catch((error: unknown) => {
      log(
        `500 ${request.method} ${request.url}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end("Server Error\n");
    });
  });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isLocal(request.headers.host)) return void response.writeHead(421).end();
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    if (path === "/api/v3" || path.startsWith("/api/v3/")) return answerApi(api, request, response);
    if (await answerControl(control, request, response)) return;
    if (await published.answer(path, response)) return;
    if (await results.handle(request, response)) return;
    if (await answerGit(hub, request, response)) return;
    if (await pages(request, response)) return;
    response.writeHead(404, { "content-type": "text/plain" }).end("Not Found\n");
  }
  for (const app of world.apps.values()) if (app.hookUrl !== null) announceInstallations(hub, app);

  return {
    url: world.url,
    apiUrl: apiUrl(world),
    port,
    apps: appsOf(world),
    tokens,
    requests: () => requests,
    unknownRequests: unknown,
    faults: { inject: faults.inject, clear: faults.clear },
    clock: { now: world.clock.now, advance: world.clock.advance },
    idle,
    async close() {
      await hub.runs.close();
      await hub.webhooks.close();
      world.clock.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      stores.close();
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

// A page of some other site that points its name at 127.0.0.1 must not reach us.
function isLocal(host: string | undefined): boolean {
  const name = (host ?? "").replace(/:\d+$/u, "");
  return name === "127.0.0.1" || name === "localhost" || name.endsWith(".localhost");
}

function appsOf(world: World): Emulator["apps"] {
  return Object.fromEntries(
    [...world.apps.values()].map((app) => [
      app.slug,
      {
        id: app.id,
        privateKey: app.privateKey,
        installations: [...world.installations.values()]
          .filter((installation) => installation.app === app)
          .flatMap((installation) =>
            [...installation.repositories].map((repository) => ({
              repository: fullName(repository),
              id: installation.id,
            })),
          ),
      },
    ]),
  );
}

async function becomeIdle(hub: Hub): Promise<void> {
  // Twice in a row: a run that ends sends webhooks, and a webhook may start a run.
  for (let calm = 0; calm < 2; ) {
    await sleep(10);
    calm = hub.webhooks.pending() === 0 && hub.runs.active() === 0 ? calm + 1 : 0;
  }
}
