import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, type TestContext, test } from "node:test";
import { sql } from "kysely";
import { Client } from "pg";
import { webhookPath } from "../../app/server.ts";
import { createKeeper } from "../../app/store/keep.ts";
import { openStore, type Store } from "../../app/store/open.ts";
import { until } from "../../demo/wait.ts";
import { startPostgres } from "./postgres.ts";
import { startReceiver } from "./receiver.ts";
import { startSilentProxy } from "./silent-proxy.ts";

/** Short, because all of it is waited for; a server on loopback answers in a hundredth of it. */
const patience = { connectMs: 1_000, statementMs: 800, silenceMs: 1_000 };
/** Of a test that would otherwise hang, as the App would. */
const timeout = 60_000;
const migrationLock = "3853314791062309107";

const postgres = await startPostgres();
if (typeof postgres === "string") test("a database that falls silent", { skip: postgres }, () => {});
else await fallsSilent(postgres.url, postgres.stop);

async function fallsSilent(databaseUrl: string, stopPostgres: () => Promise<void>): Promise<void> {
  const admin = new Client(databaseUrl);
  await admin.connect();
  const proxy = await startSilentProxy(databaseUrl);
  const store = await openStore({ databaseUrl: proxy.url, dataFolder: "", patience });
  after(async () => {
    await store.destroy();
    await proxy.stop();
    await admin.end();
    await stopPostgres();
  });

  test("what was asked of it fails whole, and once it is back everything is as before", { timeout }, async (t) => {
    const receiver = await startOn(store, t);
    await admin.query("insert into pulls (repository_id, number, document) values (1, 1, '{}'), (1, 2, '{}')");
    assert.deepEqual(await Promise.all(Array.from({ length: 6 }, receiver.deliver)), Array(6).fill(200));
    await Promise.all(Array.from({ length: 12 }, () => sql`select pg_sleep(0.01)`.execute(store)));
    // Whether a connection has rested before makes no difference: all of them fall silent, and all of them rest here.
    await admin.query(`select pg_sleep(${(1.5 * patience.silenceMs) / 1_000})`);

    const half = Promise.withResolvers<void>();
    const silent = Promise.withResolvers<void>();
    const cut = store.transaction().execute(async (transaction) => {
      await transaction.updateTable("pulls").set({ revision: 7 }).where("number", "=", 1).execute();
      half.resolve();
      await silent.promise;
      await transaction.updateTable("pulls").set({ revision: 7 }).where("number", "=", 2).execute();
    });
    await half.promise;
    proxy.silence();
    silent.resolve();
    const asked = [
      cut,
      sql`select 1`.execute(store),
      store.updateTable("pulls").set({ revision: 7 }).where("number", "=", 2).execute(),
    ];
    const deliveries = Array.from({ length: 12 }, receiver.deliver);
    for (const answer of await Promise.allSettled(asked)) assert.equal(answer.status, "rejected");
    assert.deepEqual(await Promise.all(deliveries), Array(12).fill(503));
    assert.equal(await receiver.deliver(), 503, "a new connection is no way around it");
    assert.equal(await receiver.takesWrites(), false);

    proxy.speak();
    assert.equal(await receiver.takesWrites(), true);
    assert.deepEqual(await Promise.all(Array.from({ length: 12 }, receiver.deliver)), Array(12).fill(200));
    // The server has heard no end of the transaction either; it lets go of the row by itself.
    const { rows } = await admin.query("update pulls set document = '{}' returning revision");
    assert.deepEqual(rows, [{ revision: 1 }, { revision: 1 }]);
  });

  test("a statement that takes too long is ended by the server, and its connection is good for another", async () => {
    await assert.rejects(sql`select pg_sleep(3600)`.execute(store), { code: "57014" });
    const { rows } = await sql`select 1 as one`.execute(store);
    assert.deepEqual(rows, [{ one: 1 }]);
  });

  test("bringing the tables up to date may take longer", { timeout }, async () => {
    await admin.query(`select pg_advisory_lock(${migrationLock})`);
    const opening = openStore({ databaseUrl, dataFolder: "", patience });
    const waiting = "select 1 from pg_locks where locktype = 'advisory' and not granted";
    const waits = async () => (await admin.query(waiting)).rows[0] ?? null;
    const abort = new Promise<string>(() => {});
    await until("the store to wait for the lock", waits, { timeoutMs: 30_000, abort });
    await admin.query("select pg_sleep(1.5)");
    await admin.query(`select pg_advisory_unlock(${migrationLock})`);
    await (await opening).destroy();
  });
}

/** The webhook address alone, on a store. */
async function startOn(store: Store, t: TestContext) {
  const { keep, takesWrites } = createKeeper(store);
  const { port } = await startReceiver(t, timeout, ({ id, name, payload }) =>
    keep({ id, name, payload, lane: null, idleBody: "{}" }, new Date().toISOString()),
  );
  const headers = { "content-type": "application/json", "x-github-event": "push", "x-hub-signature-256": "any" };
  const deliver = async () => {
    const sent = { method: "POST", body: "{}", headers: { ...headers, "x-github-delivery": randomUUID() } };
    return (await fetch(`http://127.0.0.1:${port}${webhookPath}`, sent)).status;
  };
  return { deliver, takesWrites };
}
