import { setTimeout as pause } from "node:timers/promises";
import type { Stage } from "./stage.ts";

export type Backlog = {
  /** Deliveries that were acknowledged and not yet worked on. */
  readonly waiting: number;
  readonly seconds: number;
};

/** Waits until no delivery and no effect is pending; how many deliveries were, and how long that took. */
export async function drain({ store }: Stage, progress: (text: string) => void): Promise<Backlog> {
  const start = performance.now();
  const pending = async (table: "deliveries" | "effects") => {
    const row = await store
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where("state", "=", "pending")
      .executeTakeFirstOrThrow();
    return row.count;
  };
  const waiting = await pending("deliveries");
  for (;;) {
    const left = (await pending("deliveries")) + (await pending("effects"));
    if (left === 0) return { waiting, seconds: (performance.now() - start) / 1_000 };
    progress(`${left} deliveries and effects are still to be worked on`);
    await pause(250);
  }
}
