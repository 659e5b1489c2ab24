import type { Logger } from "pino";
import { appLogin } from "../github/installations.ts";
import { catchUp } from "./catch-up.ts";
import { configReader } from "./configs.ts";
import { keepDelivery, tell, type Wiring } from "./heard.ts";
import { loadSigner } from "./keys.ts";
import { createLog } from "./log.ts";
import { createServer, loadProbot } from "./probot.ts";
import { createProgress } from "./progress.ts";
import type { ReconcileOptions } from "./reconcile/options.ts";
import { startReconciler } from "./reconcile/reconciler.ts";
import type { Settings } from "./settings.ts";
import { githubProblem, storeProblem } from "./start-problem.ts";
import { createKeeper, type Keeper } from "./store/keep.ts";
import { openStore, type Store } from "./store/open.ts";
import { createTraffic, type Traffic } from "./traffic.ts";
import { createPages } from "./web/pages.ts";
import { createReceiver, type ReceivedDelivery } from "./webhook/receive.ts";
import { startWorker, type WorkerOptions } from "./worker.ts";

export type App = {
  readonly port: number;
  readonly url: string;
  readonly store: Store;
  /** Resolves when every delivery and every effect that is due has been worked off. */
  readonly idle: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export const webhookPath = "/api/github/webhooks";
/** A burst of deliveries holds up the work on those before no longer than this, each time something is begun. */
const longestWayMs = 100;
/** How long requests under way may take when the App is asked to end. */
const lastAnswersMs = 2_000;
/** A machine that shuts down gives ten seconds before it kills. */
const drainMs = 9_000;

/**
 * Starts the App: 1. the store, 2. Probot's server, where each webhook is verified and kept in the inbox before it is
 * answered, 3. the worker that plans and performs, 4. a look at every installed repository, and at the deliveries that
 * did not arrive, for what was missed.
 */
export async function startApp(settings: Settings, log: Logger = createLog(settings)): Promise<App> {
  const now = () => new Date();
  const apiUrl = settings.apiUrl ?? "https://api.github.com";
  const storeKind = settings.databaseUrl === null ? "embedded" : "server";
  log.info({ api: apiUrl, app: settings.appId, store: storeKind }, "starting");
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
    const keeper = createKeeper(store);
    const wiring: Wiring = { ready: false, login: null, wake: () => {}, told: async () => false };
    const parts = { settings, store, keeper, signer, log, now, traffic, wiring };
    for (const handler of handlersOf(parts, probot.webhooks.verify)) server.addHandler(handler);
    const http = await server.start();
    const login = await appLogin(await probot.auth()).catch((error: unknown) => {
      throw githubProblem(error, apiUrl);
    });
    const { publicUrl } = settings;
    const octokitFor = (id: number) => probot.auth(id);
    const configAt = configReader();
    const giveWay = () => keeper.giveWay(longestWayMs);
    const options = { store, signer, log, login, publicUrl, now, slots: 4, configAt, octokitFor, giveWay };
    const appOctokit = () => probot.auth();
    await catchUp(appOctokit, options);
    const work = startWork(options, appOctokit, wiring);
    const closeServer = async () => {
      // Browsers hold connections open on which they never ask anything; those would hold up the end for minutes.
      const timer = setTimeout(() => http.closeAllConnections(), lastAnswersMs);
      await server.stop();
      clearTimeout(timer);
    };
    const stop = async () => {
      wiring.ready = false;
      await settleWithin(drainMs, [closeServer(), ...work.stop()], log);
      await store.destroy();
    };
    const url = publicUrl ?? `http://${settings.host}:${server.port}`;
    return { port: server.port, url, store, idle: work.idle, stop };
  } catch (error) {
    await server.stop();
    await store.destroy();
    throw error;
  }
}

type Parts = Pick<WorkerOptions, "store" | "signer" | "log" | "now"> & {
  readonly settings: Settings;
  readonly keeper: Keeper;
  readonly traffic: Traffic;
  readonly wiring: Wiring;
};

/** What answers requests: webhooks, what runs tell of their progress, and pages. */
function handlersOf(parts: Parts, verify: (body: string, signature: string) => Promise<boolean>) {
  const { settings, store, keeper, signer, log, now, traffic, wiring } = parts;
  const keep = (delivery: ReceivedDelivery) => keepDelivery(delivery, keeper, wiring, now().toISOString(), log);
  const webUrl = settings.apiUrl === null ? "https://github.com" : new URL(settings.apiUrl).origin;
  const ready = () => wiring.ready;
  return [
    createReceiver({ path: webhookPath, verify, keep, log, seen: traffic.received }),
    createProgress({ signer, log, now, told: (event) => wiring.told(event) }),
    createPages({ store, signer, ready, takesWrites: keeper.takesWrites, log, traffic, webUrl, now }),
  ];
}

/** Starts the worker and the reconciler, and lets the handlers reach them. */
function startWork(options: WorkerOptions, appOctokit: ReconcileOptions["appOctokit"], wiring: Wiring) {
  const worker = startWorker(options);
  const { wake } = worker;
  wiring.told = (event) => tell(event, options, wake);
  wiring.login = options.login;
  wiring.wake = wake;
  wiring.ready = true;
  wake();
  const reconciler = startReconciler({ ...options, appOctokit, wake, everyMs: 60_000, graceMs: 90_000 });
  return { idle: worker.idle, stop: () => [worker.stop(), reconciler.stop()] };
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
