import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { Octokit } from "@octokit/rest";
import { pino } from "pino";
import { z } from "zod";
import { configReader } from "../../app/configs.ts";
import { loadSigner } from "../../app/keys.ts";
import type { ReconcileOptions } from "../../app/reconcile/options.ts";
import { startReconciler } from "../../app/reconcile/reconciler.ts";
import { readHeals } from "../../app/store/heals.ts";
import { commitPlan, recall } from "../../app/store/memory.ts";
import { openStore, type Store } from "../../app/store/open.ts";
import { noteRepository } from "../../app/store/repositories.ts";
import { startWorker } from "../../app/worker.ts";
import type { Plan } from "../../core/plan/decision.ts";
import { at, repository } from "../core/plan/material.ts";

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly etag: string | null;
  /** The texts of its JSON body. */
  readonly body: Readonly<Record<string, string>>;
};
export type Answer = { readonly status?: number; readonly body?: unknown; readonly headers?: Record<string, string> };
/** What GitHub answers; null: it has no such thing. */
export type Answers = (asked: Asked) => Answer | null | Promise<Answer | null>;

export type World = {
  readonly store: Store;
  readonly options: ReconcileOptions;
  /** The App's clock, in seconds of the material's. */
  readonly clock: { second: number };
  /** Empties the store and the log, and says what GitHub answers from now on. */
  readonly begin: (answers: Answers) => Promise<void>;
  /** What was asked for so far, as `GET /path`. */
  readonly asked: () => readonly string[];
  readonly requests: () => readonly Asked[];
  /** Writes what a plan of the material's repository says, as if its event had been heard at `second`. */
  readonly commit: (plan: Plan) => Promise<void>;
  /** One round of a reconciler that then gives up the lead. */
  readonly round: () => Promise<void>;
  /** Works off what is due now. */
  readonly work: () => Promise<void>;
  readonly heals: () => Promise<Readonly<Record<string, number>>>;
  readonly stop: () => Promise<void>;
};

const nothing = () => {};
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
/** No timer goes off while a test runs: rounds are begun by hand. */
const never = 2_000_000_000;

/** The reconciler on a store of its own, a GitHub that answers what the test says, and a clock that the test moves. */
export async function openReconcileWorld(): Promise<World> {
  const log: Asked[] = [];
  let answers: Answers = () => null;
  const reply = async (request: IncomingMessage) => {
    const asked = await askedOf(request);
    log.push(asked);
    return answers(asked);
  };
  const server = createServer((request, response) => {
    void reply(request).then((answer) => {
      const { status = 200, body = {}, headers = {} } = answer ?? { status: 404, body: { message: "Not Found" } };
      const hasBody = status !== 204 && status !== 304;
      response.writeHead(status, { ...(hasBody ? { "content-type": "application/json" } : {}), ...headers });
      response.end(hasBody ? JSON.stringify(body) : undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const baseUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const store = await openStore({ databaseUrl: null, dataFolder: "memory://" });
  const clock = { second: 0 };
  const octokit = new Octokit({ baseUrl, log: silent });
  const options: ReconcileOptions = {
    store,
    signer: await loadSigner(store, "assay:1", at(0)),
    log: pino({ level: "silent" }),
    login: "assay[bot]",
    publicUrl: null,
    now: () => new Date(at(clock.second)),
    slots: 2,
    configAt: configReader(),
    octokitFor: async () => octokit,
    appOctokit: async () => octokit,
    wake: nothing,
    everyMs: never,
    graceMs: 90_000,
  };
  return {
    store,
    options,
    clock,
    begin: async (say) => {
      await empty(store);
      log.length = 0;
      answers = say;
      clock.second = 0;
    },
    asked: () => log.map(({ method, path }) => `${method} ${path}`),
    requests: () => log,
    commit: async (plan) => {
      const recollection = await recall(store, repository.id, plan.pull?.number ?? 42);
      const from = { recollection, installationId: 1, repository, now: at(clock.second), once: null };
      await commitPlan(store, plan, from, async () => {});
      await seen(store, at(0));
    },
    round: async () => {
      const reconciler = startReconciler(options);
      await reconciler.round();
      await reconciler.stop();
    },
    work: async () => {
      const worker = startWorker(options);
      worker.wake();
      await worker.idle();
      await worker.stop();
    },
    heals: async () => Object.fromEntries((await readHeals(store)).map(({ kind, count }) => [kind, count])),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await store.destroy();
    },
  };
}

/** The material's repository is known since the beginning of its time. */
export async function know({ store }: World): Promise<void> {
  await noteRepository(store, 1, repository);
  await seen(store, at(0));
}

async function seen(store: Store, since: string): Promise<void> {
  await store
    .updateTable("repositories")
    .set({ seen_at: new Date(since) })
    .execute();
}

async function askedOf(request: IncomingMessage): Promise<Asked> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://github");
  const etag = request.headers["if-none-match"] ?? null;
  const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse((await text(request)) || "{}"));
  const texts = Object.entries(parsed.data ?? {}).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  return {
    method: request.method ?? "GET",
    path: decodeURIComponent(pathname),
    query: searchParams,
    etag,
    body: Object.fromEntries(texts),
  };
}

const tables = [
  "deliveries",
  "pulls",
  "jobs",
  "runs",
  "versions",
  "promotions",
  "effects",
  "spending",
  "pauses",
  "acts",
  "externals",
  "ledger",
  "charts",
  "leads",
  "cursors",
  "heals",
  "missed",
  "repositories",
] as const;

async function empty(store: Store): Promise<void> {
  for (const table of tables) await store.deleteFrom(table).execute();
}
