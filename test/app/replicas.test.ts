import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { laneOf } from "../../app/store/memory.ts";
import { openStore, type Store } from "../../app/store/open.ts";
import { until } from "../../demo/wait.ts";
import { keepPush } from "./keep-push.ts";
import { startPostgres } from "./postgres.ts";
import { type Asked, startSmallGithub } from "./small-github.ts";

const leaseSeconds = 2;
const skewMs = 7 * 60_000;
/** Whoever is asked to end and has not long after ten seconds is killed, and has failed by that. */
const killMs = 20_000;

const postgres = await startPostgres();
if (typeof postgres === "string") test("replicas on a Postgres server", { skip: postgres }, () => {});
else await replicasShareTheWork(postgres.url, postgres.stop);

async function replicasShareTheWork(databaseUrl: string, stopPostgres: () => Promise<void>): Promise<void> {
  const store = await openStore({ databaseUrl, dataFolder: "" });
  const github = await startSmallGithub();
  const children = new Map<string, ChildProcess>();
  after(async () => {
    for (const child of children.values()) await end(child, "SIGKILL");
    await github.stop();
    await store.destroy();
    await stopPostgres();
  });

  async function start(name: string, skew: number): Promise<ChildProcess> {
    const entry = fileURLToPath(new URL("replica.ts", import.meta.url));
    const args = [entry, databaseUrl, github.url, name, String(skew), String(leaseSeconds)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    children.set(name, child);
    if (child.stdout !== null) await Promise.race([once(child.stdout, "data"), died(child)]);
    return child;
  }

  const reads = (commit: string) =>
    github.asked().filter(({ path }) => path.includes("/contents/") && path.endsWith(commit));
  const writes = (repository: number) =>
    github.asked().filter(({ method, path }) => method === "POST" && path.includes(`/repository-${repository}/`));

  test("two share the work: none is done twice, also while the clock of one is minutes ahead", async () => {
    const both = Promise.withResolvers<void>();
    const seen = new Set<string>();
    // Whoever comes first waits for the other with all its slots.
    github.holdBack((asked) => {
      seen.add(asked.by);
      if (seen.size === 2) both.resolve();
      return true;
    }, both.promise);
    const repositories = Array.from({ length: 40 }, (_, index) => 1_000 + index);
    for (const id of repositories) await keepPush(store, id, `commit-${id}`, id % 2 === 0 ? skewMs : 0);
    await start("early", skewMs);
    await start("exact", 0);
    await workedOff(store);
    for (const id of repositories) {
      assert.equal(reads(`commit-${id}`).length, 1, `commit-${id} was read once`);
      assert.equal(writes(id).length, 1, `the keys of repository ${id} were written once`);
    }
    assert.deepEqual([...new Set(github.asked().map(({ by }) => by))].toSorted(), ["early", "exact"]);
    const { rows } = await sql<{ attempts: number }>`select distinct attempts from deliveries union
      select distinct attempts from effects`.execute(store);
    assert.deepEqual(rows, [{ attempts: 1 }]);
  });

  test("what a killed one held goes to the other when its lease ends, not before, and in order", async () => {
    const holder = await heldBy("held", 2_000);
    const other = holder === "early" ? "exact" : "early";
    await keepPush(store, 2_000, "next-in-lane");
    await keepPush(store, 2_001, "elsewhere");
    await until("the other to work elsewhere", async () => (writes(2_001).length > 0 ? true : null), patience());
    assert.deepEqual(
      reads("held").map(byOf),
      [holder],
      "its lease holds although the other's clock differs by minutes",
    );
    assert.equal(reads("next-in-lane").length, 0, "one lane is worked on in order");

    const killed = children.get(holder);
    assert.ok(killed);
    await end(killed, "SIGKILL");
    await workedOff(store);
    assert.deepEqual(reads("held").map(byOf), [holder, other]);
    assert.deepEqual(reads("next-in-lane").map(byOf), [other]);
    const { rows } = await sql<{ id: string; attempts: number }>`
      select id, attempts from deliveries where lane = ${laneOf(2_000, null)} order by seq`.execute(store);
    assert.deepEqual(rows, [
      { id: "held", attempts: 2 },
      { id: "next-in-lane", attempts: 1 },
    ]);
    const performed = await store
      .selectFrom("effects")
      .select("seq")
      .where("repository_id", "=", 2_000)
      .where("state", "=", "done")
      .execute();
    assert.equal(writes(2_000).length, performed.length, "no effect was performed twice");
  });

  test("one that is asked to end does so by itself, and leaves nothing half done", async () => {
    const holder = await heldBy("unfinished", 3_000);
    const stopped = children.get(holder);
    assert.ok(stopped);
    assert.deepEqual(await end(stopped, "SIGTERM"), [0, null]);
    const { rows } = await sql`
      select state, leased_until is null as free, (select count(*) from effects where repository_id = 3000) as effects
      from deliveries where id = 'unfinished'`.execute(store);
    assert.deepEqual(rows, [{ state: "pending", free: true, effects: 0 }]);
    await start("next", 0);
    await workedOff(store);
    assert.deepEqual(reads("unfinished").map(byOf), [holder, "next"]);
    assert.equal(writes(3_000).length, 1);
  });

  test("a store whose idle connections the server has closed opens new ones", async () => {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`.execute(
      store,
    );
    await keepPush(store, 4_000, "after-restart");
    await workedOff(store);
    assert.equal(reads("after-restart").length, 1);
  });

  /** Keeps a push whose first reader never gets an answer; gives who that is. */
  async function heldBy(commit: string, repository: number): Promise<string> {
    const never = Promise.withResolvers<void>();
    let holder: string | null = null;
    github.holdBack(({ by, path }) => {
      if (!path.endsWith(commit)) return false;
      holder ??= by;
      return holder === by;
    }, never.promise);
    await keepPush(store, repository, commit);
    return until(`somebody to read ${commit}`, async () => holder, patience());
  }
}

function byOf({ by }: Asked): string {
  return by;
}

async function workedOff(store: Store): Promise<void> {
  const pending = async () => {
    const { rows } = await sql<{ count: number }>`select (select count(*) from deliveries where state <> 'done')
      + (select count(*) from effects where state in ('pending', 'dead')) as count`.execute(store);
    return rows[0]?.count ?? 0;
  };
  await until("everything to be worked off", async () => ((await pending()) === 0 ? true : null), patience());
}

function patience() {
  return { timeoutMs: 30_000, abort: new Promise<string>(() => {}) };
}

async function died(child: ChildProcess): Promise<never> {
  const [code, signal] = await once(child, "exit");
  throw new Error(`a replica ended with ${String(signal ?? code)} before it was ready`);
}

async function end(child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<readonly unknown[]> {
  if (child.exitCode !== null || child.signalCode !== null) return [child.exitCode, child.signalCode];
  const exited = once(child, "exit");
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), killMs);
  const ending = await exited;
  clearTimeout(timer);
  return ending;
}
