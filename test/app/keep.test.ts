import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { sql } from "kysely";
import { settleDelivery } from "../../app/store/inbox.ts";
import { createKeeper } from "../../app/store/keep.ts";
import { openStore, type Store } from "../../app/store/open.ts";
import { startPostgres } from "./postgres.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

/** Longer than the test runner waits. */
const longMs = 3_600_000;

keepsTogether("PGlite", await openStore({ databaseUrl: null, dataFolder: "memory://" }));
const postgres = await startPostgres();
if (typeof postgres === "string") test("on a Postgres server", { skip: postgres }, () => {});
else {
  keepsTogether("Postgres", await openStore({ databaseUrl: postgres.url, dataFolder: "" }));
  after(postgres.stop);
}

function keepsTogether(name: string, store: Store): void {
  after(() => store.destroy());

  test(`${name}: deliveries that arrive together are kept together, each answered for itself`, async () => {
    const keeper = createKeeper(store);
    const mark = `together-${randomUUID()}`;
    const ids = Array.from({ length: 30 }, (_, index) => `${mark}-${index % 25}`);
    const odd = `${mark}-\0`;
    const answers = await Promise.allSettled(
      [...ids.slice(0, 5), odd, ...ids.slice(5)].map((id, index) =>
        keeper.keep(
          { id, name: "push", payload: { index }, lane: null, ...(index % 2 ? { idleBody: id } : {}) },
          at(1),
        ),
      ),
    );
    const [refused, ...others] = [answers[5], ...answers.toSpliced(5, 1)];
    assert.equal(refused?.status, "rejected", "alone");
    const fresh = Map.groupBy(others, (_, index) => ids[index]);
    for (const [id, of] of fresh)
      assert.equal(
        of.filter((answer) => answer.status === "fulfilled" && answer.value).length,
        1,
        `${id} was new once`,
      );
    assert.equal(fresh.size, 25);
    const rows = await store.selectFrom("deliveries").selectAll().where("id", "like", `${mark}-%`).execute();
    assert.equal(rows.length, 25);
    for (const { id, state, attempts, body, payload } of rows) {
      const text = body === null ? null : gunzipSync(body).toString();
      if (state === "done") assert.deepEqual([attempts, text, payload], [1, id, {}]);
      else assert.deepEqual([state, attempts, text, Object.keys(payload)], ["pending", 0, null, ["index"]]);
      if (state === "pending") await settleDelivery(store, id, at(2));
    }
    assert.equal(await keeper.takesWrites(), true, "a row that is refused says nothing about the store");
  });

  test(`${name}: who gives way goes on when every delivery is kept or being kept, or has waited for long enough`, async () => {
    const keeper = createKeeper(store);
    await keeper.giveWay(longMs);
    let kept = 0;
    const keepOne = async () => {
      await keeper.keep({ id: randomUUID(), name: "push", payload: {}, lane: null, idleBody: "{}" }, at(1));
      kept += 1;
    };
    const keeping = await store.transaction().execute(async (transaction) => {
      await sql`lock table deliveries in exclusive mode`.execute(transaction);
      const begun = Array.from({ length: 40 }, keepOne);
      await keeper.giveWay(10);
      assert.equal(kept, 0);
      return begun;
    });
    await keeper.giveWay(longMs);
    assert.ok(kept >= 40 - 2 * 8, String(kept));
    await Promise.all(keeping);
    await keeper.giveWay(longMs);
  });
}
