import { createHistogram, type HistogramReading } from "../histogram.ts";
import { lastBefore } from "../store/before.ts";
import type { Store } from "../store/open.ts";
import { type Arrived, type Awaited, readArrived, readReactions } from "../store/reactions.ts";
import { follow } from "./follow.ts";

/** By what was reacted to: a comment with a command, or a head that was pushed. */
export type ReactionReading = Readonly<Record<"comment" | "push", HistogramReading>>;

const bounds = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800];
/** What has had no reaction for so long has no first one any more: dead letters are counted elsewhere. */
const longestWaitMs = 3_600_000;
const mostAwaited = 1_000;

type Waiting = Awaited & { readonly to: keyof ReactionReading; readonly receivedAt: number };

/**
 * Measures how long comments and pushes wait for the first thing that GitHub shows of us: from when their delivery was
 * received to the reaction that answers a command, or to the check of a head. Those of all replicas, each once.
 */
export function createReactions(store: Store, since: string): (now: Date) => Promise<ReactionReading> {
  const histograms = { comment: createHistogram(bounds), push: createHistogram(bounds) };
  const arrivals = follow(
    () => lastBefore(store, "deliveries", since),
    (seq) => readArrived(store, { seq, since }),
  );
  let waiting: ReadonlyMap<number, Waiting> = new Map();
  return async (now) => {
    const fresh = (await arrivals()).flatMap((one) => waitingFor(one));
    const awaited = [...waiting.values(), ...fresh];
    const still = new Map(awaited.map((one) => [one.seq, one]));
    const coming = new Set<number>();
    const asked = awaited.map(({ seq, repository, keys }) => ({ seq, repository, keys }));
    for (const { seq, at, isComing } of await readReactions(store, asked)) {
      const one = still.get(seq);
      if (one === undefined) continue;
      const seconds = at === null ? null : (Date.parse(at) - one.receivedAt) / 1_000;
      // Done before it came: another delivery, or the reconciler, told the same.
      if (seconds !== null && seconds >= 0) histograms[one.to].observe(seconds);
      if (at === null && isComing && now.getTime() - one.receivedAt < longestWaitMs) coming.add(seq);
    }
    waiting = new Map([...still].filter(([seq]) => coming.has(seq)).slice(-mostAwaited));
    return { comment: histograms.comment.read(), push: histograms.push.read() };
  };
}

/** What would be the first reaction to a delivery; of one without the fields that tell, nothing. */
function waitingFor({ seq, about, receivedAt, repository, comment, pull, head }: Arrived): readonly Waiting[] {
  if (about === null || !isNumber(repository)) return [];
  const from = { seq, repository: Number(repository), receivedAt: Date.parse(receivedAt), to: about };
  if (about === "comment")
    return isNumber(comment) ? [{ ...from, keys: [`react/${comment}/rocket`, `react/${comment}/confused`] }] : [];
  return isNumber(pull) && /^[0-9a-f]{40,64}$/.test(head ?? "") ? [{ ...from, keys: [`check/${pull}/${head}`] }] : [];
}

function isNumber(text: string | null): boolean {
  return /^\d{1,15}$/.test(text ?? "");
}
