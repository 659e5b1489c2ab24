import { type Logger, pino } from "pino";
import { Probot, ProbotOctokit, Server } from "probot";
import type { Event } from "../core/plan/event.ts";
import { appLogin, branchHead, installationIds, installedRepositories } from "../github/installations.ts";
import { type Client, clientFor, statusOf } from "../github/octokit.ts";
import { configReader } from "./configs.ts";
import { loadSigner } from "./keys.ts";
import { laneOfDelivery } from "./narrow.ts";
import { createProgress, type ToldProgress } from "./progress.ts";
import { startRedelivery } from "./redelivery.ts";
import type { Settings } from "./settings.ts";
import { githubProblem, storeProblem } from "./start-problem.ts";
import { keep } from "./store/inbox.ts";
import { RevisionConflict } from "./store/memory.ts";
import { openStore, type Store } from "./store/open.ts";
import { originOfRun } from "./store/runs.ts";
import { createPages } from "./web/pages.ts";
import { decideEvent, startWorker, type WorkerOptions } from "./worker.ts";

export type App = {
  readonly port: number;
  readonly url: string;
  readonly store: Store;
  /** Resolves when every delivery and every effect that is due has been worked off. */
  readonly idle: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export const webhookPath = "/api/github/webhooks";
/** How long requests under way may take when the App is asked to end. */
const lastAnswersMs = 2_000;
/** GitHub itself gives up on a request after ten seconds. */
const requestTimeoutMs = 15_000;

/**
 * Starts the App: 1. the store, 2. Probot's server, which verifies each webhook and keeps it in the inbox before it
 * answers, 3. the worker that plans and performs, 4. a look at every installed repository, and at the deliveries that
 * did not arrive, for what was missed.
 */
export async function startApp(settings: Settings, log: Logger = createLog(settings)): Promise<App> {
  const now = () => new Date();
  const apiUrl = settings.apiUrl ?? "https://api.github.com";
  log.info(
    { api: apiUrl, app: settings.appId, store: settings.databaseUrl === null ? "embedded" : "server" },
    "starting",
  );
  if (settings.publicUrl === null)
    log.info("ASSAY_PUBLIC_URL is not set: comments show charts as text instead of images");
  const store = await openStore(settings).catch((error: unknown) => {
    throw storeProblem(error, settings.databaseUrl);
  });
  const server = createServer(settings, log);
  try {
    const signer = await loadSigner(store, `assay:${settings.appId}`, now().toISOString());
    const probot = await loadProbot(server);
    const state: Wiring = { ready: false, wake: () => {}, told: async () => false };
    probot.onAny(async ({ id, name, payload }) => {
      const fresh = await keep(store, { id, name, payload, lane: laneOfDelivery(payload) }, now().toISOString());
      log.debug({ delivery: id, event: name, fresh }, "kept a delivery");
      state.wake();
    });
    server.addHandler(createProgress({ signer, log, now, told: (event) => state.told(event) }));
    server.addHandler(createPages({ store, signer, ready: () => state.ready, log }));
    const http = await server.start();
    const login = await appLogin(await probot.auth()).catch((error: unknown) => {
      throw githubProblem(error, apiUrl);
    });
    const url = settings.publicUrl ?? `http://${settings.host}:${server.port}`;
    const options: WorkerOptions = {
      store,
      signer,
      log,
      login,
      publicUrl: settings.publicUrl,
      now,
      slots: 4,
      configAt: configReader(),
      octokitFor: (id) => probot.auth(id),
    };
    await catchUp(probot, options);
    const worker = startWorker(options);
    state.wake = worker.wake;
    state.ready = true;
    worker.wake();
    state.told = (event) => tell(event, options, worker.wake);
    const stopRedelivery = startRedelivery({ store, log, now, octokit: () => probot.auth() });
    const stop = async () => {
      state.ready = false;
      await stopRedelivery();
      // Browsers hold connections open on which they never ask anything; those would hold up the end for minutes.
      const timer = setTimeout(() => http.closeAllConnections(), lastAnswersMs);
      await server.stop();
      clearTimeout(timer);
      await worker.stop();
      await store.destroy();
    };
    return { port: server.port, url, store, idle: worker.idle, stop };
  } catch (error) {
    await server.stop();
    await store.destroy();
    throw error;
  }
}

/** What the server's handlers reach once everything has started. */
type Wiring = { ready: boolean; wake: () => void; told: (event: ToldProgress) => Promise<boolean> };

/** Shows how far a training is. Whoever wrote the same job meanwhile knew better: the next word of it will do. */
async function tell(event: ToldProgress, options: WorkerOptions, wake: () => void): Promise<boolean> {
  const origin = await originOfRun(options.store, event.nonce);
  if (origin === null) return false;
  const at = options.now().toISOString();
  try {
    await decideEvent({ ...origin, ...event, at }, options, "progress", async () => {});
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
  }
  wake();
  return true;
}

/** Errors are logged by what they say: the request of a failed dispatch holds a ticket, which no log may hold. */
export function createLog(settings: Pick<Settings, "logLevel">): Logger {
  const err = (error: unknown) =>
    error instanceof Error
      ? { type: error.name, message: error.message, status: statusOf(error), stack: error.stack }
      : { type: typeof error };
  return pino({ level: settings.logLevel, serializers: { err } });
}

function createServer(settings: Settings, log: Logger): Server {
  // The outbox tries again, and looks first for what a lost answer left behind; Octokit's own retries would not look.
  // The outbox keeps a budget for each installation, which all replicas share; Octokit's throttle knows only its own
  // process and would hold up everybody behind one busy installation. Probot sets throttle options of its own on the
  // way, so the switch has to be put into whatever arrives. A request that hangs is a request that failed.
  const octokit = ProbotOctokit.defaults((options: { readonly throttle?: object; readonly request?: object }) => ({
    ...options,
    retry: { enabled: false },
    throttle: { ...options.throttle, enabled: false },
    request: { ...options.request, fetch: fetchWithin(requestTimeoutMs) },
  }));
  return new Server({
    Probot: Probot.defaults({
      appId: settings.appId,
      privateKey: settings.privateKey,
      secret: settings.webhookSecret,
      log,
      Octokit: octokit,
      ...(settings.apiUrl === null ? {} : { baseUrl: settings.apiUrl }),
    }),
    host: settings.host,
    port: settings.port,
    webhookPath,
    log,
    // A line for each request only when somebody looks for it.
    loggingOptions: { autoLogging: settings.logLevel === "debug" || settings.logLevel === "trace" },
    enableStaticFiles: false,
    enablePing: false,
  });
}

function fetchWithin(timeoutMs: number): typeof fetch {
  return (input, init) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal == null ? timeout : AbortSignal.any([init.signal, timeout]);
    return fetch(input, { ...init, signal });
  };
}

