import { affectedModels, type CommentFacts } from "./facts.ts";
import { configFaults } from "./pull-changed.ts";

/**
 * Another branch may have become the default one since a pull request to it was last decided about, when it was not judged.
 * From then on it is: what it changes is in the facts of the command that asks.
 */
export function ruledNow<F extends CommentFacts>(facts: F): F {
  const { memory, baseConfig, headConfig, changedFiles } = facts;
  const { pull } = memory;
  if (pull === null || pull.state !== "open" || pull.fork || pull.base.ref !== pull.defaultBranch) return facts;
  if (!pull.faults.some(({ reason }) => reason === "base_not_default")) return facts;
  const affected = affectedModels(baseConfig, changedFiles);
  const faults = configFaults(baseConfig, headConfig);
  return { ...facts, memory: { ...memory, pull: { ...pull, affected, faults } } };
}
