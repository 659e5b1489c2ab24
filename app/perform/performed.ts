import type { Event } from "../../core/plan/event.ts";

/** What came of performing an effect: nothing to tell, an answer of GitHub's that matters, or that its turn is later. */
export type Performed =
  | { readonly kind: "done" }
  | { readonly kind: "learned"; readonly events: readonly Event[] }
  | { readonly kind: "later"; readonly at: string };

export const done: Performed = { kind: "done" };

export function learned(...events: readonly Event[]): Performed {
  return { kind: "learned", events };
}

export function later(at: Date): Performed {
  return { kind: "later", at: at.toISOString() };
}
