/** A comment in its box: author, time, body, reactions. */
import { type Html, type HtmlValue, html } from "../html.ts";
import type { Comment } from "../shapes.ts";
import { ago } from "../time.ts";
import { avatar, name, type Person } from "./person.ts";
import { reactions } from "./reactions.ts";

export type CommentBox = {
  readonly id: string;
  readonly commentId: number | bigint | null;
  readonly author: Person;
  readonly verb: string;
  readonly createdAt: string;
  readonly edited: boolean;
  readonly association: string | null;
  readonly body: Html;
  readonly reactions: Html | null;
};

/** The box of one comment; `id` is the anchor GitHub uses, `issuecomment-…`. */
export function commentBox(box: CommentBox, now: Date): Html {
  const identity: HtmlValue = box.commentId !== null && html`data-comment-id="${box.commentId}"`;
  return html`<article class="comment" ${identity} data-author="${box.author?.login ?? "ghost"}" aria-label="Comment by ${box.author?.login ?? "ghost"}">
    ${avatar(box.author, "large")}
    <div class="box">
      <header class="box-head">${avatar(box.author)}${name(box.author)} <span class="muted">${box.verb}
        <a href="#${box.id}" class="quiet">${ago(box.createdAt, now)}</a>${box.edited && html` <span class="edited" data-edited>· edited</span>`}</span>
        ${box.association && html`<span class="label push">${box.association}</span>`}
      </header>
      <div class="box-body">${box.body}${box.reactions}</div>
    </div>
  </article>`;
}

/** An issue comment as a box. */
export function issueComment(comment: Comment, body: Html, now: Date): Html {
  return commentBox(
    {
      id: `issuecomment-${comment.id}`,
      commentId: comment.id,
      author: comment.user,
      verb: "commented",
      createdAt: comment.created_at,
      edited: comment.updated_at !== comment.created_at,
      association: associationOf(comment.author_association),
      body,
      reactions: reactions(comment.reactions),
    },
    now,
  );
}

/** "Owner", "Member" and so on; nothing for a stranger. */
export function associationOf(association: string | undefined): string | null {
  if (association === undefined || association === "NONE") return null;
  const text = association.toLowerCase().replaceAll("_", " ");
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
