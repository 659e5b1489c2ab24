import { Octokit } from "@octokit/rest";
import { until } from "./wait.ts";
import { repository as at, type World } from "./world.ts";

/** What a person of the story does on GitHub, through GitHub's own API. */
export type Person = {
  readonly login: string;
  readonly openPull: (pull: {
    branch: string;
    title: string;
    body: string;
    files: Readonly<Record<string, string>>;
  }) => Promise<number>;
  readonly comment: (pull: number, body: string) => Promise<number>;
  readonly merge: (pull: number) => Promise<string>;
  readonly approve: (runId: number, environment: string, comment: string) => Promise<void>;
  readonly octokit: Octokit;
};

export function signIn(world: World, login: string): Person {
  const token = world.tokens[login];
  if (token === undefined) throw new Error(`nobody is called ${login}`);
  const octokit = new Octokit({ baseUrl: world.apiUrl, auth: token, log: silent });
  return {
    login,
    octokit,
    openPull: async ({ branch, title, body, files }) => {
      const main = await octokit.rest.git.getRef({ ...at, ref: "heads/main" });
      await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: main.data.object.sha });
      for (const [path, text] of Object.entries(files)) await putFile(octokit, branch, path, text, title);
      const pull = await octokit.rest.pulls.create({ ...at, head: branch, base: "main", title, body });
      return pull.data.number;
    },
    comment: async (pull, body) =>
      (await octokit.rest.issues.createComment({ ...at, issue_number: pull, body })).data.id,
    merge: async (pull) =>
      (await octokit.rest.pulls.merge({ ...at, pull_number: pull, merge_method: "merge" })).data.sha,
    approve: async (runId, environment, comment) => {
      const pending = await octokit.rest.actions.getPendingDeploymentsForRun({ ...at, run_id: runId });
      const ids = pending.data.flatMap((one) =>
        one.environment.name === environment && one.environment.id !== undefined ? [one.environment.id] : [],
      );
      await octokit.rest.actions.reviewPendingDeploymentsForRun({
        ...at,
        run_id: runId,
        environment_ids: ids,
        state: "approved",
        comment,
      });
    },
  };
}

/** A file that is not there yet is nothing to warn about. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

async function putFile(octokit: Octokit, branch: string, path: string, text: string, message: string): Promise<void> {
  const found = await octokit.rest.repos.getContent({ ...at, path, ref: branch }).catch(() => null);
  const sha = found !== null && !Array.isArray(found.data) ? { sha: found.data.sha } : {};
  await octokit.rest.repos.createOrUpdateFileContents({
    ...at,
    path,
    branch,
    message,
    content: Buffer.from(text).toString("base64"),
    ...sha,
  });
}

/** What anybody can see on GitHub. Each gives null while there is nothing to see yet. */
export function watch(world: World, reader: Person) {
  const { octokit } = reader;
  const wait = <T>(what: string, probe: () => Promise<T | null>, timeoutMs = 60_000, seen?: () => Promise<string>) =>
    until(what, probe, { timeoutMs, abort: world.died, ...(seen === undefined ? {} : { seen }) });
  const head = async (pull: number) => (await octokit.rest.pulls.get({ ...at, pull_number: pull })).data.head.sha;
  const checks = async (pull: number) =>
    (await octokit.rest.checks.listForRef({ ...at, ref: await head(pull), per_page: 100 })).data.check_runs;
  const comments = async (pull: number) =>
    (await octokit.rest.issues.listComments({ ...at, issue_number: pull, per_page: 100 })).data;
  return {
    /** A check of the head that is finished. */
    check: (pull: number, name: string) =>
      wait(
        `the check "${name}" of #${pull}`,
        async () => (await checks(pull)).find((check) => check.name === name && check.status === "completed") ?? null,
        90_000,
        async () =>
          (await checks(pull)).map((check) => `${check.name}: ${check.status} ${check.conclusion ?? ""}`).join("; "),
      ),
    /** The App's one comment, once it satisfies the test. */
    report: (pull: number, fits: (body: string) => boolean) =>
      wait(
        `the report on #${pull}`,
        async () => {
          const found = (await comments(pull)).find(
            (comment) => comment.user?.login === "assay[bot]" && comment.body?.includes(`<!-- assay:pull:${pull} -->`),
          );
          return found?.body !== undefined && fits(found.body)
            ? { id: found.id, body: found.body, url: found.html_url }
            : null;
        },
        90_000,
      ),
    reply: (pull: number, to: number) =>
      wait(
        `the answer to comment ${to}`,
        async () => (await comments(pull)).find((comment) => comment.body?.includes(`<!-- assay:reply:${to}:`)) ?? null,
      ),
    reaction: (comment: number, content: string) =>
      wait(`the reaction ${content} to comment ${comment}`, async () => {
        const { data } = await octokit.rest.reactions.listForIssueComment({ ...at, comment_id: comment });
        return data.find((reaction) => reaction.content === content && reaction.user?.login === "assay[bot]") ?? null;
      }),
    comments,
    /** A deployment of an environment whose newest status is the state. */
    deployment: (environment: string, state: string, sha?: string) =>
      wait(
        `${environment} to be ${state}`,
        async () => {
          const { data } = await octokit.rest.repos.listDeployments({
            ...at,
            environment,
            ...(sha === undefined ? {} : { sha }),
          });
          for (const deployment of data) {
            const statuses = await octokit.rest.repos.listDeploymentStatuses({ ...at, deployment_id: deployment.id });
            if (statuses.data[0]?.state === state)
              return { id: deployment.id, logUrl: statuses.data[0].log_url ?? null };
          }
          return null;
        },
        60_000,
      ),
    /** A run that waits for a person's review of an environment. */
    waitingRun: (environment: string) =>
      wait(`a run that waits for the review of ${environment}`, async () => {
        const { data } = await octokit.rest.actions.listWorkflowRunsForRepo({ ...at, status: "waiting" });
        for (const run of data.workflow_runs) {
          const pending = await octokit.rest.actions.getPendingDeploymentsForRun({ ...at, run_id: run.id });
          if (pending.data.some((one) => one.environment.name === environment && one.reviewers.length > 0))
            return { id: run.id, url: run.html_url };
        }
        return null;
      }),
    /** The App's dashboard, once it shows the text. */
    dashboard: (text: string) =>
      wait(`the App's dashboard to show ${text}`, async () =>
        (await (await fetch(world.appUrl)).text()).includes(text) ? true : null,
      ),
  };
}
