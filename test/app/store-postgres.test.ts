import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { openStore } from "../../app/store/open.ts";
import { keepsItsOutbox } from "./outbox-contract.ts";
import { startPostgres } from "./postgres.ts";
import { keepsItsContract } from "./store-contract.ts";
import { survivesRaces } from "./store-races.ts";

const postgres = await startPostgres();
if (typeof postgres === "string") {
  test("the store on a Postgres server", { skip: postgres }, () => {});
} else {
  const store = await openStore({ databaseUrl: postgres.url, dataFolder: "" });
  after(async () => {
    await store.destroy();
    await postgres.stop();
  });
  keepsItsContract(store);
  keepsItsOutbox(store);
  survivesRaces(store);

  test("a connection lost while its transaction asks nothing costs the transaction, not the process", async (t) => {
    const unheard: string[] = [];
    const hear = (error: Error) => unheard.push(error.message);
    process.on("uncaughtExceptionMonitor", hear);
    t.after(() => process.off("uncaughtExceptionMonitor", hear));
    const cut = store.transaction().execute(async (transaction) => {
      const { rows } = await sql<{ readonly pid: number }>`select pg_backend_pid() as pid`.execute(transaction);
      await sql`select pg_terminate_backend(${rows[0]?.pid ?? 0}, 5000)`.execute(store);
      // Round trips in which the lost connection is noticed while nobody waits for it.
      for (let trip = 0; trip < 20; trip += 1) await sql`select 1`.execute(store);
      await sql`select 1`.execute(transaction);
    });
    await assert.rejects(cut);
    assert.deepEqual(unheard, []);
    const { rows } = await sql<{ readonly one: number }>`select 1 as one`.execute(store);
    assert.deepEqual(rows, [{ one: 1 }]);
  });
}
