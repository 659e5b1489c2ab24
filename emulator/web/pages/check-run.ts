/** `/:owner/:repo/runs/:id`: one check run. */
import { page, type Route } from "../context.ts";
import { html } from "../html.ts";
import { live } from "../live.ts";
import { checkActions, checkRunBox } from "../parts/check-run-box.ts";
import { inRepository } from "../parts/repository-head.ts";
import { pathOf } from "../url.ts";

export const checkRunPage: Route = {
  pattern: "/:owner/:repo/runs/:id",
  show: async (context) => {
    const { owner, repo, id } = context.params;
    const run = await context.rest.get("/repos/{owner}/{repo}/check-runs/{check_run_id}", {
      owner,
      repo,
      check_run_id: id,
    });
    const pulls = run.pull_requests.map(
      (pull) => html` <a href="${pathOf(owner, repo, "pull", pull.number, "checks")}">#${pull.number}</a>`,
    );
    const box = await checkRunBox(context, run);
    return page(
      `${run.name} · ${owner}/${repo}`,
      inRepository(
        context,
        "pulls",
        html`<h1 class="page-title">Check run</h1>${pulls.length > 0 && html`<p class="muted">of pull request${pulls}</p>`}${live("check-run", box)}`,
      ),
    );
  },
  actions: checkActions,
};
