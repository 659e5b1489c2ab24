import type { Effect } from "../../core/plan/effect.ts";
import { upsertComment } from "../../github/comments.ts";
import { commentMarker, renderComment } from "../../report/comment.ts";
import { renderReply } from "../../report/reply.ts";
import type { PendingEffect } from "../store/outbox.ts";
import { drawCharts } from "./charts.ts";
import { contentDigest, isOutdated, known, remember } from "./external.ts";
import { done, type Performed } from "./performed.ts";
import type { Stage } from "./stage.ts";

const appName = "Assay";

/** Brings the one comment of a pull request up to date; unchanged content costs no request. */
export async function performComment(
  pending: PendingEffect,
  effect: Extract<Effect, { kind: "comment" }>,
  stage: Stage,
  again: boolean,
): Promise<Performed> {
  const external = await known(pending, stage);
  if (isOutdated(pending, external)) return done;
  const charts = await drawCharts(effect.view.models, stage);
  const body = renderComment(effect.view, { charts, appName });
  const content = contentDigest(body);
  const { disturbed } = effect;
  const isDisturbed = disturbed !== null && disturbed.commentId === external?.id;
  if (external?.content === content && !isDisturbed) return done;
  const id = await upsertComment(stage.client, {
    pull: effect.pull,
    body,
    id: isDisturbed && disturbed.change === "deleted" ? null : (external?.id ?? null),
    marker: commentMarker(effect.pull),
    search: again ? { login: stage.login } : null,
    beforeMaking: stage.mayMake,
  });
  await remember(pending, stage, { id, content });
  return done;
}

/** Answers a command in a comment of its own, marked with the comment it answers. */
export async function performReply(
  pending: PendingEffect,
  effect: Extract<Effect, { kind: "reply" }>,
  stage: Stage,
  again: boolean,
): Promise<Performed> {
  const marker = `<!-- assay:reply:${effect.commentId}:${effect.reply.kind} -->`;
  const body = `${renderReply(effect.reply)}\n\n${marker}\n`;
  const external = await known(pending, stage);
  const search = again ? { login: stage.login } : null;
  const wish = { pull: effect.pull, body, id: external?.id ?? null, marker, search, beforeMaking: stage.mayMake };
  const id = await upsertComment(stage.client, wish);
  await remember(pending, stage, { id, content: contentDigest(body) });
  return done;
}
