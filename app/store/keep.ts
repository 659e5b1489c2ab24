import { randomBytes, randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { executePrepared, type Prepared, type Store } from "./open.ts";

export type NewDelivery = {
  readonly id: string;
  readonly name: string;
  readonly payload: object;
  readonly lane: string | null;
  /** What was sent, of a delivery that is known to mean nothing to us: kept as done, it costs no worker anything. */
  readonly idleBody?: string;
};

export type Keeper = {
  readonly keep: (delivery: NewDelivery, now: string) => Promise<boolean>;
  /** Resolves when no delivery waits for its turn to be kept, at the latest after so long. */
  readonly giveWay: (atMostMs: number) => Promise<void>;
  /** Could a delivery be kept now? When the last one could be, nothing is asked of the store. */
  readonly takesWrites: () => Promise<boolean>;
};

/** Deliveries of one INSERT at most, and INSERTs at a time: whoever comes meanwhile is kept with the next. */
const most = 8;
const atATime = 2;

/** Keeps a verified delivery. The same delivery id, sent again, changes nothing; true when it was new. */
export async function keep(store: Store, delivery: NewDelivery, now: string): Promise<boolean> {
  return (await insert(store, [parametersOf(delivery, now)])).has(delivery.id);
}

/**
 * Keeps deliveries of one process. Those that arrive while others are being written are written together, since what a
 * database is slow at is a transaction, not a row; each is answered when the transaction that holds it is on disk. A
 * delivery that the database refuses spoils none of its neighbors.
 */
export function createKeeper(store: Store): Keeper {
  type Waiting = { readonly parameters: Parameters; readonly settled: PromiseWithResolvers<boolean> };
  const waiting: Waiting[] = [];
  const givingWay = new Set<() => void>();
  let writing = 0;
  let refused = false;

  const writeApart = async (batch: readonly Waiting[]) => {
    for (const { parameters, settled } of batch)
      await insert(store, [parameters]).then((fresh) => settled.resolve(fresh.has(parameters[0])), settled.reject);
  };
  const write = async (batch: readonly Waiting[]) => {
    try {
      const fresh = new Set(
        await insert(
          store,
          batch.map(({ parameters }) => parameters),
        ),
      );
      // Of two with the same id in one batch the first was kept.
      for (const { parameters, settled } of batch) settled.resolve(fresh.delete(parameters[0]));
    } catch (error) {
      refused ||= !isAboutARow(error);
      if (batch.length > 1 && isAboutARow(error)) await writeApart(batch);
      else for (const { settled } of batch) settled.reject(error);
    }
  };
  const next = () => {
    while (writing < atATime && waiting.length > 0) {
      writing += 1;
      void write(waiting.splice(0, most)).then(() => {
        writing -= 1;
        next();
      });
    }
    if (waiting.length === 0) for (const goOn of givingWay) goOn();
  };
  return {
    keep: async (delivery, now) => {
      const settled = Promise.withResolvers<boolean>();
      waiting.push({ parameters: parametersOf(delivery, now), settled });
      next();
      return settled.promise;
    },
    giveWay: async (atMostMs) => {
      if (waiting.length === 0) return;
      const way = Promise.withResolvers<void>();
      givingWay.add(way.resolve);
      const timer = setTimeout(way.resolve, atMostMs);
      await way.promise;
      clearTimeout(timer);
      givingWay.delete(way.resolve);
    },
    takesWrites: async () => {
      if (refused) refused = !(await couldKeep(store));
      return !refused;
    },
  };
}

/** Large enough that a store without room for deliveries has none for it either. */
const trialBytes = 64 * 1024;

/** Writes what could be a delivery, and takes it back. A store that is full may still answer, and take what is small. */
async function couldKeep(store: Store): Promise<boolean> {
  const takenBack = new Error("only a trial");
  const row: Parameters = [`trial-${randomUUID()}`, "trial", "{}", randomBytes(trialBytes), null, "done", ""];
  try {
    await store.transaction().execute(async (transaction) => {
      await insert(transaction, [row]);
      throw takenBack;
    });
  } catch (error) {
    return error === takenBack;
  }
  return true;
}

/** SQLSTATE classes of what is wrong with a value: data exceptions, and limits of the program such as nesting. */
function isAboutARow(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && /^(?:22|54)/.test(error.code);
}

type Parameters = readonly [
  id: string,
  name: string,
  payload: string,
  body: Uint8Array | null,
  lane: string | null,
  state: "pending" | "done",
  now: string,
];

/**
 * Reading JSON and compressing it is most of what an INSERT costs a database. Nobody will ask for the payload of an idle
 * delivery, so it is kept as it came, compressed here, in an eighth of the space.
 */
function parametersOf({ id, name, payload, lane, idleBody }: NewDelivery, now: string): Parameters {
  return idleBody === undefined
    ? [id, name, JSON.stringify(payload), null, lane, "pending", now]
    : [id, name, "{}", gzipSync(idleBody, { level: 1 }), lane, "done", now];
}

/** The ids of those that were new. */
async function insert(store: Store, rows: readonly Parameters[]): Promise<Set<string>> {
  const inserted = await executePrepared<{ id: string }>(store, insertOf(rows.length), rows.flat());
  return new Set(inserted.map(({ id }) => id));
}

const inserts = new Map<number, Prepared>();

function insertOf(count: number): Prepared {
  const known = inserts.get(count);
  if (known !== undefined) return known;
  const made = { name: `keep_${count}`, text: writeInsert(count) };
  inserts.set(count, made);
  return made;
}

/**
 * Written out, because GitHub waits for it: building it anew for each delivery would cost more than sending it. Due at once,
 * also for a replica whose clock is behind that of the process that kept it.
 */
function writeInsert(count: number): string {
  const rows = Array.from({ length: count }, (_, row) => {
    const [id, name, payload, body, lane, state, now] = Array.from({ length: 7 }, (__, at) => `$${7 * row + at + 1}`);
    return `(${id}, ${name}, ${payload}::jsonb, ${body}::bytea, ${lane}, ${state}::text, case ${state} when 'done' then 1 else 0 end,
      least(${now}, to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), ${now},
      case ${state} when 'done' then ${now} end)`;
  });
  return `insert into deliveries
    (id, name, payload, body, lane, state, attempts, not_before, received_at, done_at) values ${rows.join(", ")}
    on conflict (id) do nothing returning id`;
}
