import type { Effect } from "../../core/plan/effect.ts";
import type { Cost } from "../store/budgets.ts";

const write = 5;
const read = 1;

/** What performing an effect costs at most: a write, the read that may precede it, and whether it makes content. */
export function costOf(effect: Effect): Cost {
  switch (effect.kind) {
    case "comment":
    case "reply":
    case "react":
      return { points: write + read, creations: 1 };
    case "dispatch":
    case "cancel_run":
    case "model_check":
    case "aggregate_check":
    case "decide_protection":
    case "publish_keys":
    case "recheck":
      return { points: write + read, creations: 0 };
  }
}
