import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
import { Octokit } from "@octokit/rest";
import { sql } from "kysely";
import { pino } from "pino";
import { configReader } from "../../app/configs.ts";
import { loadSigner } from "../../app/keys.ts";
import { retryDead } from "../../app/retry-dead.ts";
import { readDeadLetters } from "../../app/store/dead-letters.ts";
import { openStore, type Store } from "../../app/store/open.ts";
import { leaseEffect, queue } from "../../app/store/outbox.ts";
import { startWorker, type Worker, type WorkerOptions } from "../../app/worker.ts";
import { until } from "../../demo/wait.ts";
import { keepPush } from "./keep-push.ts";
import { type SmallGithub, startSmallGithub } from "./small-github.ts";

const nothing = () => {};
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const patience = { timeoutMs: 30_000, abort: new Promise<string>(() => {}) };

async function optionsOf(store: Store, github: SmallGithub): Promise<WorkerOptions> {
  return {
    store,
    signer: await loadSigner(store, "assay:1", new Date().toISOString()),
    log: pino({ level: "silent" }),
    publicUrl: null,
    login: "assay[bot]",
    configAt: configReader(),
    octokitFor: async () => new Octokit({ baseUrl: github.url, auth: "it", log: silent }),
    now: () => new Date(),
    slots: 2,
  };
}

async function deliveryOf(store: Store, id: string) {
  return store.selectFrom("deliveries").select(["state", "attempts"]).where("id", "=", id).executeTakeFirst();
}

test("work whose end the store did not take is taken up again, also by a worker that is never idle", async (t) => {
  const store = await openStore({ databaseUrl: null, dataFolder: "memory://" });
  const github = await startSmallGithub();
  const lines: string[] = [];
  const log = pino({ level: "warn" }, new Writable({ write: (line, _, done) => done(void lines.push(String(line))) }));
  const never = Promise.withResolvers<void>();
  const reads = (commit: string) => github.asked().filter(({ path }) => path.endsWith(commit)).length;
  github.holdBack(({ path }) => path.endsWith("endless"), never.promise);
  for (const [repository, commit] of [
    [1, "endless"],
    [2, "refused"],
  ] as const) {
    await keepPush(store, repository, commit);
  }
  await sql`create function refuse() returns trigger language plpgsql as 'begin raise exception ''not now''; end'`.execute(
    store,
  );
  await sql`create trigger refusal before update on deliveries for each row
    when (old.id = 'refused' and new.leased_until is null) execute function refuse()`.execute(store);

  const worker = startWorker({ ...(await optionsOf(store, github)), log, leaseSeconds: 1 });
  t.after(async () => {
    never.resolve();
    await github.stop();
    await worker.stop();
    await store.destroy();
  });
  const isRefused = async () => (lines.some((line) => line.includes("could not reach its store")) ? true : null);
  await until("the store to refuse", isRefused, patience);
  assert.equal(reads("refused"), 1);
  await sql`drop trigger refusal on deliveries`.execute(store);

  await until(
    "it to be taken up again and done",
    async () => {
      const row = await store.selectFrom("deliveries").select("state").where("id", "=", "refused").executeTakeFirst();
      return row?.state === "done" ? true : null;
    },
    patience,
  );
  assert.equal(reads("endless"), 1, "what is being worked on is held on to");
});

