/** One check run in full: output, annotations, links, Re-run. */
import type { Action, Context } from "../context.ts";
import { type Html, html } from "../html.ts";
import { isRecord, RestError } from "../rest.ts";
import { readRights } from "../rights.ts";
import type { Annotation, CheckRun } from "../shapes.ts";
import { ago, duration } from "../time.ts";
import { fileUrl, outsideUrl, pathOf } from "../url.ts";
import { button } from "./form.ts";
import { look, stateIcon } from "./state.ts";

/** A check run with its output as Markdown. */
export async function checkRunBox(context: Context, run: CheckRun): Promise<Html> {
  const { owner, repo } = context.params;
  const [rights, summary, text, annotations] = await Promise.all([
    readRights(context),
    run.output.summary ? context.markdown(run.output.summary) : null,
    run.output.text ? context.markdown(run.output.text) : null,
    run.output.annotations_count > 0
      ? context.rest.pages("/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", {
          owner,
          repo,
          check_run_id: run.id,
        })
      : [],
  ]);
  const looks = look(run.status, run.conclusion);
  const details = outsideUrl(run.details_url);
  const facts = [
    looks.text,
    run.app?.name ?? null,
    ago(run.started_at, context.now),
    duration(run.started_at, run.completed_at, context.now),
    html`<a href="${pathOf(owner, repo, "commit", run.head_sha)}"><code>${run.head_sha.slice(0, 7)}</code></a>`,
  ].filter((fact) => fact !== null);
  return html`<section class="box check-run" data-check="${run.name}" data-conclusion="${run.conclusion ?? run.status}" data-check-run-id="${run.id}">
    <header class="box-head">${stateIcon(looks)}<h2><a class="quiet" href="${pathOf(owner, repo, "runs", run.id)}">${run.name}</a></h2>
      <span class="push">${details !== null && html`<a class="button small" href="${details}" rel="nofollow noopener">Details</a>`}
      ${rights.push && actionsOf(run).map((action) => button(context, { action: "press", label: action.label, title: action.description, look: "small", fields: { check: run.id, identifier: action.identifier } }))}
      ${rights.push && run.status === "completed" && button(context, { action: "rerun", label: "Re-run", look: "small", fields: { check: run.id } })}</span></header>
    <div class="box-body">
      <p class="muted">${facts.map((fact, index) => html`${index > 0 && " · "}${fact}`)}</p>
      ${run.output.title && html`<h3>${run.output.title}</h3>`}
      ${summary}${text}
      ${annotations.flat().map((annotation) => annotationBox(context, run, annotation))}
    </div></section>`;
}

/** The Re-run button. */
const rerun: Action = async (context, fields) => {
  const { owner, repo } = context.params;
  const id = checkIdOf(fields);
  await context.rest.send("POST", "/repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest", {
    owner,
    repo,
    check_run_id: id,
  });
  return { to: context.path, notice: "Re-run requested." };
};

/** A button that the App put on its check run. */
const press: Action = async (context, fields) => {
  const { owner, repo } = context.params;
  const path = "/repos/{owner}/{repo}/check-runs/{check_run_id}/requested_action";
  const params = { owner, repo, check_run_id: checkIdOf(fields) };
  await context.rest.send("POST", path, params, { identifier: fields.get("identifier") ?? "" });
  return { to: context.path, notice: "The App was told." };
};

/** What the buttons of a check run do. */
export const checkActions: Readonly<Record<string, Action>> = { rerun, press };

function checkIdOf(fields: ReadonlyMap<string, string>): number {
  const id = Number(fields.get("check"));
  if (!Number.isSafeInteger(id) || id <= 0) throw new RestError(422, "No such check run.");
  return id;
}

type CheckAction = { readonly label: string; readonly description: string; readonly identifier: string };

/** Buttons of a check run: the public description leaves them out of the answer. */
function actionsOf(run: CheckRun): readonly CheckAction[] {
  const actions = "actions" in run && Array.isArray(run.actions) ? run.actions : [];
  return actions.flatMap((action: unknown) => {
    if (!isRecord(action)) return [];
    const { label, description, identifier } = action;
    if (typeof label !== "string" || typeof identifier !== "string") return [];
    return [{ label, identifier, description: typeof description === "string" ? description : "" }];
  });
}

function annotationBox({ params }: Context, run: CheckRun, annotation: Annotation): Html {
  const level = annotation.annotation_level ?? "notice";
  const file = fileUrl("blob", { owner: params.owner, repo: params.repo, ref: run.head_sha, path: annotation.path });
  const lines =
    annotation.start_line === annotation.end_line
      ? `${annotation.start_line}`
      : `${annotation.start_line}-${annotation.end_line}`;
  return html`<div class="annotation annotation-${level}" data-annotation="${level}"><p><a href="${file}#L${annotation.start_line}"><code>${annotation.path}:${lines}</code></a> <span class="label">${level}</span> ${annotation.title && html`<strong>${annotation.title}</strong>`}</p>
    <pre>${annotation.message}</pre></div>`;
}
