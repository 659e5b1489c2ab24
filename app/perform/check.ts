import type { Effect } from "../../core/plan/effect.ts";
import { type CheckContent, upsertCheck } from "../../github/checks.ts";
import { renderAggregateCheck, renderModelCheck } from "../../report/check.ts";
import { checkIdentity } from "../narrow.ts";
import type { External, PendingEffect } from "../store/outbox.ts";
import { contentDigest, isOutdated, known, remember } from "./external.ts";
import { done, later, type Performed } from "./performed.ts";
import type { Stage } from "./stage.ts";

type CheckEffect = Extract<Effect, { kind: "model_check" | "aggregate_check" }>;

/** Name of the check that always reports, so that a branch rule can require it. */
export const aggregateCheckName = "assay";
/** Between two writes about work in progress: nobody reads faster, and GitHub counts every one. */
const progressEveryMs = 10_000;

/** Brings a check run up to date; content that is already there is not written again, progress not too often. */
export async function performCheck(
  pending: PendingEffect,
  effect: CheckEffect,
  stage: Stage,
  again: boolean,
): Promise<Performed> {
  const content = checkContent(effect);
  const external = await known(pending, stage);
  const digest = contentDigest(content);
  if (external?.content === digest || isOutdated(pending, external)) return done;
  const turn = turnOf(content, external);
  if (turn > stage.now().getTime()) return later(new Date(turn));
  const how = { id: external?.id ?? null, search: again, beforeMaking: stage.mayMake };
  const id = await upsertCheck(stage.client, content, how);
  await remember(pending, stage, { id, content: digest });
  return done;
}

/** When a check may be written: a final state at once, progress ten seconds after the last write. */
function turnOf(content: CheckContent, external: External | null): number {
  if (content.status === "completed" || external?.writtenAt == null) return 0;
  return Date.parse(external.writtenAt) + progressEveryMs;
}

/** What a check says for an effect. */
export function checkContent(effect: CheckEffect): CheckContent {
  const model = effect.kind === "model_check" ? effect.view.model : null;
  const rendered =
    effect.kind === "model_check" ? renderModelCheck(effect.view) : renderAggregateCheck(effect.view, effect.faults);
  const shown = effect.kind === "model_check" ? [effect.view] : effect.view.models;
  return {
    name: model === null ? aggregateCheckName : `${aggregateCheckName} / ${model}`,
    headSha: effect.commit,
    externalId: checkIdentity.write(effect.pull, model),
    // Of several models the check of each links to its own run.
    detailsUrl: shown.length === 1 ? (shown[0]?.runs.at(-1)?.url ?? null) : null,
    startedAt: effect.startedAt,
    status: rendered.status,
    conclusion: rendered.conclusion,
    title: rendered.title,
    summary: rendered.summary,
    text: rendered.text,
    annotations: rendered.annotations,
  };
}
