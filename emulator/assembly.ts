import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { describeWorkflow } from "./actions/describe.ts";
import { createActionsHost } from "./actions/host.ts";
import { createResultsService, createRuntimeTokens, type ResultsService } from "./actions/results-service.ts";
import type { Stores } from "./git/stores.ts";
import type { Faults } from "./http/faults.ts";
import type { Published } from "./http/published.ts";
import type { RateLimiter } from "./http/rate.ts";
import type { Hub } from "./hub.ts";
import { createPort, createRuns } from "./runs/runs.ts";
import type { Seed } from "./seed.ts";
import { programPath } from "./settings.ts";
import { apiUrl, findRepository, type World } from "./state/world.ts";
import { createWebhooks } from "./webhooks/queue.ts";

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

type Parts = {
  readonly options: EmulatorOptions;
  readonly folder: string;
  readonly home: string;
  readonly world: World;
  readonly stores: Stores;
  readonly faults: Faults;
  readonly limiter: RateLimiter;
  readonly published: Published;
  readonly log: (line: string) => void;
};

/** Joins state, git, webhooks and the Actions host; the world must already know its URL. */
export function assemble(parts: Parts): { readonly hub: Hub; readonly results: ResultsService } {
  const { options, folder, world, stores, log } = parts;
  const tokens = createRuntimeTokens(randomBytes(32));
  const results = createResultsService({
    folder: join(folder, "results"),
    now: world.clock.now,
    newId: world.newId,
    baseUrl: () => world.url,
    tokens,
  });
  // The artifact client wants a *.localhost server; git and browsers resolve that to this machine, Node does not.
  const server = world.url.replace("127.0.0.1", "github.localhost");
  const port = createPort(
    () => hub,
    { server, api: apiUrl(world) },
    async (owner, name, ref) => {
      const repository = findRepository(world, owner, name);
      if (repository === null) throw new Error(`no repository ${owner}/${name}`);
      return stores.checkout(repository, ref);
    },
  );
  const host = createActionsHost({
    port,
    machines: options.seed.machines.map((machine) => ({
      id: world.newId(),
      ...machine,
      workFolder: join(folder, "machines", machine.name),
    })),
    resultsUrl: `${world.url}/`,
    tokens,
    environment: { PATH: programPath(), HOME: parts.home, ...options.actionEnvironment },
  });
  const hub: Hub = {
    world,
    git: stores.of,
    fork: stores.fork,
    webhooks: createWebhooks(world, parts.faults, log),
    runs: createRuns(() => hub, host),
    artifacts: results.artifacts,
    describeWorkflow,
    publish: parts.published.publish,
    rate: parts.limiter.rate,
    log,
  };
  return { hub, results };
}