async function loadProbot(server: Server): Promise<Probot> {
  return new Promise((resolve, reject) => {
    server.load((probot) => resolve(probot)).catch(reject);
  });
}

/** Visits every installed repository: publishes keys and adopts models, whatever webhooks were missed meanwhile. */
async function catchUp(probot: Probot, options: WorkerOptions): Promise<void> {
  for (const installationId of await installationIds(await probot.auth())) {
    const octokit = await probot.auth(installationId);
    const repositories = await installedRepositories(octokit, installationId).catch((error: unknown) => {
      options.log.warn({ err: error, installationId }, "an installation could not be visited at the start");
      return [];
    });
    for (const { id, fullName, defaultBranch } of repositories) {
      const repository = { id, fullName, defaultBranch };
      try {
        await visit(octokit, { installationId, repository }, options);
      } catch (error) {
        // One repository that cannot be read, an empty one for instance, must not keep the others waiting.
        options.log.warn({ err: error, repository: fullName }, "a repository could not be visited at the start");
      }
    }
  }
}

async function visit(
  octokit: Client["octokit"],
  at: Pick<Event, "installationId" | "repository">,
  options: WorkerOptions,
): Promise<void> {
  const { fullName, defaultBranch } = at.repository;
  const commit = await branchHead(clientFor(octokit, fullName), defaultBranch);
  if (commit === null) return;
  const event: Event = { ...at, at: options.now().toISOString(), kind: "default_branch_changed", commit };
  await decideEvent(event, options, "start", async () => {});
}
