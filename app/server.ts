import type { Server as HttpServer } from "node:http";
import type { Logger } from "pino";
import { appLogin } from "../github/installations.ts";
import { catchUp } from "./catch-up.ts";
import { configReader } from "./configs.ts";
import { keepDelivery, tell, type Wiring } from "./heard.ts";
import { loadSigner } from "./keys.ts";
import { createLog } from "./log.ts";
import { openOwnStore } from "./own-store.ts";
import { createServer, loadProbot } from "./probot.ts";
import { createProgress } from "./progress.ts";
import type { ReconcileOptions } from "./reconcile/options.ts";
import { startReconciler } from "./reconcile/reconciler.ts";
import type { Settings } from "./settings.ts";
import { githubProblem } from "./start-problem.ts";
import { closeServer, settleWithin, unlessStopped } from "./stop.ts";
import { createKeeper, type Keeper } from "./store/keep.ts";
import type { Store } from "./store/open.ts";
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
/** A machine that shuts down gives ten seconds before it kills: what needs longer than this is left as it is. */
const drainMs = 9_000;

/**
 * Starts the App: 1. the store, 2. Probot's server, where each webhook is verified and kept in the inbox before it is
 * answered, 3. the worker that plans and performs, 4. a look at every installed repository, and at the deliveries that
 * did not arrive, for what was missed. When `stop` says so before all of it has started, it ends what it began and fails.
 */
export async function startApp(
  settings: Settings,
  log: Logger = createLog(settings),
  stop: AbortSignal = new AbortController().signal,
): Promise<App> {
  const apiUrl = settings.apiUrl ?? "https://api.github.com";
  const storeKind = settings.databaseUrl === null ? "embedded" : "server";
  log.info({ api: apiUrl, app: settings.appId, store: storeKind }, "starting");
  if (settings.publicUrl === null)
    log.info("ASSAY_PUBLIC_URL is not set: comments show charts as text instead of images");
  const opening = openOwnStore(settings);
  const store = await unlessStopped(stop, opening).catch((error: unknown) => {
    // It may take long. To end the process in the midst of it does no harm.
    opening.then((late) => late.destroy()).catch(() => {});
    throw error;
  });
  const traffic = createTraffic();
  const server = createServer(settings, log, traffic);
  let http: HttpServer | null = null;
  const now = () => new Date();
  try {
    const signer = await loadSigner(store, `assay:${settings.appId}`, now().toISOString());
    const probot = await loadProbot(server);
    const keeper = createKeeper(store);
    const wiring: Wiring = { ready: false, login: null, wake: () => {}, told: async () => false };
    const parts = { settings, store, keeper, signer, log, now, traffic, wiring };
    for (const handler of handlersOf(parts, probot.webhooks.verify)) server.addHandler(handler);
    http = await server.start();
    const appOctokit = () => probot.auth();
    const asking = appOctokit().then(appLogin);
    const login = await unlessStopped(stop, asking).catch((error: unknown) => {
      throw githubProblem(error, apiUrl);
    });
    const { publicUrl } = settings;
    const octokitFor = (id: number) => probot.auth(id);
    const configAt = configReader();
    const giveWay = () => keeper.giveWay(longestWayMs);
    const options = { store, signer, log, login, publicUrl, now, slots: 4, configAt, octokitFor, giveWay };
    await unlessStopped(stop, catchUp(appOctokit, options));
    const work = startWork(options, appOctokit, wiring);
    const end = async () => {
      wiring.ready = false;
      await settleWithin(drainMs, [closeServer(server, http), ...work.stop()], log);
      await store.destroy();
    };
    const url = publicUrl ?? `http://${settings.host}:${server.port}`;
    return { port: server.port, url, store, idle: work.idle, stop: end };
  } catch (error) {
    await closeServer(server, http);
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
