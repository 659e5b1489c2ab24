import { sql } from "kysely";
import { noteHeal } from "../../app/store/heals.ts";
import { leaseDelivery, settleDelivery } from "../../app/store/inbox.ts";
import { keep } from "../../app/store/keep.ts";
import { commitPlan, recall } from "../../app/store/memory.ts";
import type { Store } from "../../app/store/open.ts";
import type { Traffic } from "../../app/traffic.ts";
import type { Plan } from "../../core/plan/decision.ts";
import { at, repository } from "../core/plan/material.ts";
import { ofKind, onlyDispatch, tell } from "../core/plan/situations.ts";

/** Deliveries and plans as they come into a store, at times that the test names. */
export function busy(store: Store) {
  const commit = async (plan: Plan, second: number) => {
    const recollection = await recall(store, repository.id, 42);
    const from = { recollection, installationId: 1, repository, now: at(second), once: null };
    await commitPlan(store, plan, from, async () => {});
  };
  return {
    commit,
    /** A delivery that was received at one time, and decided about at another. */
    deliver: async (name: string, payload: object, received: number, plan: Plan, decided: number) => {
      const id = `${name}-${received}`;
      const full = { repository: { id: repository.id, full_name: repository.fullName }, ...payload };
      await keep(store, { id, name, payload: full, lane: null }, at(received));
      await leaseDelivery(store, "owner", at(decided));
      await commit(plan, decided);
      await settleDelivery(store, id, at(decided));
    },
    perform: (second: number) =>
      sql`update effects set state = 'done', done_at = ${at(second)} where state = 'pending'`.execute(store),
  };
}

export const opened = (head: string) => ({ action: "opened", pull_request: { number: 42, head: { sha: head } } });
/** The comment that the plan reacts to. */
export const commented = (plan: Plan) => ({ action: "created", comment: { id: ofKind(plan, "react")[0]?.commentId } });

/** One pull request from its opening to production, with a push on the way and a comment that somebody edited. */
export async function liveThrough(store: Store): Promise<void> {
  const { commit, deliver, perform } = busy(store);
  const story = tell();
  const first = story.open();
  await deliver("pull_request", opened(story.head()), 10, first, 11);
  await perform(14);
  const { nonce } = onlyDispatch(first);
  await commit(story.started(nonce), 20);
  const second = onlyDispatch(await told(commit, story.push("head 2"), 30));
  await commit(story.completed(nonce, "cancelled", null), 40);
  await commit(story.started(second.nonce), 50);
  const evaluation = onlyDispatch(await told(commit, story.trained(second.nonce), 60));
  await commit(story.evaluated(evaluation.nonce), 70);
  await commit(story.disturbed(9, "edited"), 75);
  const refused = story.comment("/retrain speed=9");
  await deliver("issue_comment", commented(refused), 80, refused, 81);
  const deployment = onlyDispatch(await told(commit, story.merged({ tree: story.headTree() }), 90));
  await commit(story.started(deployment.nonce), 100);
  await commit(story.completed(deployment.nonce, "success", null), 110);
  await noteHeal(store, "delivery", at(120));
  await perform(130);
}

async function told(commit: (plan: Plan, second: number) => Promise<void>, plan: Plan, second: number): Promise<Plan> {
  await commit(plan, second);
  return plan;
}

/** What one process received, and what GitHub answered it. */
export async function goThrough(traffic: Traffic): Promise<void> {
  for (const outcome of ["kept", "kept", "duplicate", "bad_signature"] as const) traffic.received(outcome, 0.004);
  const rate = (remaining: number, resource = "core") => ({
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(Date.parse(at(4_200)) / 1_000),
    "x-ratelimit-resource": resource,
  });
  const answers = [
    ["GET", "repos/a/b/pulls/1", 200, rate(4_321)],
    ["GET", "repos/a/b/pulls/1", 403, rate(0, "search")],
    ["POST", "repos/a/b/issues/1/comments", 403, { "retry-after": "60" }],
    ["POST", "repos/a/b/issues/1/comments", 429, {}],
    ["GET", "repos/a/b", 403, {}, "You have exceeded a secondary rate limit. Please wait a few minutes."],
    ["GET", "repos/a/b", 403, {}, "Resource not accessible by integration"],
    ["GET", "app/hook/deliveries?cursor=x", 200, {}],
    ["POST", "app/hook/deliveries/12/attempts", 202, {}],
    ["POST", "app/hook/deliveries/13/attempts", 202, {}],
    ["POST", "app/hook/deliveries/14/attempts", 404, {}],
  ] as const;
  for (const [method, path, status, headers, message = ""] of answers)
    await traffic.counted(
      async () => new Response(JSON.stringify({ message }), { status, headers }),
      path.startsWith("app/") ? null : 3,
    )(`https://api.github.com/${path}`, { method });
}
