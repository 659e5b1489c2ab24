import { type Transaction } from "kysely";
import type { Job, Promotion, Pull, Run, Version } from "../../core/job/state.ts";
import { chain, ledgerStart } from "../../core/ledger.ts";
import type { Plan } from "../../core/plan/decision.ts";
import type { RepositoryRef } from "../../core/plan/event.ts";
import type { KnownTraining, Memory } from "../../core/plan/facts.ts";
import type { Report } from "../../core/report.ts";
import type { Store } from "./open.ts";
import { queue } from "./outbox.ts";
import { noteRepository } from "./repositories.ts";
import type { Tables } from "./tables.ts";

/** What memory said when it was read: rows are written back only if nobody changed them since. */
export type Recollection = { readonly memory: Memory; readonly revisions: ReadonlyMap<string, number> };

/** Somebody else wrote a row between our reading and our writing: read again and plan again. */
export class RevisionConflict extends Error {
  override name = "RevisionConflict";
}

/** The same thing was reported, and acted on, before: there is nothing left to do. */
export class AlreadyActed extends Error {
  override name = "AlreadyActed";
}

/** Everything remembered about a pull request, and the versions and promotions of its repository. */
export async function recall(store: Store, repositoryId: number, pullNumber: number | null): Promise<Recollection> {
  const revisions = new Map<string, number>();
  const pull =
    pullNumber === null
      ? undefined
      : await store
          .selectFrom("pulls")
          .selectAll()
          .where("repository_id", "=", repositoryId)
          .where("number", "=", pullNumber)
          .executeTakeFirst();
  const jobs =
    pullNumber === null
      ? []
      : await store
          .selectFrom("jobs")
          .selectAll()
          .where("repository_id", "=", repositoryId)
          .where("pull", "=", pullNumber)
          .orderBy("seq")
          .execute();
  const versions = await store
    .selectFrom("versions")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .orderBy("model")
    .orderBy("number")
    .execute();
  const promotions = await store
    .selectFrom("promotions")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .orderBy("seq")
    .execute();
  if (pull !== undefined) revisions.set(pullKey(pull.document), pull.revision);
  for (const row of jobs) revisions.set(jobKey(row.document), row.revision);
  for (const row of promotions) revisions.set(promotionKey(row.document), row.revision);
  return {
    memory: {
      pull: pull?.document ?? null,
      jobs: jobs.map((row) => row.document),
      versions: versions.map((row) => row.document),
      promotions: promotions.map((row) => row.document),
    },
    revisions,
  };
}

/** Finished trainings by fingerprint, the newest of each: bytes that need not be trained again. */
export async function knownTrainings(
  store: Store,
  repositoryId: number,
): Promise<Readonly<Record<string, KnownTraining>>> {
  const rows = await store
    .selectFrom("jobs")
    .select("document")
    .where("repository_id", "=", repositoryId)
    .where("trained", "=", true)
    .orderBy("seq", "desc")
    .limit(500)
    .execute();
  const known: Record<string, KnownTraining> = {};
  for (const { document: job } of rows) {
    if (job.candidate === null || job.fingerprint in known) continue;
    const url = job.reusedFrom?.url ?? job.runs.find((run) => run.stage === "train")?.url ?? "";
    known[job.fingerprint] = {
      candidate: job.candidate,
      training: job.training,
      url,
      commit: job.reusedFrom?.commit ?? job.commit,
    };
  }
  return known;
}

/** The newest report of each model that was ever judged, among the last two hundred. */
export async function newestReports(store: Store, repositoryId: number): Promise<Readonly<Record<string, Report>>> {
  const rows = await store
    .selectFrom("jobs")
    .select("document")
    .where("repository_id", "=", repositoryId)
    .where("trained", "=", true)
    .orderBy("seq", "desc")
    .limit(200)
    .execute();
  const reports: Record<string, Report> = {};
  for (const { document: job } of rows) if (job.report !== null) reports[job.model] ??= job.report;
  return reports;
}

