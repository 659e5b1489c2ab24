import type { Effect } from "../../core/plan/effect.ts";
import { type CheckContent, upsertCheck } from "../../github/checks.ts";
import { type CheckOutput, renderAggregateCheck, renderModelCheck } from "../../report/check.ts";
import { checkIdentity } from "../narrow.ts";
import type { PendingEffect } from "../store/outbox.ts";
import { contentDigest, known, remember } from "./external.ts";
import type { Stage } from "./stage.ts";

type CheckEffect = Extract<Effect, { kind: "model_check" | "aggregate_check" }>;

/** Name of the check that always reports, so that a branch rule can require it. */
export const aggregateCheckName = "assay";

/** Brings a check run up to date; content that is already there is not written again. */
export async function performCheck(
  pending: PendingEffect,
  effect: CheckEffect,
  stage: Stage,
  again: boolean,
): Promise<void> {
  const content = checkContent(effect);
  const external = await known(pending, stage);
  const digest = contentDigest(content);
  if (external?.content === digest) return;
  const id = await upsertCheck(stage.client, content, { id: external?.id ?? null, search: again });
  await remember(pending, stage, { id, content: digest });
}

function checkContent(effect: CheckEffect): CheckContent {
  const model = effect.kind === "model_check" ? effect.view.model : null;
  const rendered: CheckOutput & { annotations: CheckContent["annotations"] } =
    effect.kind === "model_check"
      ? { ...renderModelCheck(effect.view), annotations: [] }
      : renderAggregateCheck(effect.view, effect.faults);
  const detailsUrl = effect.kind === "model_check" ? (effect.view.runs.at(-1)?.url ?? null) : null;
  return {
    name: model === null ? aggregateCheckName : `${aggregateCheckName} / ${model}`,
    headSha: effect.commit,
    externalId: checkIdentity.write(effect.pull, model),
    detailsUrl,
    startedAt: effect.kind === "model_check" ? effect.startedAt : null,
    status: rendered.status,
    conclusion: rendered.conclusion,
    title: rendered.title,
    summary: rendered.summary,
    text: rendered.text,
    annotations: rendered.annotations,
  };
}
