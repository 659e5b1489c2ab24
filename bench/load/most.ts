import { columnsOf, formatInteger, formatMs, renderTable } from "../table.ts";
import { type Backlog, drain } from "./backlog.ts";
import { names } from "./names.ts";
import type { Payload } from "./payloads.ts";
import { quantile, type Sent, send } from "./send.ts";
import type { Stage } from "./stage.ts";

/** A rate is sustained when 99 of 100 deliveries are acknowledged within this, and none is refused. */
const patienceMs = 100;
const stepSeconds = 3;
const firstRate = 400;
const stepFactor = 1.1;
const highestRate = 12_000;

const measured = ["bare", "storing", "ours"] as const;
type Measured = (typeof measured)[number];

/** There and back, so that neither the first nor the last is favored by what the machine does meanwhile. */
const order: readonly Measured[] = [...measured, ...measured.toReversed()];

type Climb = {
  /** The highest that was sustained, deliveries a second; 0 when not even the first was. */
  readonly rate: number;
  /** What was sent at that rate; null when not even the first was sustained. */
  readonly sent: Sent | null;
  /** Ids of every delivery that was acknowledged on the way. */
  readonly acknowledged: readonly string[];
};

/** The better climb of each, and what the App's last one left to be worked on. */
type Most = Readonly<Record<Measured, Climb>> & { readonly backlog: Backlog };

/** The highest rate that each sustains: the better of two climbs, in turns. */
export async function measureMost(
  stage: Stage,
  payloads: readonly Payload[],
  progress: (text: string) => void,
): Promise<Most> {
  const urls = { bare: stage.bareUrl, storing: stage.storingUrl, ours: stage.appUrl };
  const nothing: Climb = { rate: 0, sent: null, acknowledged: [] };
  const most = { bare: nothing, storing: nothing, ours: nothing };
  let backlog: Backlog = { waiting: 0, seconds: 0 };
  for (const name of order) {
    const climbed = await climb((rate, seed) => {
      progress(`${name}: ${rate} a second`);
      return send(urls[name], payloads, { perSecond: rate, seconds: stepSeconds, seed });
    });
    most[name] = better(most[name], climbed);
    if (name === "ours") backlog = await drain(stage, progress);
  }
  return { ...most, backlog };
}

function better(one: Climb, other: Climb): Climb {
  const best = other.rate > one.rate ? other : one;
  return { ...best, acknowledged: [...one.acknowledged, ...other.acknowledged] };
}

/** Raises the rate by a tenth until it is not sustained three times in a row: a disk that stalls once decides nothing. */
async function climb(sendAt: (rate: number, seed: string) => Promise<Sent>): Promise<Climb> {
  const acknowledged: string[] = [];
  const sustained = async (rate: number) => {
    for (const seed of ["first", "second", "third"]) {
      const sent = await sendAt(rate, seed);
      acknowledged.push(...sent.acknowledged);
      if (isSustained(sent)) return sent;
    }
    return null;
  };
  let best: Climb = { rate: 0, sent: null, acknowledged };
  for (let rate = firstRate; rate <= highestRate; rate *= stepFactor) {
    const sent = await sustained(Math.round(rate));
    if (sent === null) break;
    best = { rate: sent.acknowledged.length / sent.seconds, sent, acknowledged };
  }
  return best;
}

function isSustained({ refused, ackMs, lateMs }: Sent): boolean {
  return refused === 0 && quantile(ackMs, 0.99) <= patienceMs && quantile(lateMs, 0.99) <= patienceMs;
}

export function renderMost({ bare, storing, ours }: Most): string {
  const row = (name: string, { rate, sent }: Climb) => [
    name,
    sent === null ? `less than ${firstRate}` : formatInteger(rate),
    ...[0.5, 0.99].map((p) => (sent === null ? "" : formatMs(quantile(sent.ackMs, p)))),
  ];
  const ratio = (name: string, peer: Climb) => [
    `Assay / ${name}`,
    ours.sent === null || peer.sent === null ? "" : (ours.rate / peer.rate).toFixed(2),
    "",
    "",
  ];
  return renderTable(columnsOf(`the most in ${stepSeconds} s`, "a second", "p50 ms", "p99 ms"), [
    row(names.bare, bare),
    row(names.storing, storing),
    row("Assay", ours),
    ratio(names.bare, bare),
    ratio(names.storing, storing),
  ]);
}
