import assert from "node:assert/strict";
import { after, test } from "node:test";
import { PGlite, types } from "@electric-sql/pglite";
import { Kysely, PGliteDialect, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { leaseDelivery, settleDelivery } from "../../app/store/inbox.ts";
import { migrations } from "../../app/store/migrations.ts";
import { leaseEffect, readExternal, settleEffect } from "../../app/store/outbox.ts";
import type { Tables } from "../../app/store/tables.ts";

const names = Object.keys(migrations);
const at = "2026-01-01T00:00:00.000Z";
const later = "2026-01-02T00:00:00.000Z";

const store = new Kysely<Tables>({
  dialect: new PGliteDialect({ pglite: await PGlite.create({ parsers: { [types.INT8]: Number } }) }),
});
after(() => store.destroy());
const migrator = new Migrator({ db: store, provider: { getMigrations: async () => ({ ...migrations }) } });

/** What a replica of the first release writes: it names its own columns and knows of no others. */
async function writeAsBefore(mark: number): Promise<void> {
  await sql`insert into deliveries (id, name, payload, state, not_before, received_at)
    values (${`delivery-${mark}`}, 'push', '{}', 'pending', ${at}, ${at})`.execute(store);
  await sql`insert into effects (key, installation_id, repository_id, repository, default_branch, body, state, not_before, created_at)
    values ('keys', 1, ${mark}, 'acme/birds', 'main', '{"kind":"publish_keys"}', 'pending', ${at}, ${at})`.execute(
    store,
  );
  await sql`insert into externals (repository_id, key, id, content) values (${mark}, 'comment/1', 7, 'text')`.execute(
    store,
  );
  await sql`insert into pulls (repository_id, number, document) values (${mark}, 1, '{"state":"open"}')`.execute(store);
  await sql`insert into jobs (id, repository_id, pull, fingerprint, trained, document)
    values (${`job-${mark}`}, ${mark}, 1, 'f', false, '{"phase":"training"}')`.execute(store);
  await sql`insert into charts (token, svg, png, created_at) values (${`chart-${mark}`}, '', '', ${at})`.execute(store);
}

/** How a replica of the first release takes and ends what is due. */
async function workAsBefore(mark: number): Promise<void> {
  const due = await sql<{ id: string }>`select id from deliveries
    where state = 'pending' and not_before <= ${later} order by seq`.execute(store);
  assert.ok(due.rows.some(({ id }) => id === `delivery-${mark}`));
  await sql`update deliveries set state = 'done', done_at = ${later} where id = ${`delivery-${mark}`}`.execute(store);
  await sql`update effects set state = 'done', done_at = ${later} where repository_id = ${mark}`.execute(store);
  await sql`update jobs set document = '{"phase":"evaluating"}', revision = revision + 1
    where id = ${`job-${mark}`} and revision = 1`.execute(store);
}

for (const [index, name] of names.entries()) {
  test(`${name} keeps the rows of before, and what an older replica still does goes on working`, async () => {
    // Odd marks are worked off by the replica of before, even ones are left to the one of today.
    if (index > 0) await writeAsBefore(2 * index);
    const { error, results } = await migrator.migrateTo(name);
    assert.equal(error, undefined);
    assert.deepEqual(
      results?.map(({ migrationName, status }) => [migrationName, status]),
      [[name, "Success"]],
    );
    await writeAsBefore(2 * index + 1);
    await workAsBefore(2 * index + 1);
  });
}

test("what was left by any release before is worked off by the one of today, in order", async () => {
  const left = names.slice(1).map((_, index) => 2 * (index + 1));
  for (const mark of left) {
    const delivery = await leaseDelivery(store, "today", later);
    assert.equal(delivery?.id, `delivery-${mark}`);
    await settleDelivery(store, delivery.id, later);
  }
  assert.equal(await leaseDelivery(store, "today", later), null);
  for (const mark of left) {
    const effect = await leaseEffect(store, "today", later);
    assert.equal(effect?.repository.id, mark);
    await settleEffect(store, effect.seq, later);
    const external = await readExternal(store, mark, "comment/1");
    assert.deepEqual([external?.id, external?.content], [7, "text"]);
  }
  assert.equal(await leaseEffect(store, "today", later), null);
  const { rows } = await sql<{ jobs: number }>`select count(*) as jobs from jobs`.execute(store);
  assert.deepEqual(rows, [{ jobs: 2 * names.length - 1 }]);
});

test("a second start changes nothing", async () => {
  const { error, results } = await migrator.migrateToLatest();
  assert.equal(error, undefined);
  assert.deepEqual(results, []);
});
