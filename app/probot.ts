import type { Logger } from "pino";
import { Probot, ProbotOctokit, Server } from "probot";
import { fetchWhole } from "../github/fetch-whole.ts";
import type { Settings } from "./settings.ts";
import type { Traffic } from "./traffic.ts";

/** GitHub itself gives up on a request after ten seconds; an artifact that keeps coming may take longer. */
const patience = { silentMs: 15_000, wholeMs: 180_000 } as const;

/** What Probot makes a client from, as far as it matters here. */
type OctokitOptions = {
  readonly throttle?: object;
  readonly request?: object;
  readonly auth?: { readonly installationId?: number };
};

/** Probot's server, without its receiver of webhooks and without what its Octokit does on its own. */
export function createServer(settings: Settings, log: Logger, traffic: Traffic): Server {
  // The outbox tries again, and looks first for what a lost answer left behind; Octokit's own retries would not look.
  // The outbox keeps a budget for each installation, which all replicas share; Octokit's throttle knows only its own
  // process and would hold up everybody behind one busy installation. Probot sets throttle options of its own on the
  // way, so the switch has to be put into whatever arrives. A request that hangs is a request that failed, and so is one
  // whose answer breaks off.
  const octokit = ProbotOctokit.defaults((options: OctokitOptions) => ({
    ...options,
    retry: { enabled: false },
    throttle: { ...options.throttle, enabled: false },
    request: {
      ...options.request,
      fetch: traffic.counted(fetchWhole(fetch, patience), options.auth?.installationId ?? null),
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

export async function loadProbot(server: Server): Promise<Probot> {
  return new Promise((resolve, reject) => {
    server.load((probot) => resolve(probot)).catch(reject);
  });
}
