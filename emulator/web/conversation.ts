/** What pull requests and issues share: the comment form and its actions. */
import type { Action, Context } from "./context.ts";
import { type Html, html } from "./html.ts";
import { live } from "./live.ts";
import { form } from "./parts/form.ts";
import { avatar } from "./parts/person.ts";
import { isRecord, RestError } from "./rest.ts";
import type { Rights } from "./rights.ts";

export type Subject = {
  readonly noun: "pull request" | "issue";
  readonly state: "open" | "closed" | "merged";
  /** Whether the visitor may close and reopen it. */
  readonly closable: boolean;
};

/** The comment box with Comment, and Close or Reopen. */
export function commentForm(context: Context, { noun, state, closable }: Subject): Html {
  return form(
    context,
    html`${avatar(context.viewer, "large")}
    <div class="box">
      <h2 class="box-head"><label for="comment-body">Add a comment</label></h2>
      <div class="box-body">
        <textarea id="comment-body" name="body" rows="5" placeholder="Add your comment here, or a command such as /help">
${context.draft.get("body")}</textarea>
        <div class="form-end">
          ${live(
            "comment-state",
            html`${closable && state === "open" && html`<button type="submit" class="button" id="close-button" name="action" value="close">Close ${noun}</button>`}
            ${closable && state === "closed" && html`<button type="submit" class="button" id="reopen-button" name="action" value="reopen">Reopen ${noun}</button>`}`,
          )}
          <button type="submit" class="button primary" id="comment-submit" name="action" value="comment">Comment</button>
        </div>
      </div>
    </div>`,
    "comment comment-form",
  );
}

/** Posts the comment and goes to its anchor. */
export const comment: Action = async (context, fields) => {
  const body = (fields.get("body") ?? "").trim();
  if (body === "") throw new RestError(422, "The comment is empty.");
  const id = await post(context, body);
  return { to: id === null ? context.path : `${context.path}#issuecomment-${id}`, notice: null };
};

/** Whether GitHub lets the visitor close and reopen: who opened it, and who has at least triage access. */
export function mayClose({ viewer }: Context, rights: Rights, author: { readonly login: string } | null): boolean {
  return rights.triage || (viewer !== null && author?.login === viewer.login);
}

/**
 * Closes or reopens; text in the comment box is sent before closing, as GitHub's "Close with comment" does, and after
 * reopening, which GitHub can refuse.
 */
export function setState(state: "open" | "closed"): Action {
  return async (context, fields) => {
    const body = (fields.get("body") ?? "").trim();
    if (body !== "" && state === "closed") await post(context, body);
    await context.rest.send("PATCH", "/repos/{owner}/{repo}/issues/{issue_number}", at(context), { state });
    if (body !== "" && state === "open") await post(context, body);
    return { to: context.path, notice: null };
  };
}

async function post(context: Context, body: string): Promise<number | null> {
  const path = "/repos/{owner}/{repo}/issues/{issue_number}/comments";
  const made = await context.rest.send("POST", path, at(context), { body });
  return isRecord(made) && typeof made["id"] === "number" ? made["id"] : null;
}

function at({ params }: Context) {
  return { owner: params.owner, repo: params.repo, issue_number: params.id };
}
