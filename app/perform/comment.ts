import type { Effect } from "../../core/plan/effect.ts";
import { upsertComment } from "../../github/comments.ts";
import { commentMarker, renderComment } from "../../report/comment.ts";
import { renderReply } from "../../report/reply.ts";
import type { PendingEffect } from "../store/outbox.ts";
import { drawCharts } from "./charts.ts";
import { contentDigest, known, remember } from "./external.ts";
import type { Stage } from "./stage.ts";

const appName = "Assay";

/** Brings the one comment of a pull request up to date; unchanged content costs no request. */
export async function performComment(
  pending: PendingEffect,
  effect: Extract<Effect, { kind: "comment" }>,
  stage: Stage,
  again: boolean,
): Promise<void> {
  const charts = await drawCharts(effect.view.models, stage);
  const body = renderComment(effect.view, { charts, appName });
  const external = await known(pending, stage);
  const content = contentDigest(body);
  if (external?.content === content) return;
  const search = again ? { login: stage.login } : null;
  const id = await upsertComment(stage.client, {
    pull: effect.pull,
    body,
    id: external?.id ?? null,
    marker: commentMarker(effect.pull),
    search,
  });
  await remember(pending, stage, { id, content });
}

/** Answers a command in a comment of its own, marked with the comment it answers. */
export async function performReply(
  pending: PendingEffect,
  effect: Extract<Effect, { kind: "reply" }>,
  stage: Stage,
  again: boolean,
): Promise<void> {
  const marker = `<!-- assay:reply:${effect.commentId}:${effect.reply.kind} -->`;
  const body = `${renderReply(effect.reply)}\n\n${marker}\n`;
  const external = await known(pending, stage);
  const search = again ? { login: stage.login } : null;
  const id = await upsertComment(stage.client, { pull: effect.pull, body, id: external?.id ?? null, marker, search });
  await remember(pending, stage, { id, content: contentDigest(body) });
}
