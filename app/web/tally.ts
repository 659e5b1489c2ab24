import { commandSyntax } from "../../core/command/parse.ts";
import { createHistogram, type HistogramReading } from "../histogram.ts";
import { lastBefore } from "../store/before.ts";
import { type Decided, readDecided } from "../store/decided.ts";
import { readWished } from "../store/disturbances.ts";
import type { Store } from "../store/open.ts";
import { follow } from "./follow.ts";
import { createMachineTime, type MachineTime } from "./machine-time.ts";
import { createReactions, type ReactionReading } from "./reactions.ts";

/** How often something was decided, by the values of its labels. */
export type Tallied<Label extends string> = readonly {
  readonly labels: Readonly<Record<Label, string>>;
  readonly value: number;
}[];

export type TallyReading = {
  readonly decisions: Tallied<"what" | "reason">;
  readonly commands: Tallied<"command" | "decision" | "reason">;
  readonly promotions: Tallied<"outcome" | "reason">;
  readonly conflicts: Readonly<Record<"edited" | "deleted", number>>;
  readonly verdictSeconds: HistogramReading;
  readonly reactionSeconds: ReactionReading;
  readonly machineTime: MachineTime;
};

/** From a minute to a day. */
const verdictBounds = [60, 180, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400];

const commandDecisions: Readonly<Record<string, string>> = { command_accepted: "accepted", command_refused: "refused" };
/** How a version's way ended, or that it began none. */
const promotionOutcomes: Readonly<Record<string, string>> = {
  deployed: "deployed",
  deployment_failed: "failed",
  review_rejected: "rejected",
  version_refused: "refused",
  version_overtaken: "overtaken",
};

/**
 * Counts what the store gains from a time on, by all replicas together: each row once, each time it is read only those
 * that are new. Counters begin at zero with the process, as Prometheus expects.
 */
export function createTally(store: Store, since: string): (now: Date) => Promise<TallyReading> {
  const decisions = counter<"what" | "reason">();
  const commands = counter<"command" | "decision" | "reason">();
  const promotions = counter<"outcome" | "reason">();
  const conflicts = { edited: 0, deleted: 0 };
  const verdicts = createHistogram(verdictBounds);
  const decided = follow(
    () => lastBefore(store, "ledger", since),
    (seq) => readDecided(store, { seq, since }),
  );
  const wished = follow(
    () => lastBefore(store, "effects", since),
    (seq) => readWished(store, { seq, since }),
  );
  const reactions = createReactions(store, since);
  const machineTime = createMachineTime(store, since);

  const count = ({ what, reason: why, command, secondsToVerdict }: Decided) => {
    const reason = why ?? "";
    decisions.add({ what, reason });
    const decision = commandDecisions[what];
    if (decision !== undefined) commands.add({ command: commandOf(command ?? ""), decision, reason });
    const outcome = promotionOutcomes[what];
    if (outcome !== undefined) promotions.add({ outcome, reason });
    if (secondsToVerdict !== null) verdicts.observe(Math.max(0, secondsToVerdict));
  };
  return async (now) => {
    for (const line of await decided()) count(line);
    for (const { disturbed } of await wished())
      if (disturbed === "edited" || disturbed === "deleted") conflicts[disturbed] += 1;
    return {
      decisions: decisions.read(),
      commands: commands.read(),
      promotions: promotions.read(),
      conflicts: { ...conflicts },
      verdictSeconds: verdicts.read(),
      reactionSeconds: await reactions(now),
      machineTime: await machineTime(now),
    };
  };
}

function counter<Label extends string>() {
  const counts = new Map<string, { readonly labels: Readonly<Record<Label, string>>; value: number }>();
  return {
    add: (labels: Readonly<Record<Label, string>>) => {
      const key = JSON.stringify(Object.values(labels));
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { labels, value: 1 });
      else known.value += 1;
    },
    read: (): Tallied<Label> => [...counts.values()].map((one) => ({ ...one })),
  };
}

/** The word of a closed list, so that what people write makes no time series. */
function commandOf(text: string): string {
  const word = /^\/([a-z-]+)/i.exec(text)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(commandSyntax, word) ? word : "unknown";
}