test("a poison delivery is tried eight times, laid aside where it is seen, and tried again when an operator says so", async (t) => {
  const dataFolder = mkdtempSync(join(tmpdir(), "assay-poison-"));
  const settings = { appId: 1, databaseUrl: null, dataFolder };
  const github = await startSmallGithub();
  const began = Date.now();
  let passedMs = 0;
  let isMended = false;
  const live = async (work: (store: Store, worker: Worker) => Promise<void>) => {
    const store = await openStore(settings);
    const options = await optionsOf(store, github);
    const octokitFor = async (installation: number) => {
      if (installation === 1 && !isMended) throw new TypeError("no client for this one");
      return options.octokitFor(installation);
    };
    const worker = startWorker({ ...options, octokitFor, now: () => new Date(began + passedMs) });
    try {
      await work(store, worker);
    } finally {
      await worker.stop();
      await store.destroy();
    }
  };
  t.after(async () => {
    await github.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  await live(async (store, worker) => {
    await keepPush(store, 1, "poison");
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await keepPush(store, 2, `healthy-${attempt}`);
      passedMs += 120_000;
      worker.wake();
      await worker.idle();
      assert.deepEqual(await deliveryOf(store, "poison"), {
        state: attempt < 8 ? "pending" : "dead",
        attempts: attempt,
      });
      assert.deepEqual(await deliveryOf(store, `healthy-${attempt}`), { state: "done", attempts: 1 });
    }
    const letters = await readDeadLetters(store, 10);
    assert.deepEqual(
      letters.map(({ kind, id, what, repository, error }) => [kind, id, what, repository, error]),
      [["delivery", "poison", "push", "acme/repository-1", "TypeError: no client for this one"]],
    );
    passedMs += 86_400_000;
    worker.wake();
    await worker.idle();
    assert.deepEqual(await deliveryOf(store, "poison"), { state: "dead", attempts: 8 }, "not of its own accord");
  });

  isMended = true;
  const told = await retryDead(settings, new Date(began + passedMs));
  assert.equal(told, "1 deliveries and 0 effects will be tried again.\n");
  await live(async (store, worker) => {
    worker.wake();
    await worker.idle();
    assert.deepEqual(await deliveryOf(store, "poison"), { state: "done", attempts: 1 });
    assert.deepEqual(await readDeadLetters(store, 10), []);
  });
});

test("what has ended the process eight times is laid aside before it does so again", async (t) => {
  const store = await openStore({ databaseUrl: null, dataFolder: "memory://" });
  const github = await startSmallGithub();
  await keepPush(store, 1, "deadly");
  await keepPush(store, 2, "unlucky");
  const to = {
    installationId: 3,
    repository: { id: 3, fullName: "acme/repository-3", defaultBranch: "main" },
    lane: "3",
  };
  await queue(store, to, [{ kind: "publish_keys" }], new Date().toISOString());
  const begun = { attempts: 8, leased_by: "a process that died", leased_until: new Date(0) };
  await store.updateTable("deliveries").set(begun).execute();
  await store.updateTable("deliveries").set({ error: "HttpError: 502" }).where("id", "=", "unlucky").execute();
  await store.updateTable("effects").set(begun).execute();
  const worker = startWorker(await optionsOf(store, github));
  t.after(async () => {
    await worker.stop();
    await github.stop();
    await store.destroy();
  });
  worker.wake();
  await worker.idle();
  worker.wake();
  await worker.idle();
  assert.deepEqual(
    (await readDeadLetters(store, 10)).map(({ id, error }) => [id, error.split(":", 2)[1]]),
    [
      ["keys", " begun 8 times without coming to an end"],
      ["deadly", " begun 8 times without coming to an end"],
    ],
  );
  assert.deepEqual(await deliveryOf(store, "unlucky"), { state: "done", attempts: 9 }, "its attempts came to an end");
});

test("an effect that GitHub has not answered when the worker is stopped stays leased: it may yet be done", async (t) => {
  const store = await openStore({ databaseUrl: null, dataFolder: "memory://" });
  const github = await startSmallGithub();
  const answered = Promise.withResolvers<void>();
  github.holdBack(({ method }) => method === "POST", answered.promise);
  const worker = startWorker({ ...(await optionsOf(store, github)), drainMs: 1 });
  t.after(async () => {
    await github.stop();
    await store.destroy();
  });
  await keepPush(store, 1, "commit");
  worker.wake();
  const isAsked = async () => (github.asked().some(({ method }) => method === "POST") ? true : null);
  await until("the keys to be published", isAsked, patience);
  await worker.stop();
  const now = new Date(Date.now() + 1_000).toISOString();
  assert.equal(await leaseEffect(store, "another", now), null);
  answered.resolve();
  await worker.idle();
  assert.equal((await store.selectFrom("effects").select("state").executeTakeFirst())?.state, "done");
});
