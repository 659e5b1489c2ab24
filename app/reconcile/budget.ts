import type { Event } from "../../core/plan/event.ts";

/** How many requests a part of a round may still make. */
export type Budget = {
  /** Takes so many, or none and false. */
  readonly take: (requests: number) => boolean;
  readonly isSpent: () => boolean;
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
    isSpent: () => isOver() || left === 0,
  };
}

/**
 * What deciding about an event asks of GitHub at most; a change of more than 300 files is listed besides. Its effects have a
 * budget of their own.
 */
export function requestsFor(event: Event): number {
  switch (event.kind) {
    case "pull_changed":
      return 8;
    case "pull_closed":
      return 3;
    case "run_completed":
      return 3;
    default:
      return 1;
  }
}
