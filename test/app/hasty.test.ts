import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { reserve } from "../../app/store/budgets.ts";
import { leaseDelivery, settleDelivery } from "../../app/store/inbox.ts";
import { keep } from "../../app/store/keep.ts";
import { openStore, type Store } from "../../app/store/open.ts";
import { at } from "../core/plan/material.ts";
import { startPostgres } from "./postgres.ts";

// Nobody else writes into the log, or the log to the disk.
const quiet = ["wal_writer_delay=10000", "autovacuum=off", "wal_level=minimal", "max_wal_senders=0"];
const postgres = await startPostgres(quiet);
if (typeof postgres === "string") {
  test("what waits for the disk on a Postgres server", { skip: postgres }, () => {});
} else {
  const store = await openStore({ databaseUrl: postgres.url, dataFolder: "" });
  after(async () => {
    await store.destroy();
    await postgres.stop();
  });

  test("a delivery and its end are on the disk when they are answered; to lease it waits for no disk", async () => {
    await keep(store, { id: "a", name: "push", payload: {}, lane: null }, at(0));
    assert.equal(await waitsForDisk(store), false);
    assert.equal((await leaseDelivery(store, "me", at(1)))?.id, "a");
    assert.equal(await waitsForDisk(store), true);
    await settleDelivery(store, "a", at(2));
    assert.equal(await waitsForDisk(store), false, "and the lease with it");
    assert.ok(await reserve(store, 1, { points: 1, creations: 1 }));
    assert.equal(await waitsForDisk(store), true);
    await keep(store, { id: "b", name: "push", payload: {}, lane: null }, at(3));
    assert.equal(await waitsForDisk(store), false);
  });
}

/** Has the log something that a crash of the server would take with it? */
async function waitsForDisk(store: Store): Promise<boolean> {
  const { rows } = await sql<{ readonly waits: boolean }>`
    select pg_current_wal_insert_lsn() > pg_current_wal_flush_lsn() as waits`.execute(store);
  return rows[0]?.waits === true;
}