/** The pull request a run of ours belongs to, found by its id or by the nonce in its name. */
export async function pullOfRun(
  store: Store,
  repositoryId: number,
  run: { readonly id: number; readonly nonce: string | null },
): Promise<number | null> {
  const row = await store
    .selectFrom("runs")
    .select(["pull", "run_id"])
    .where("repository_id", "=", repositoryId)
    .where((where) => where.or([where("run_id", "=", run.id), where("nonce", "=", run.nonce ?? "")]))
    .executeTakeFirst();
  if (row === undefined || (row.run_id !== null && row.run_id !== run.id)) return null;
  return row.pull;
}

export async function pullOfNonce(store: Store, nonce: string): Promise<number | null> {
  return (await store.selectFrom("runs").select("pull").where("nonce", "=", nonce).executeTakeFirst())?.pull ?? null;
}

/**
 * Writes a plan: rows, ledger lines and effects commit together with `alongside` (the delivery being done), or nothing
 * does. Throws RevisionConflict when a row is not what it was when the plan was made.
 */
export async function commitPlan(
  store: Store,
  plan: Plan,
  from: {
    readonly recollection: Recollection;
    readonly installationId: number;
    readonly repository: RepositoryRef;
    readonly now: string;
    /** What may be acted on once only, however often and under how many delivery ids it is reported. */
    readonly once: string | null;
  },
  alongside: (transaction: Store) => Promise<void>,
): Promise<void> {
  const { repository, now } = from;
  const { revisions } = from.recollection;
  const pull = plan.pull ?? from.recollection.memory.pull;
  const lane = laneOf(repository.id, pull?.number ?? null);
  await store.transaction().execute(async (transaction) => {
    if (from.once !== null) await actOnce(transaction, repository.id, from.once, now);
    if (plan.pull !== null) await writePull(transaction, plan.pull, revisions);
    for (const job of plan.jobs) await writeJob(transaction, job, revisions);
    for (const version of plan.versions) await writeVersion(transaction, version);
    for (const promotion of plan.promotions) await writePromotion(transaction, promotion, revisions);
    await writeLedger(transaction, plan, repository.id, now);
    await writeRuns(transaction, plan, repository.id);
    await noteRepository(transaction, from.installationId, repository);
    await queue(transaction, { installationId: from.installationId, repository, lane }, plan.effects, now);
    await alongside(transaction);
  });
}

/** What happens to one pull request happens one after the other; what is about no pull request, per repository. */
export function laneOf(repositoryId: number, pull: number | null): string {
  return pull === null ? String(repositoryId) : `${repositoryId}/${pull}`;
}

/** The pull request of a lane; null where it is the repository's. */
export function pullOfLane(lane: string): number | null {
  const [, pull] = lane.split("/");
  return pull === undefined ? null : Number(pull);
}

async function actOnce(db: Transaction<Tables>, repositoryId: number, key: string, at: string): Promise<void> {
  const noted = await db
    .insertInto("acts")
    .values({ repository_id: repositoryId, key, at })
    .onConflict((conflict) => conflict.columns(["repository_id", "key"]).doNothing())
    .executeTakeFirst();
  if (noted.numInsertedOrUpdatedRows !== 1n) throw new AlreadyActed(`${key} was acted on before`);
}

async function writePull(db: Transaction<Tables>, pull: Pull, revisions: Recollection["revisions"]): Promise<void> {
  const revision = revisions.get(pullKey(pull));
  const document = JSON.stringify(pull);
  if (revision === undefined) {
    const row = { repository_id: pull.repositoryId, number: pull.number, document };
    const inserted = await db.insertInto("pulls").values(row).onConflict(isThere).executeTakeFirst();
    mustHaveChanged(inserted.numInsertedOrUpdatedRows, pullKey(pull));
    return;
  }
  const updated = await db
    .updateTable("pulls")
    .set({ document, revision: revision + 1 })
    .where("repository_id", "=", pull.repositoryId)
    .where("number", "=", pull.number)
    .where("revision", "=", revision)
    .executeTakeFirst();
  mustHaveChanged(updated.numUpdatedRows, pullKey(pull));
}

