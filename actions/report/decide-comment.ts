import type { OwnComment } from "../../github/comments.ts";
import type { Generation } from "./report-world.ts";
import { readStamp } from "./stamp.ts";

export type Wish = { readonly body: string; readonly marker: string };

/** What to do about the one comment of a pull request. */
export type Decision =
  | { readonly kind: "create" }
  | { readonly kind: "edit"; readonly id: number }
  | { readonly kind: "leave"; readonly id: number; readonly why: "unchanged" | "newer" };

/**
 * Decides by the comments that our own account wrote. The oldest with our stamp at its end is the one; where runs raced
 * and left several, all runs agree on it. A newer run's comment is left alone, as is one that says the same already.
 */
export function decideComment(own: readonly OwnComment[], wish: Wish): Decision {
  const wished = readStamp(wish.body, wish.marker);
  if (wished === null) throw new TypeError("the body has no stamp");
  const stamped = own
    .flatMap(({ id, body }) => {
      const stamp = readStamp(body, wish.marker);
      return stamp === null ? [] : [{ id, ...stamp }];
    })
    .toSorted((a, b) => a.id - b.id);
  const [first] = stamped;
  if (first === undefined) return { kind: "create" };
  if (isNewer(first.generation, wished.generation)) return { kind: "leave", id: first.id, why: "newer" };
  // The text links to its run, so the same text is the same run's.
  if (first.content === wished.content) return { kind: "leave", id: first.id, why: "unchanged" };
  return { kind: "edit", id: first.id };
}

function isNewer(a: Generation, b: Generation): boolean {
  return a.runId > b.runId || (a.runId === b.runId && a.attempt > b.attempt);
}
