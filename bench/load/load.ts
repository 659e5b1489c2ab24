import type { Bench } from "../bench.ts";
import { describeMachine } from "../machine.ts";
import { heldMb } from "../services.ts";
import { columnsOf, formatInteger, formatMs, formatTimes, renderTable } from "../table.ts";
import { type Backlog, drain } from "./backlog.ts";
import { durableWrites } from "./disk.ts";
import { measureMost, renderMost } from "./most.ts";
import { names } from "./names.ts";
import { type Payload, signedPayloads } from "./payloads.ts";
import { quantile, type Sent, send } from "./send.ts";
import { openStage, type Stage } from "./stage.ts";

const perSecond = 200;
const defaultSeconds = 60;
const distinctPayloads = 3_000;
const warmUpSeconds = 2;
const turns = 4;

/** 200 deliveries a second against the App on Postgres and its peers, in turns; then the most that each bears. */
export const loadBench: Bench = {
  measures:
    "webhooks acknowledged by the App on Postgres, beside bare Probot with an empty handler, and with one INSERT",
  run: async ({ runs, env, pid, progress }) => {
    const seconds = runs ?? defaultSeconds;
    const stage = await openStage({ env, pid });
    try {
      const payloads = signedPayloads(stage.secret, distinctPayloads);
      const diskBefore = await measureDisk(seconds / 4, progress);
      const { bare, storing, hasty, ours, backlog } = await measureSteady(stage, payloads, seconds, progress);
      const disk = ascending(diskBefore, await measureDisk(seconds / 4, progress));
      const stored = await countStored(stage, ours.acknowledged);
      const requests = await stage.requests();
      const memory = (await heldMb(stage.appUrl)).toFixed(0);
      const most = await measureMost(stage, payloads, progress);
      const storedMost = await countStored(stage, most.ours.acknowledged);
      return [
        describeMachine(["Postgres and the sender on the same cores"]),
        "",
        renderSteady(disk, { bare, storing, hasty, ours }),
        "",
        `${formatInteger(stored)} of ${formatInteger(ours.acknowledged.length)} acknowledged deliveries are in the store.`,
        `When the last was acknowledged ${formatInteger(backlog.waiting)} waited to be worked on, and ${backlog.seconds.toFixed(1)} s later none; the App asked GitHub ${formatInteger(requests)} times and held ${memory} MB.`,
        "",
        renderMost(most),
        "",
        `${formatInteger(storedMost)} of ${formatInteger(most.ours.acknowledged.length)} deliveries acknowledged on the way there are in the store; the ${formatInteger(most.backlog.waiting)} that waited when the App's last turn was over were worked off in ${most.backlog.seconds.toFixed(1)} s.`,
      ].join("\n");
    } finally {
      await stage.stop();
    }
  },
};

type Steady = Readonly<Record<"bare" | "storing" | "hasty" | "ours", Sent>> & { readonly backlog: Backlog };

/** All take turns, so that a machine that gets slower or faster, and a disk that stalls for a while, favors nobody. */
async function measureSteady(
  stage: Stage,
  payloads: readonly Payload[],
  seconds: number,
  progress: (text: string) => void,
): Promise<Steady> {
  const { bareUrl: bare, storingUrl: storing, hastyUrl: hasty, appUrl: ours } = stage;
  const urls = { bare, hasty, storing, ours };
  for (const url of Object.values(urls)) {
    progress(`warming up ${url}`);
    await send(url, payloads, { perSecond, seconds: warmUpSeconds, seed: "warm" });
  }
  const sent = { bare: nothingSent, hasty: nothingSent, storing: nothingSent, ours: nothingSent };
  let backlog: Backlog = { waiting: 0, seconds: 0 };
  for (let turn = 1; turn <= turns; turn += 1)
    for (const name of ["bare", "hasty", "storing", "ours"] as const) {
      progress(`turn ${turn} of ${turns}: ${perSecond} a second for ${seconds / turns} s, ${name}`);
      const load = { perSecond, seconds: seconds / turns, seed: `turn ${turn}` };
      sent[name] = joined(sent[name], await send(urls[name], payloads, load));
      if (name === "ours") backlog = await drain(stage, progress);
    }
  return { ...sent, backlog };
}

function measureDisk(seconds: number, progress: (text: string) => void): Promise<readonly number[]> {
  progress(`the disk alone: ${perSecond} writes a second for ${seconds} s`);
  return durableWrites(perSecond, seconds);
}

function ascending(one: readonly number[], other: readonly number[]): readonly number[] {
  return [...one, ...other].toSorted((a, b) => a - b);
}

const nothingSent: Sent = { acknowledged: [], refused: 0, ackMs: [], lateMs: [], seconds: 0 };

function joined(one: Sent, other: Sent): Sent {
  return {
    acknowledged: [...one.acknowledged, ...other.acknowledged],
    refused: one.refused + other.refused,
    ackMs: ascending(one.ackMs, other.ackMs),
    lateMs: ascending(one.lateMs, other.lateMs),
    seconds: one.seconds + other.seconds,
  };
}

/** How many of the deliveries the store has, by their ids. */
async function countStored({ store }: Stage, ids: readonly string[]): Promise<number> {
  const rows = await store.selectFrom("deliveries").select("id").execute();
  const kept = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => kept.has(id)).length;
}

const shares = [0.5, 0.95, 0.99] as const;

function renderSteady(disk: readonly number[], { bare, storing, hasty, ours }: Omit<Steady, "backlog">): string {
  const row = (name: string, sent: Sent) => [
    name,
    formatInteger(sent.acknowledged.length),
    formatInteger(sent.refused),
    ...shares.map((p) => formatMs(quantile(sent.ackMs, p))),
    formatMs(quantile(sent.lateMs, 0.99)),
  ];
  const ratio = (name: string, one: readonly number[], other: readonly number[]) => {
    const times = shares.map((p) => formatTimes(quantile(one, p) / quantile(other, p)));
    return [name, "", "", ...times, ""];
  };
  return renderTable(
    columnsOf(
      `${perSecond} a second for ${ours.seconds} s`,
      "acknowledged",
      "refused",
      "p50 ms",
      "p95 ms",
      "p99 ms",
      "sent late, p99 ms",
    ),
    [
      [names.disk, "", "", ...shares.map((p) => formatMs(quantile(disk, p))), ""],
      row(names.bare, bare),
      row(names.hasty, hasty),
      row(names.storing, storing),
      row("Assay", ours),
      ratio(`Assay / ${names.disk}`, ours.ackMs, disk),
      ratio(`Assay / ${names.bare}`, ours.ackMs, bare.ackMs),
      ratio(`Assay / ${names.storing}`, ours.ackMs, storing.ackMs),
      ratio(`${names.hasty} / ${names.bare}`, hasty.ackMs, bare.ackMs),
    ],
  );
}
