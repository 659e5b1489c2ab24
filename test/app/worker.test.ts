import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { Octokit } from "@octokit/rest";
import { sql } from "kysely";
import { pino } from "pino";
import { configReader } from "../../app/configs.ts";
import { loadSigner } from "../../app/keys.ts";
import { keep } from "../../app/store/keep.ts";
import { laneOf } from "../../app/store/memory.ts";
import { openStore } from "../../app/store/open.ts";
import { startWorker } from "../../app/worker.ts";
import { until } from "../../demo/wait.ts";
import { startSmallGithub } from "./small-github.ts";

const patience = { timeoutMs: 30_000, abort: new Promise<string>(() => {}) };

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
    const payload = {
      ref: "refs/heads/main",
      after: commit,
      installation: { id: 1 },
      repository: { id: repository, full_name: `acme/repository-${repository}`, default_branch: "main" },
    };
    const delivery = { id: commit, name: "push", payload, lane: laneOf(repository, null) };
    assert.equal(await keep(store, delivery, new Date().toISOString()), true);
  }
  await sql`create function refuse() returns trigger language plpgsql as 'begin raise exception ''not now''; end'`.execute(
    store,
  );
  await sql`create trigger refusal before update on deliveries for each row
    when (old.id = 'refused' and new.leased_until is null) execute function refuse()`.execute(store);

  const worker = startWorker({
    store,
    signer: await loadSigner(store, "assay:1", new Date().toISOString()),
    log,
    publicUrl: null,
    login: "assay[bot]",
    configAt: configReader(),
    octokitFor: async () => new Octokit({ baseUrl: github.url, auth: "it" }),
    now: () => new Date(),
    slots: 2,
    leaseSeconds: 1,
  });
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
