import type { Event } from "../../core/plan/event.ts";

/** How many requests a part of a round may still make. */
export type Budget = {
  /** Takes so many, or none and false. */
  readonly take: (requests: number) => boolean;
};

/** `isOver` ends it early, when the App stops. */
export function budgetOf(requests: number, isOver: () => boolean = () => false): Budget {
  let left = requests;
  return {
    take: (wanted) => {
      if (isOver() || wanted > left) return false;
      left -= wanted;
      return true;
    },
  };
}

/** What deciding about an event asks of GitHub at most, and its first effects. */
export function requestsFor(event: Event): number {
  switch (event.kind) {
    case "pull_changed":
    case "pull_closed":
      return 6;
    case "run_completed":
      return 3;
    default:
      return 1;
  }
}
