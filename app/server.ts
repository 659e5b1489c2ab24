import type { Logger } from "pino";
import { Probot, ProbotOctokit, Server } from "probot";
import type { Event } from "../core/plan/event.ts";
import { appLogin, branchHead, installationIds, installedRepositories } from "../github/installations.ts";
import { type Client, clientFor } from "../github/octokit.ts";
import { configReader } from "./configs.ts";
import { loadSigner } from "./keys.ts";
import { createLog } from "./log.ts";
import { laneOfDelivery, narrow } from "./narrow.ts";
import { createProgress, type ToldProgress } from "./progress.ts";
import { startReconciler } from "./reconcile/reconciler.ts";
import type { Settings } from "./settings.ts";
import { githubProblem, storeProblem } from "./start-problem.ts";
import { createKeeper, type Keeper } from "./store/keep.ts";
import { RevisionConflict } from "./store/memory.ts";
import { openStore, type Store } from "./store/open.ts";
import { originOfRun } from "./store/runs.ts";
import { createTraffic, type Traffic } from "./traffic.ts";
import { createPages } from "./web/pages.ts";
import { createReceiver, type ReceivedDelivery } from "./webhook/receive.ts";
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
/** A machine that shuts down gives ten seconds before it kills. */
const drainMs = 9_000;
/** GitHub itself gives up on a request after ten seconds. */
const requestTimeoutMs = 15_000;

/**
 * Starts the App: 1. the store, 2. Probot's server, where each webhook is verified and kept in the inbox before it is
 * answered, 3. the worker that plans and performs, 4. a look at every installed repository, and at the deliveries that
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
  const traffic = createTraffic();
  const server = createServer(settings, log, traffic);
  try {
    const signer = await loadSigner(store, `assay:${settings.appId}`, now().toISOString());
    const probot = await loadProbot(server);
    const state: Wiring = { ready: false, login: null, wake: () => {}, told: async () => false };
    const keeper = createKeeper(store);
    const keep = (delivery: ReceivedDelivery) => keepDelivery(delivery, keeper, state, now().toISOString(), log);
    const { verify } = probot.webhooks;
    server.addHandler(createReceiver({ path: webhookPath, verify, keep, log, seen: traffic.received }));
    server.addHandler(createProgress({ signer, log, now, told: (event) => state.told(event) }));
    const webUrl = settings.apiUrl === null ? "https://github.com" : new URL(settings.apiUrl).origin;
    server.addHandler(
      createPages({
        store,
        signer,
        ready: () => state.ready,
        takesWrites: keeper.takesWrites,
        log,
        traffic,
        webUrl,
        now,
      }),
    );
    const http = await server.start();
    const login = await appLogin(await probot.auth()).catch((error: unknown) => {
      throw githubProblem(error, apiUrl);
    });
    state.login = login;
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
    const reconciler = startReconciler({
      ...options,
      appOctokit: () => probot.auth(),
      wake: worker.wake,
      everyMs: 60_000,
      graceMs: 90_000,
    });
    const closeServer = async () => {
      // Browsers hold connections open on which they never ask anything; those would hold up the end for minutes.
      const timer = setTimeout(() => http.closeAllConnections(), lastAnswersMs);
      await server.stop();
      clearTimeout(timer);
    };
    const stop = async () => {
      state.ready = false;
      await settleWithin(drainMs, [closeServer(), worker.stop(), reconciler.stop()], log);
      await store.destroy();
    };
    return { port: server.port, url, store, idle: worker.idle, stop };
  } catch (error) {
    await server.stop();
    await store.destroy();
    throw error;
  }
}

/** Waits for all of it to end, whatever goes wrong with one part, and for what hangs no longer than that. */
async function settleWithin(ms: number, parts: readonly Promise<void>[], log: Logger): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  const settled = parts.map((part) =>
    part.catch((error: unknown) => log.warn({ err: error }, "a part of the App did not end as it should")),
  );
  await Promise.race([Promise.all(settled), late.promise]);
  clearTimeout(timer);
}

/** What the server's handlers reach once everything has started. */
type Wiring = {
  ready: boolean;
  login: string | null;
  wake: () => void;
  told: (event: ToldProgress) => Promise<boolean>;
};

/** Keeps a delivery; one that means nothing to us wakes nobody. */
async function keepDelivery(
  { id, name, payload, body }: ReceivedDelivery,
  keeper: Keeper,
  { login, wake }: Wiring,
  at: string,
  log: Logger,
): Promise<boolean> {
  const idle = login !== null && narrow(name, payload, at, login) === null;
  const delivery = { id, name, payload, lane: laneOfDelivery(payload) };
  const fresh = await keeper.keep(idle ? { ...delivery, idleBody: body } : delivery, at);
  log.debug({ delivery: id, event: name, fresh, idle }, "kept a delivery");
  if (!idle) wake();
  return fresh;
}

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

/** What Probot makes a client from, as far as it matters here. */
type OctokitOptions = {
  readonly throttle?: object;
  readonly request?: object;
  readonly auth?: { readonly installationId?: number };
};

function createServer(settings: Settings, log: Logger, traffic: Traffic): Server {
  // The outbox tries again, and looks first for what a lost answer left behind; Octokit's own retries would not look.
  // The outbox keeps a budget for each installation, which all replicas share; Octokit's throttle knows only its own
  // process and would hold up everybody behind one busy installation. Probot sets throttle options of its own on the
  // way, so the switch has to be put into whatever arrives. A request that hangs is a request that failed.
  const octokit = ProbotOctokit.defaults((options: OctokitOptions) => ({
    ...options,
    retry: { enabled: false },
    throttle: { ...options.throttle, enabled: false },
    request: {
      ...options.request,
      fetch: traffic.counted(fetchWithin(requestTimeoutMs), options.auth?.installationId ?? null),
    },
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
    // Probot's own receiver would acknowledge what is not stored; no path of a request begins like this.
    webhookPath: "none",
    // A line for each request only when somebody looks for it. (Probot's server takes no options of its request log.)
    log: log.isLevelEnabled("debug") ? log : log.child({}, { level: log.isLevelEnabled("warn") ? "warn" : log.level }),
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
