import type { Person } from "../../demo/github.ts";
import { until } from "../../demo/wait.ts";
import { repository as at, type World } from "../../demo/world.ts";
import type { Stage } from "./open-world.ts";
import type { Files } from "./trainings.ts";

/** Pushes one commit per file to a branch; gives the new head. */
export async function push(
  person: Pick<Person, "octokit">,
  branch: string,
  files: Files,
  to: Repository = at,
): Promise<string> {
  const { octokit } = person;
  let head = "";
  for (const [path, text] of Object.entries(files)) {
    const known = await octokit.rest.repos.getContent({ ...to, path, ref: branch }).catch(() => null);
    const sha = known !== null && !Array.isArray(known.data) ? { sha: known.data.sha } : {};
    const content = Buffer.from(text).toString("base64");
    const message = `Change ${path}`;
    const { data } = await octokit.rest.repos.createOrUpdateFileContents({
      ...to,
      path,
      branch,
      message,
      content,
      ...sha,
    });
    head = data.commit.sha ?? "";
  }
  return head;
}

type Repository = { readonly owner: string; readonly repo: string };

/** Opens a pull request from a fork that the person makes. */
export async function openPullFromFork(person: Person, branch: string, files: Files): Promise<number> {
  const { octokit, login } = person;
  await octokit.rest.repos.createFork({ ...at });
  const fork = { owner: login, repo: at.repo };
  const main = await octokit.rest.git.getRef({ ...fork, ref: "heads/main" });
  await octokit.rest.git.createRef({ ...fork, ref: `refs/heads/${branch}`, sha: main.data.object.sha });
  await push(person, branch, files, fork);
  const head = `${login}:${branch}`;
  const pull = await octokit.rest.pulls.create({ ...at, head, base: "main", title: "From a fork", body: "Please." });
  return pull.data.number;
}

/** The commit a pull request has as its head. */
export async function headOf({ owner }: Stage, pull: number): Promise<string> {
  return (await owner.octokit.rest.pulls.get({ ...at, pull_number: pull })).data.head.sha;
}

/** The run that works for a check, once the check links to it. */
export async function runOf({ world, owner }: Stage, ref: string, check = "assay"): Promise<number> {
  return until(
    `the check "${check}" to link to its run`,
    async () => {
      const { data } = await owner.octokit.rest.checks.listForRef({ ...at, ref, check_name: check });
      const id = /\/actions\/runs\/(\d+)$/.exec(data.check_runs[0]?.details_url ?? "")?.[1];
      return id === undefined ? null : Number(id);
    },
    { timeoutMs: 30_000, abort: world.died },
  );
}

/** A workflow run, once it has ended. */
export async function ended({ world, owner }: Pick<Stage, "world" | "owner">, runId: number) {
  const { octokit } = owner;
  return until(
    `run ${runId} to end`,
    async () => {
      const { data } = await octokit.rest.actions.getWorkflowRun({ ...at, run_id: runId });
      return data.status === "completed" ? data : null;
    },
    { timeoutMs: 60_000, abort: world.died },
  );
}

/** Every distinct text that a pull request's report has had since the watching began, oldest first. */
export function watchReport(world: World, person: Person, pull: number) {
  const bodies: string[] = [];
  let watching = true;
  const look = async () => {
    const { data } = await person.octokit.rest.issues.listComments({ ...at, issue_number: pull });
    const body = data.find((comment) => comment.body?.includes(`<!-- assay:pull:${pull} -->`))?.body;
    if (body !== undefined && body !== bodies.at(-1)) bodies.push(body);
    return watching ? null : true;
  };
  const done = until(`the report of #${pull} to be watched`, look, { timeoutMs: 120_000, abort: world.died });
  return {
    stop: async (): Promise<readonly string[]> => {
      watching = false;
      await done;
      return bodies;
    },
  };
}
