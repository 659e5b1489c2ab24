import { z } from "zod";
import { readCursor, writeCursor } from "../store/cursor.ts";
import type { Store } from "../store/open.ts";
import type { Spot } from "../store/shown.ts";

/** A slow walk through the store, some rows a round, again and again: where it is, or null when it has come to its end. */
const lapSchema = z.object({
  began: z.iso.datetime(),
  after: z.tuple([z.int(), z.int()]).readonly().nullable(),
});
type Lap = z.infer<typeof lapSchema>;

/**
 * One round's part of a walk: `visit` is given the spot to go on from and gives the one it came to, null at the end. The
 * next lap begins `everyMs` after this one began at the earliest.
 */
export async function walkOn(
  store: Store,
  { name, now, everyMs }: { readonly name: string; readonly now: Date; readonly everyMs: number },
  visit: (after: Spot) => Promise<Spot | null>,
): Promise<void> {
  const parsed = lapSchema.safeParse(await readCursor(store, name));
  const fresh: Lap = { began: now.toISOString(), after: [0, 0] };
  const last = parsed.success ? parsed.data : fresh;
  const isDue = last.after === null && now.getTime() - Date.parse(last.began) >= everyMs;
  const lap = isDue ? fresh : last;
  if (lap.after === null) return;
  await writeCursor(store, name, { ...lap, after: await visit(lap.after) });
}
