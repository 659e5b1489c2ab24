import { type Promotion, type Run, versionName } from "../job/state.ts";
import { newest } from "../job/view.ts";
import { type Context, nothing, type Plan, planOf } from "../plan/decision.ts";
import type { Effect } from "../plan/effect.ts";
import type { EventOf, RunSnapshot } from "../plan/event.ts";
import type { Memory, RunFacts } from "../plan/facts.ts";
import { remember, show } from "../plan/show.ts";
import { isOfLaterMerge } from "./merge-order.ts";
import { nextEnvironments, send } from "./register.ts";

const final: readonly Promotion["state"][] = ["deployed", "failed", "rejected", "superseded"];

/** The run of a deployment is known: the comment can now lead to where it is reviewed. */
export function noteDeployment(event: EventOf<"run_dispatched">, facts: RunFacts, context: Context): Plan {
  const promotion = facts.memory.promotions.find((one) => one.run?.nonce === event.nonce);
  if (promotion?.run == null || promotion.run.runId !== null) return nothing;
  const noted = change(promotion, {}, { runId: event.run.id, url: event.run.url }, context);
  // It ended while GitHub was asked for its run, when there was none yet to be stopped.
  if (final.includes(noted.state)) return planOf({ promotions: [noted], effects: [cancel(promotion.run)] });
  return shown(facts.memory, [noted], planOf({ promotions: [noted] }));
}

/** A deploy run began: its environment's reviewers and rules are next. */
export function startDeployment(run: RunSnapshot, facts: RunFacts, at: string, context: Context): Plan {
  const promotion = findPromotion(facts.memory, run);
  if (promotion?.run == null) return nothing;
  if (final.includes(promotion.state)) return stopDeployment(promotion, promotion.run, run, context);
  if (promotion.run.state !== "dispatched") return nothing;
  const started = change(
    promotion,
    { state: "deploying" },
    { state: "running", runId: run.id, url: run.url, startedAt: at },
    context,
  );
  return shown(facts.memory, [started], planOf({ promotions: [started] }));
}

/** The run of a promotion that has ended begins after all: it must not bring its version in. One that GitHub ended is over. */
function stopDeployment(promotion: Promotion, { nonce, conclusion }: Run, run: RunSnapshot, context: Context): Plan {
  if (conclusion !== null) return nothing;
  const noted = change(promotion, {}, { runId: run.id, url: run.url }, context);
  return planOf({ promotions: [noted], effects: [cancel({ nonce })] });
}

/** A deploy run ended: the version is in the environment, and climbs on, or it is not and stays where it was. */
export function finishDeployment(event: EventOf<"run_completed">, facts: RunFacts, context: Context): Plan {
  const { memory } = facts;
  const promotion = findPromotion(memory, event.run);
  if (promotion?.run == null || final.includes(promotion.state)) return nothing;
  const ended = {
    state: "completed",
    runId: event.run.id,
    url: event.run.url,
    conclusion: event.conclusion,
    completedAt: event.at,
  } as const;
  if (event.conclusion !== "success") {
    const failed = change(promotion, { state: "failed" }, ended, context);
    return shown(
      memory,
      [failed],
      planOf({ promotions: [failed], ledger: [decided("deployment_failed", failed, "environment_failed", "assay")] }),
    );
  }
  const done = change(promotion, { state: "deployed" }, ended, context);
  const replaced = memory.promotions
    .filter((one) => one.state === "deployed" && isSamePlace(one, done) && one.id !== done.id)
    .map((one): Promotion => ({ ...one, state: "superseded", updatedAt: context.now }));
  // A version of an earlier merge that still waits for its review must not come in after this one.
  const overtaken = memory.promotions
    .filter((one) => isSamePlace(one, done) && isOfLaterMerge(done, one, memory) && !final.includes(one.state))
    .map((one): Promotion => ({ ...one, state: "superseded", updatedAt: context.now }));
  const stopped = overtaken.flatMap(({ run }): readonly Effect[] => (run === null ? [] : [cancel(run)]));
  const climbing = climb(done, memory, context);
  const promotions = [...replaced, ...overtaken, done, ...climbing.promotions];
  return shown(
    { ...memory, pull: climbing.pull ?? memory.pull },
    promotions,
    planOf({
      promotions,
      ledger: [decided("deployed", done, null, "assay"), ...climbing.ledger],
      effects: [...stopped, ...climbing.effects],
    }),
  );
}

/** GitHub would not start the deploy run: the version stays where it was. */
export function refuseDeployment(nonce: string, facts: RunFacts, context: Context): Plan {
  const promotion = facts.memory.promotions.find((one) => one.run?.nonce === nonce);
  if (promotion?.run == null || promotion.run.runId !== null || final.includes(promotion.state)) return nothing;
  const failed = change(promotion, { state: "failed" }, { state: "completed", completedAt: context.now }, context);
  const ledger = [decided("deployment_failed", failed, "dispatch_refused", "assay")];
  return shown(facts.memory, [failed], planOf({ promotions: [failed], ledger }));
}

/** Nobody will ever end the deploy run, or GitHub does not have it: the version stays where it was. */
export function giveUpDeployment(event: EventOf<"run_given_up">, facts: RunFacts, context: Context): Plan {
  const promotion = facts.memory.promotions.find((one) => one.run?.nonce === event.nonce);
  if (promotion?.run == null || promotion.run.state === "completed" || final.includes(promotion.state)) return nothing;
  const failed = change(promotion, { state: "failed" }, { state: "completed", completedAt: event.at }, context);
  const ledger = [decided("deployment_failed", failed, event.reason, "assay")];
  const effects: readonly Effect[] = [cancel(promotion.run)];
  return shown(facts.memory, [failed], planOf({ promotions: [failed], ledger, effects }));
}

