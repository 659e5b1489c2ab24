/** `/:owner/:repo/edit/:ref/*`: a visitor changes one file, on its branch or on a new one with a pull request. */

import { readBranchRule } from "../branch-rule.ts";
import { readContents, textOf } from "../contents.ts";
import { type Action, page, type Route } from "../context.ts";
import { html } from "../html.ts";
import { breadcrumbs } from "../parts/file-list.ts";
import { form } from "../parts/form.ts";
import { inRepository } from "../parts/repository-head.ts";
import { isRecord, RestError } from "../rest.ts";
import { readRights } from "../rights.ts";
import { fileUrl, pathOf } from "../url.ts";

export const editPage: Route = {
  pattern: "/:owner/:repo/edit/:ref/*",
  show: async (context) => {
    const { owner, repo, ref, path } = context.params;
    const found = await readContents(context.rest, { owner, repo, ref, path });
    const rights = await readRights(context);
    if (!rights.push)
      throw new RestError(403, "Only those with write access to this repository can edit its files here.");
    const text = found?.kind === "file" ? textOf(found.bytes) : null;
    if (found?.kind !== "file" || text === null) throw new RestError(404, "Only text files can be edited here.");
    const { draft } = context;
    const name = found.at.path.split("/").at(-1) ?? found.at.path;
    const rule = await readBranchRule(context, found.at.ref, rights);
    const closed = rule.required.length > 0 && !rule.exempt;
    const direct = draft.get("target") === "same" && !closed;
    const branch =
      draft.get("branch") ?? `${context.viewer?.login ?? "visitor"}-patch-${context.now.getTime().toString(36)}`;
    const fields = html`<input type="hidden" name="sha" value="${draft.get("sha") ?? found.sha}">
      <input type="hidden" name="base" value="${found.at.ref}"><input type="hidden" name="file" value="${found.at.path}">
      <label for="edit-content">Content of <code>${found.at.path}</code></label>
      <textarea id="edit-content" name="content" rows="24" class="code" spellcheck="false" wrap="off">
${draft.get("content") ?? text}</textarea>
      <div class="box"><h2 class="box-head">Commit changes</h2><div class="box-body stack">
        <label for="edit-message">Commit message</label><input id="edit-message" name="message" required maxlength="250" value="${draft.get("message") ?? `Update ${name}`}">
        <label for="edit-body">Description of the pull request</label><textarea id="edit-body" name="body" rows="3">${draft.get("body")}</textarea>
        <fieldset><legend>Where</legend>
          <label class="choice"><input type="radio" name="target" value="new" ${!direct && html`checked`}> Create a <strong>new branch</strong> and open a pull request</label>
          <label for="edit-branch" class="sub">Name of the new branch</label><input id="edit-branch" name="branch" class="sub" value="${branch}" maxlength="200">
          <label class="choice"><input type="radio" name="target" value="same" ${direct && html`checked`} ${closed && html`disabled`}> Commit directly to <span class="branch">${found.at.ref}</span>${closed && html` <span class="muted">It is protected: required checks must pass before a change enters it.</span>`}</label>
        </fieldset>
        <div class="form-end"><a class="button" href="${fileUrl("blob", found.at)}">Discard</a><button type="submit" class="button primary" id="edit-submit" name="action" value="commit">Commit changes</button></div>
      </div></div>`;
    const content = html`${breadcrumbs(found.at)}${form(context, fields, "stack")}`;
    return page(`Edit ${found.at.path} · ${owner}/${repo}`, inRepository(context, "code", content));
  },
  actions: { commit: commit },
};

async function commit(context: Parameters<Action>[0], fields: ReadonlyMap<string, string>): ReturnType<Action> {
  const { owner, repo } = context.params;
  const at = { owner, repo };
  const text = (name: string) => (fields.get(name) ?? "").trim();
  const base = text("base");
  const path = fields.get("file") ?? "";
  const fresh = fields.get("target") !== "same";
  const branch = fresh ? text("branch") : base;
  if (branch === "" || text("message") === "") throw new RestError(422, "A branch and a commit message are needed.");
  if (fresh) {
    const from = await context.rest.get("/repos/{owner}/{repo}/branches/{branch}", { ...at, branch: base });
    const ref = { ref: `refs/heads/${branch}`, sha: from.commit.sha };
    await context.rest.send("POST", "/repos/{owner}/{repo}/git/refs", at, ref);
  }
  await context.rest.send(
    "PUT",
    "/repos/{owner}/{repo}/contents/{path}",
    { ...at, path },
    {
      message: text("message"),
      content: Buffer.from(fields.get("content") ?? "").toString("base64"),
      sha: text("sha"),
      branch,
    },
  );
  if (!fresh) return { to: fileUrl("blob", { ...at, ref: branch, path }), notice: `Committed to ${branch}.` };
  const made = await context.rest.send("POST", "/repos/{owner}/{repo}/pulls", at, {
    title: text("message"),
    body: fields.get("body") ?? "",
    head: branch,
    base,
  });
  const number = isRecord(made) && typeof made["number"] === "number" ? made["number"] : null;
  return {
    to: number === null ? pathOf(owner, repo, "pulls") : pathOf(owner, repo, "pull", number),
    notice: "Pull request opened.",
  };
}
