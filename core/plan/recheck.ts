import { type Plan, planOf } from "./decision.ts";
import type { RunFacts } from "./facts.ts";
import { show } from "./show.ts";

/**
 * Everything that a pull request shows, written again: nothing is decided anew, so nothing starts. Its row is written as it
 * is, so that what was decided meanwhile is not overwritten by what was shown before.
 */
export function planPullRechecked({ memory }: RunFacts): Plan {
  const { pull, jobs } = memory;
  if (pull === null) return planOf({});
  const shown = jobs.filter((job) => job.pull === pull.number && (job.commit === pull.head || job.purpose === "merge"));
  return planOf({ pull, effects: show(pull, memory, shown) });
}
