import { mkdir } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { assemble, type EmulatorOptions } from "./assembly.ts";
import { type Leap, leap } from "./auth/leap.ts";
import { gitEnvironment } from "./git/run.ts";
import { answerGit } from "./git/smart-http.ts";
import { createStores } from "./git/stores.ts";
import { answerApi, type RequestRecord } from "./http/api.ts";
import { answerControl } from "./http/control.ts";
import { createFaults, type Faults } from "./http/faults.ts";
import { Problem } from "./http/problem.ts";
import { createPublished } from "./http/published.ts";
import { createRateLimiter } from "./http/rate.ts";
import { createRouter } from "./http/router.ts";
import type { Hub } from "./hub.ts";
import { routes } from "./rest/routes.ts";
import { onDefaultBranch } from "./runs/trigger.ts";
import { plant } from "./seed.ts";
import { programPath } from "./settings.ts";
import { fullName } from "./shapes/repository.ts";
import { createClock } from "./state/clock.ts";
import { apiUrl, createWorld, findRepository, type World } from "./state/world.ts";
import { createPages } from "./web/page.ts";
import { announceInstallations } from "./webhooks/announce.ts";

export type { EmulatorOptions } from "./assembly.ts";
export type { RequestRecord } from "./http/api.ts";
export type { Fault } from "./http/faults.ts";
export type { Seed } from "./seed.ts";

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
  readonly faults: Pick<Faults, "inject" | "clear" | "made">;
  readonly clock: { readonly now: () => Date; readonly advance: (ms: number, leap?: Leap) => void };
  /** Resolves when no request is being answered, no webhook is under way and no run can go on without a person. */
  readonly idle: () => Promise<void>;
  /** Starts the scheduled workflows of `owner/name`, as their cron would. */
  readonly schedule: (repository: string) => Promise<void>;
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

  const faults = createFaults();
  const limiter = createRateLimiter(world.clock);
  const published = createPublished(() => world.url);
  const { hub, results } = assemble({ options, folder, home, world, stores, faults, limiter, published, log });
  const requests: RequestRecord[] = [];
  let answering = 0;
  const answerRest = async (request: IncomingMessage, response: ServerResponse) => {
    answering += 1;
    try {
      await answerApi(api, request, response);
    } finally {
      answering -= 1;
    }
  };
  const idle = () => becomeIdle(hub, () => answering);
  const advance = (ms: number, how?: Leap) => leap(world, ms, how);
  const schedule = (name: string) => runScheduled(hub, name);
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
  const control = { requests: () => requests, unknown, faults, now: world.clock.now, advance, idle, schedule };

  const layers: readonly Layer[] = [
    async (request, response) => isApi(pathOf(request)) && (await answerRest(request, response), true),
    (request, response) => answerControl(control, request, response),
    (request, response) => published.answer(pathOf(request), response),
    results.handle,
    (request, response) => answerGit(hub, request, response),
    pages,
  ];
  server.on("request", (request, response) => void answer(layers, request, response, log));
  for (const app of world.apps.values()) if (app.hookUrl !== null) announceInstallations(hub, app);

  return {
    url: world.url,
    apiUrl: apiUrl(world),
    port,
    apps: appsOf(world),
    tokens,
    requests: () => requests,
    unknownRequests: unknown,
    faults,
    clock: { now: world.clock.now, advance },
    idle,
    schedule,
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

type Layer = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const pathOf = (request: IncomingMessage): string => (request.url ?? "/").split("?", 1)[0] ?? "/";
const isApi = (path: string): boolean => path.startsWith("/api/");

/** The first layer that knows the path answers it. */
async function answer(
  layers: readonly Layer[],
  request: IncomingMessage,
  response: ServerResponse,
  log: (line: string) => void,
): Promise<void> {
  try {
    if (!isLocal(request.headers.host)) return void response.writeHead(421).end();
    for (const layer of layers) if (await layer(request, response)) return;
    response.writeHead(404, { "content-type": "text/plain" }).end("Not Found\n");
  } catch (error) {
    log(
      `500 ${request.method} ${request.url}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
    response.end("Server Error\n");
  }
}

async function runScheduled(hub: Hub, name: string): Promise<void> {
  const [owner = "", repo = ""] = name.split("/");
  const repository = findRepository(hub.world, owner, repo);
  if (repository === null) throw new Problem(404, `no repository ${name}`);
  await onDefaultBranch(hub, repository, "schedule", null, {}, repository.owner);
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

async function becomeIdle(hub: Hub, answering: () => number): Promise<void> {
  // Twice in a row: a run that ends sends webhooks, and a webhook may start a run.
  for (let calm = 0; calm < 2; ) {
    await sleep(10);
    calm = hub.webhooks.pending() === 0 && hub.runs.active() === 0 && answering() === 0 ? calm + 1 : 0;
  }
}