/** A person reviewed a deployment; GitHub enforces the answer, we remember who gave it. */
export function planReviewDecided(event: EventOf<"review_decided">, facts: RunFacts, context: Context): Plan {
  const { memory } = facts;
  const promotion = memory.promotions.find(
    (one) => one.run?.runId === event.runId && one.environment === event.environment,
  );
  if (promotion === undefined || final.includes(promotion.state)) return nothing;
  const state = event.state === "rejected" ? "rejected" : promotion.state;
  const reviewed: Promotion = { ...promotion, state, reviewedBy: event.by, updatedAt: context.now };
  const reason = event.state === "rejected" ? "environment_rejected" : null;
  return shown(
    memory,
    [reviewed],
    planOf({ promotions: [reviewed], ledger: [decided(`review_${event.state}`, reviewed, reason, event.by)] }),
  );
}

/**
 * An environment asks whether a run may enter: only the run that was dispatched for exactly this promotion may. A question
 * that was answered, and is told again or late, is not answered anew: what became of the promotion since is no news to it.
 */
export function planProtectionRequested(
  event: EventOf<"protection_requested">,
  facts: RunFacts & { readonly nonce: string | null },
): Plan {
  const snapshot: RunSnapshot = { id: event.runId, url: "", nonce: facts.nonce };
  const promotion = findPromotion(facts.memory, snapshot);
  const asked = promotion?.environment === event.environment ? promotion : null;
  if (asked !== null && isAnswered(asked, event)) return nothing;
  const expected =
    promotion !== null &&
    promotion.environment === event.environment &&
    !final.includes(promotion.state) &&
    !isOvertaken(promotion, facts.memory);
  const subject = { run: event.runId, environment: event.environment, promotion: promotion?.id ?? null };
  const answered = [...(asked?.answered ?? []), event.deployment?.id ?? null];
  return planOf({
    promotions: asked === null ? [] : [{ ...asked, answered }],
    ledger: [
      {
        what: expected ? "protection_approved" : "protection_rejected",
        reason: expected ? null : "run_unknown",
        by: "assay",
        subject,
      },
    ],
    effects: [
      {
        kind: "decide_protection",
        runId: event.runId,
        environment: event.environment,
        state: expected ? "approved" : "rejected",
        comment: expected
          ? `${promotion.model}@v${promotion.version} passed its gates`
          : "run_unknown: Assay did not start this run for this environment",
      },
    ],
  });
}

/** An attempt of a run has a deployment of its own. One that was answered without a name existed before its run had ended. */
function isAnswered({ answered = [], run }: Promotion, { deployment }: EventOf<"protection_requested">): boolean {
  if (deployment == null) return answered.length > 0;
  if (answered.includes(deployment.id)) return true;
  const endedAt = run?.completedAt ?? null;
  return answered.includes(null) && (endedAt === null || Date.parse(deployment.createdAt) <= Date.parse(endedAt));
}

function climb(done: Promotion, memory: Memory, context: Context): ReturnType<typeof send> {
  const { pull } = memory;
  const version = memory.versions.find((one) => one.model === done.model && one.number === done.version);
  const job = newest(
    memory.jobs.filter((one) => one.phase === "judged"),
    done.model,
  );
  if (pull?.ladder == null || version === undefined || job === null) return nothing;
  const { ladder } = pull;
  return send(version, nextEnvironments(ladder, done.environment), { pull, job, ladder, memory }, context);
}

function isSamePlace(one: Promotion, other: Promotion): boolean {
  return one.model === other.model && one.environment === other.environment;
}

/** Is a version of the model from a later merge in the environment already? */
function isOvertaken(promotion: Promotion, memory: Memory): boolean {
  return memory.promotions.some(
    (one) => isSamePlace(one, promotion) && one.state === "deployed" && isOfLaterMerge(one, promotion, memory),
  );
}

function findPromotion(memory: Memory, run: RunSnapshot): Promotion | null {
  return (
    memory.promotions.find(
      (one) => one.run !== null && (one.run.runId === null ? one.run.nonce === run.nonce : one.run.runId === run.id),
    ) ?? null
  );
}

function change(promotion: Promotion, to: Partial<Promotion>, run: Partial<Run>, context: Context): Promotion {
  return {
    ...promotion,
    ...to,
    run: promotion.run === null ? null : { ...promotion.run, ...run },
    updatedAt: context.now,
  };
}

function cancel({ nonce }: Pick<Run, "nonce">): Effect {
  return { kind: "cancel_run", nonce };
}

/**
 * The plan with the pull request's comment brought up to date. Its row is written as it is: of two plans that saw the same
 * memory, the second is made again, and shows what the first decided.
 */
function shown(memory: Memory, promotions: readonly Promotion[], plan: Plan): Plan {
  if (memory.pull === null) return plan;
  const comment = show(memory.pull, remember(memory, { promotions }), []).filter((effect) => effect.kind === "comment");
  return { ...plan, pull: plan.pull ?? memory.pull, effects: [...plan.effects, ...comment] };
}

function decided(
  what: string,
  promotion: Promotion,
  reason: Plan["ledger"][number]["reason"],
  by: string,
): Plan["ledger"][number] {
  const version = versionName({ model: promotion.model, number: promotion.version });
  return {
    what,
    reason,
    by,
    subject: { version, environment: promotion.environment, run: promotion.run?.runId ?? null },
  };
}