async function writeJob(db: Transaction<Tables>, job: Job, revisions: Recollection["revisions"]): Promise<void> {
  const revision = revisions.get(jobKey(job));
  const row = { document: JSON.stringify(job), fingerprint: job.fingerprint, trained: job.candidate !== null };
  if (revision === undefined) {
    const inserted = await db
      .insertInto("jobs")
      .values({ ...row, id: job.id, repository_id: job.repositoryId, pull: job.pull })
      .onConflict(isThere)
      .executeTakeFirst();
    mustHaveChanged(inserted.numInsertedOrUpdatedRows, jobKey(job));
    return;
  }
  const updated = await db
    .updateTable("jobs")
    .set({ ...row, revision: revision + 1 })
    .where("id", "=", job.id)
    .where("revision", "=", revision)
    .executeTakeFirst();
  mustHaveChanged(updated.numUpdatedRows, jobKey(job));
}

async function writeVersion(db: Transaction<Tables>, version: Version): Promise<void> {
  const inserted = await db
    .insertInto("versions")
    .values({
      repository_id: version.repositoryId,
      model: version.model,
      number: version.number,
      document: JSON.stringify(version),
    })
    .onConflict(isThere)
    .executeTakeFirst();
  mustHaveChanged(inserted.numInsertedOrUpdatedRows, `version/${version.model}/${version.number}`);
}

async function writePromotion(
  db: Transaction<Tables>,
  promotion: Promotion,
  revisions: Recollection["revisions"],
): Promise<void> {
  const revision = revisions.get(promotionKey(promotion));
  const document = JSON.stringify(promotion);
  if (revision === undefined) {
    const inserted = await db
      .insertInto("promotions")
      .values({ id: promotion.id, repository_id: promotion.repositoryId, document })
      .onConflict(isThere)
      .executeTakeFirst();
    mustHaveChanged(inserted.numInsertedOrUpdatedRows, promotionKey(promotion));
    return;
  }
  const updated = await db
    .updateTable("promotions")
    .set({ document, revision: revision + 1 })
    .where("repository_id", "=", promotion.repositoryId)
    .where("id", "=", promotion.id)
    .where("revision", "=", revision)
    .executeTakeFirst();
  mustHaveChanged(updated.numUpdatedRows, promotionKey(promotion));
}

async function writeLedger(db: Transaction<Tables>, plan: Plan, repositoryId: number, at: string): Promise<void> {
  if (plan.ledger.length === 0) return;
  const last = await db
    .selectFrom("ledger")
    .select("hash")
    .where("repository_id", "=", repositoryId)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  let previous = last?.hash ?? ledgerStart;
  for (const decision of plan.ledger) {
    const entry = chain(decision, at, repositoryId, previous);
    const inserted = await db
      .insertInto("ledger")
      .values({ repository_id: repositoryId, at, decision: JSON.stringify(decision), previous, hash: entry.hash })
      .onConflict(isThere)
      .executeTakeFirst();
    mustHaveChanged(inserted.numInsertedOrUpdatedRows, `ledger/${repositoryId}`);
    previous = entry.hash;
  }
}

async function writeRuns(db: Transaction<Tables>, plan: Plan, repositoryId: number): Promise<void> {
  const runs: { run: Run; pull: number }[] = [
    ...plan.jobs.flatMap((job) => job.runs.map((run) => ({ run, pull: job.pull }))),
    ...plan.promotions.flatMap(({ run, pull }) => (run === null || pull === null ? [] : [{ run, pull }])),
  ];
  for (const { run, pull } of runs) {
    await db
      .insertInto("runs")
      .values({ nonce: run.nonce, repository_id: repositoryId, pull, run_id: run.runId, url: run.url })
      .onConflict((conflict) =>
        run.runId === null
          ? conflict.column("nonce").doNothing()
          : conflict.column("nonce").doUpdateSet({ run_id: run.runId, url: run.url }),
      )
      .execute();
  }
}

/** What somebody else made meanwhile stays, and counts as changed: our plan did not know of it. */
function isThere<T extends { readonly doNothing: () => R }, R>(conflict: T): R {
  return conflict.doNothing();
}

function mustHaveChanged(rows: bigint | undefined, key: string): void {
  if (rows !== 1n) throw new RevisionConflict(`${key} was changed by somebody else`);
}

function pullKey(pull: Pull): string {
  return `pull/${pull.number}`;
}

function jobKey(job: Job): string {
  return `job/${job.id}`;
}

function promotionKey(promotion: Promotion): string {
  return `promotion/${promotion.id}`;
}
