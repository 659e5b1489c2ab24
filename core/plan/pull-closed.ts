import { cancel } from "../job/advance.ts";
import { type Started, startJob } from "../job/start.ts";
import { isOpen, type Job, type Pull } from "../job/state.ts";
import { newest } from "../job/view.ts";
import { settleMerge } from "../promotion/register.ts";
import { type Context, nothing, type Plan, planOf } from "./decision.ts";
import type { EventOf } from "./event.ts";
import { deployed, type Memory, type MergeFacts } from "./facts.ts";
import { remember, show } from "./show.ts";

/** A pull request was closed: stop its work, or, if it was merged, make versions of what was evaluated. */
export function planPullClosed(event: EventOf<"pull_closed">, facts: MergeFacts, context: Context): Plan {
  const before = facts.memory.pull;
  if (before === null || before.state === "merged") return nothing;
  return facts.merged === null
    ? planAbandoned(before, facts.memory, context)
    : planMerged(event, before, facts, context);
}

function planAbandoned(before: Pull, memory: Memory, context: Context): Plan {
  if (before.state === "closed") return nothing;
  const pull: Pull = { ...before, state: "closed" };
  const closed = { reason: "pull_closed", message: "the pull request was closed" } as const;
  const stopped = memory.jobs
    .filter((job) => job.pull === pull.number && isOpen(job))
    .map((job) => cancel(job, closed, context));
  const jobs = stopped.map(({ job }) => job);
  return planOf({
    pull,
    jobs,
    effects: [...stopped.flatMap(({ effects }) => effects), ...show(pull, remember(memory, { pull, jobs }), jobs)],
  });
}

function planMerged(event: EventOf<"pull_closed">, before: Pull, facts: MergeFacts, context: Context): Plan {
  const { merged, memory } = facts;
  if (merged === null) return nothing;
  const ladder = merged.config?.ok === true ? merged.config.config.environments : null;
  const pull: Pull = {
    ...before,
    state: "merged",
    mergeCommit: merged.commit.sha,
    mergeTree: merged.commit.tree,
    ladder,
  };
  const parts: Plan[] = pull.affected.map((model) => {
    const job = newest(
      memory.jobs.filter((one) => one.pull === pull.number && one.commit === pull.head),
      model,
    );
    if (job !== null && isSettledBy(job, facts)) return settleMerge(pull, job, memory, context);
    const again = job?.verdict === "fail" ? null : judgeMerge(model, pull, event, facts, context);
    if (again === null) return job === null ? nothing : settleMerge(pull, job, memory, context);
    const stopped =
      job === null
        ? null
        : cancel(job, { reason: "tree_mismatch", message: "the merged tree is not the evaluated one" }, context);
    return planOf({
      jobs: [...(stopped === null ? [] : [stopped.job]), again.job],
      ledger: [again.decision],
      effects: [...(stopped?.effects ?? []), ...again.effects],
    });
  });
  const jobs = parts.flatMap((part) => part.jobs);
  const after = {
    pull: parts.reduce((sum, part) => ({ ...sum, faults: part.pull?.faults ?? sum.faults }), pull),
    jobs,
    versions: parts.flatMap((part) => part.versions),
    promotions: parts.flatMap((part) => part.promotions),
  };
  return {
    ...after,
    ledger: parts.flatMap((part) => part.ledger),
    effects: [...show(after.pull, remember(memory, after), jobs), ...parts.flatMap((part) => part.effects)],
  };
}

/** What was evaluated is what was merged: same tree, and the same configuration rules. A running job settles later. */
function isSettledBy(job: Job, facts: MergeFacts): boolean {
  const { merged } = facts;
  if (merged === null || job.tree !== merged.commit.tree) return false;
  return merged.config?.ok === true && (job.configDigest === merged.config.digest || job.verdict !== "pass");
}

/** Another tree, or another configuration: the merge commit itself is judged, with known bytes if its inputs are equal. */
function judgeMerge(
  model: string,
  pull: Pull,
  event: EventOf<"pull_closed">,
  facts: MergeFacts,
  context: Context,
): Started | null {
  const { merged, memory } = facts;
  const config = merged?.config?.ok === true ? merged.config.config.models[model] : undefined;
  if (merged === null || merged.config?.ok !== true || config === undefined) return null;
  return startJob(
    {
      pull,
      purpose: "merge",
      model,
      config,
      configDigest: merged.config.digest,
      commit: merged.commit,
      baseCommit: merged.commit.sha,
      overrides: {},
      fresh: false,
      baseline: deployed(model, config.baseline, memory),
      knownTrainings: facts.knownTrainings,
      requestedBy: event.pull.author,
    },
    context,
  );
}
