import { commentKey, effectKey } from "../../core/plan/effect.ts";
import { saysAsWished, type WishedCheck } from "../../core/plan/observe.ts";
import { planPullRechecked } from "../../core/plan/recheck.ts";
import { listChecks, readCheck } from "../../github/checks.ts";
import { readComment } from "../../github/comments.ts";
import { logOfPull } from "../log.ts";
import { checkContent } from "../perform/check.ts";
import { contentDigest } from "../perform/external.ts";
import { isPaused } from "../store/budgets.ts";
import { recall } from "../store/memory.ts";
import { forgetUnder, type PullSpot, pullsShownAfter, type Spot, type Written, writtenUnder } from "../store/shown.ts";
import { attempt } from "./attempt.ts";
import type { Budget } from "./budget.ts";
import { heal } from "./heal.ts";
import { walkOn } from "./lap.ts";
import { isOlder } from "./observe-runs.ts";
import type { Opener } from "./opener.ts";
import type { ReconcileOptions } from "./options.ts";
import type { Place } from "./place.ts";

const everyMs = 3_600_000;
const perRound = 8;
/** The checks of a head in one list, and the comment. */
const requestsPerPull = 2;

/**
 * Compares what open pull requests show with what they should, a few in a round: checks that are gone or say something else,
 * and the comment that somebody deleted or edited unheard.
 */
export async function reconcileShown(options: ReconcileOptions, opener: Opener, budget: Budget): Promise<void> {
  const { store } = options;
  await walkOn(store, { name: "shown", now: options.now(), everyMs }, async (after) => {
    const pulls = await pullsShownAfter(store, after, perRound);
    let reached: Spot = after;
    for (const one of pulls) {
      if (!(await isPaused(store, one.installationId))) {
        if (!opener.pay(one.installationId, budget) || !budget.take(requestsPerPull)) return reached;
        const look = async () => compare(one, await opener.open(one), options, budget);
        const log = logOfPull(options.log, one.repository.fullName, one.pull);
        await attempt("as shown", { ...options, log }, look, one.installationId);
      }
      reached = one.spot;
    }
    return pulls.length < perRound ? null : reached;
  });
}

async function compare(one: PullSpot, place: Place, options: ReconcileOptions, budget: Budget): Promise<void> {
  const { store } = options;
  const { installationId, repository } = place;
  const wished = await wishedChecks(one, options);
  const keys = [...wished.keys(), commentKey(one.pull)];
  const settled = (await writtenUnder(store, repository.id, keys)).filter(
    ({ writtenAt }) => writtenAt !== null && isOlder(writtenAt, options.now(), options.graceMs),
  );
  const where = { installationId, repository, at: options.now().toISOString(), pull: one.pull };
  const comment = settled.find(({ key }) => key === commentKey(one.pull));
  const change = comment === undefined ? null : await changeOf(comment, place);
  if (comment !== undefined && change !== null)
    await heal({ ...where, kind: "comment_disturbed", commentId: comment.id, change }, options);
  const checks = settled.filter(({ key }) => key !== commentKey(one.pull));
  const wrong = await wrongChecks(checks, wished, place, budget);
  if (wrong.length === 0) return;
  await forgetUnder(store, repository.id, wrong);
  await heal({ ...where, kind: "pull_rechecked" }, options, "check");
}

type Wish = WishedCheck & { readonly headSha: string };

/** By key, the checks that the pull request's head should have now. */
async function wishedChecks(one: PullSpot, { store }: ReconcileOptions): Promise<ReadonlyMap<string, Wish>> {
  const { memory } = await recall(store, one.repository.id, one.pull);
  return new Map(
    planPullRechecked({ memory, outcome: null }).effects.flatMap((effect) =>
      effect.kind === "model_check" || effect.kind === "aggregate_check"
        ? [[effectKey(effect), checkContent(effect)] as const]
        : [],
    ),
  );
}

/** The keys of checks that are gone, or do not say what they should. */
async function wrongChecks(
  written: readonly Written[],
  wished: ReadonlyMap<string, Wish>,
  { client }: Place,
  budget: Budget,
): Promise<readonly string[]> {
  const commit = wished.values().next().value?.headSha;
  if (written.length === 0 || commit === undefined) return [];
  const listed = new Map((await listChecks(client, commit)).map((check) => [check.id, check]));
  const wrong: string[] = [];
  for (const { key, id } of written) {
    const wish = wished.get(key);
    if (wish === undefined) continue;
    // A list that does not hold it may only be too short.
    if (!listed.has(id) && !budget.take(1)) continue;
    if (!saysAsWished(listed.get(id) ?? (await readCheck(client, id)), wish)) wrong.push(key);
  }
  return wrong;
}

/** What became of our comment since it was written; null: nothing. */
async function changeOf({ id, content }: Written, { client }: Place): Promise<"deleted" | "edited" | null> {
  const body = await readComment(client, id);
  if (body === null) return "deleted";
  // What GitHub may do to the ends of lines and of the text is nobody's edit.
  const plain = body.replaceAll("\r\n", "\n").trimEnd();
  return [body, plain, `${plain}\n`].some((text) => contentDigest(text) === content) ? null : "edited";
}
