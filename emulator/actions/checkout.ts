/** `actions/checkout`, built in: the real one is downloaded from GitHub, which a closed machine cannot reach. */
import { appendFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { createGit, type Git, GitFailure } from "./git.ts";
import type { Outcome, Session } from "./session.ts";
import { fail } from "./step-process.ts";

export type Checkout = {
  readonly inputs: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly cancel: AbortSignal;
};

export type CheckoutResult = {
  readonly outcome: Outcome;
  readonly outputs: Readonly<Record<string, string>>;
  /** Takes the credentials out of the clone again. */
  readonly cleanUp: (() => Promise<Outcome>) | null;
};

/** What to fetch, under which local name to keep it, and what to check out then. */
type Target = { readonly refspecs: readonly string[]; readonly checkout: readonly string[] };

const failed: CheckoutResult = { outcome: "failure", outputs: {}, cleanUp: null };

/** Fetches one commit of a repository into the workspace and checks it out. */
export async function checkOut(session: Session, step: Checkout): Promise<CheckoutResult> {
  const { inputs } = step;
  const repository = inputs["repository"] || String(session.github["repository"]);
  const folder = path.resolve(session.folders.workspace, inputs["path"] ?? "");
  const refused = refusalOf(session, repository, folder, inputs);
  if (refused !== null) {
    fail(session, refused);
    return failed;
  }
  const credentials = credentialsOf(session, inputs["token"] || session.token);
  const environment = { ...step.environment, ...credentials.environment };
  const git = createGit(session, folder, environment, step.cancel);
  try {
    session.log.line(`Syncing repository: ${repository}`);
    empty(folder);
    await fetchTarget(session, git, repository, inputs);
    const commit = await git.run(["log", "-1", "--format=%H"]);
    const outputs = { ref: inputs["ref"] || String(session.github["ref"]), commit: commit.trim() };
    if (inputs["persist-credentials"] === "false") return { outcome: "success", outputs, cleanUp: null };
    appendFileSync(path.join(folder, ".git", "config"), credentials.section);
    return { outcome: "success", outputs, cleanUp: () => forget(git, credentials.scope) };
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    if (error.cancelled) return { ...failed, outcome: "cancelled" };
    fail(session, error.message);
    return failed;
  }
}

async function fetchTarget(
  session: Session,
  git: Git,
  repository: string,
  inputs: Readonly<Record<string, string>>,
): Promise<void> {
  await git.run(["init", "--quiet", "--initial-branch=main", "."]);
  await git.run(["remote", "add", "origin", `${String(session.github["server_url"])}/${repository}`]);
  const isOwn = repository === String(session.github["repository"]);
  const target = await targetOf(session, git, inputs["ref"] ?? "", isOwn);
  const depth = inputs["fetch-depth"] || "1";
  const extent = depth === "0" ? [] : [`--depth=${depth}`];
  const everything = depth === "0" ? ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"] : [];
  await git.run(["fetch", "--no-tags", "--prune", ...extent, "origin", ...everything, ...target.refspecs]);
  await git.ask(["checkout", "--force", ...target.checkout]);
}

/** Takes the credentials out again; a step may have removed the clone, and then there is nothing to take out. */
async function forget(git: Git, scope: string): Promise<Outcome> {
  try {
    await git.ask(["config", "--local", "--remove-section", `http.${scope}`]);
    return "success";
  } catch (error) {
    if (error instanceof GitFailure) return "success";
    throw error;
  }
}

function refusalOf(
  session: Session,
  repository: string,
  folder: string,
  inputs: Readonly<Record<string, string>>,
): string | null {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    return `Invalid repository '${repository}'. Expected format {owner}/{repo}.`;
  }
  if (path.relative(session.folders.workspace, folder).startsWith("..")) {
    return `Repository path '${folder}' is not under '${session.folders.workspace}'`;
  }
  if (inputs["fetch-depth"] && !/^\d+$/.test(inputs["fetch-depth"])) return "Input 'fetch-depth' must be a number";
  if ((inputs["ref"] ?? "").startsWith("-")) return `Invalid ref '${inputs["ref"]}'`;
  for (const name of ["submodules", "lfs", "sparse-checkout", "filter", "ssh-key"]) {
    const value = inputs[name] ?? "";
    if (value !== "" && value !== "false") return `The built-in checkout does not support '${name}'`;
  }
  return null;
}

async function targetOf(session: Session, git: Git, ref: string, isOwn: boolean): Promise<Target> {
  if (ref === "" && isOwn) return commitTarget(String(session.github["sha"]), String(session.github["ref"]));
  if (/^[0-9a-f]{40}$/i.test(ref)) return commitTarget(ref, "");
  if (ref.startsWith("refs/")) return namedTarget(ref);
  if (ref === "") {
    const symbolic = /^ref: (\S+)\s+HEAD$/m.exec(await git.ask(["ls-remote", "--symref", "origin", "HEAD"]));
    return namedTarget(symbolic?.[1] ?? "HEAD");
  }
  const listed = await git.ask(["ls-remote", "origin", `refs/heads/${ref}`, `refs/tags/${ref}`]);
  const names = listed.split("\n").map((line) => line.split("\t")[1]);
  const found = [`refs/heads/${ref}`, `refs/tags/${ref}`].find((name) => names.includes(name));
  if (found === undefined) {
    throw new GitFailure(`A branch or tag with the name '${ref}' could not be found`, false);
  }
  return namedTarget(found);
}

/** One exact commit, kept under the name of the ref that led to it. */
function commitTarget(commit: string, ref: string): Target {
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  if (branch !== undefined) {
    const remote = `refs/remotes/origin/${branch}`;
    return { refspecs: [`+${commit}:${remote}`], checkout: ["-B", branch, remote] };
  }
  const pull = /^refs\/pull\/(.+)$/.exec(ref)?.[1];
  const refspec = pull === undefined ? commit : `+${commit}:refs/remotes/pull/${pull}`;
  return { refspecs: [refspec], checkout: ["--detach", commit] };
}

function namedTarget(ref: string): Target {
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  if (branch !== undefined) {
    const remote = `refs/remotes/origin/${branch}`;
    return { refspecs: [`+${ref}:${remote}`], checkout: ["-B", branch, remote] };
  }
  if (ref.startsWith("refs/tags/")) return { refspecs: [`+${ref}:${ref}`], checkout: ["--detach", ref] };
  return { refspecs: [ref], checkout: ["--detach", "FETCH_HEAD"] };
}

/** The token as git wants it: through the environment while fetching, in .git/config when it shall stay. */
function credentialsOf(session: Session, token: string) {
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  session.masker.add(basic);
  const scope = `${new URL(String(session.github["server_url"])).origin}/`;
  const header = `AUTHORIZATION: basic ${basic}`;
  return {
    scope,
    section: `[http "${scope}"]\n\textraheader = ${header}\n`,
    environment: {
      GIT_TERMINAL_PROMPT: "0",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: `http.${scope}.extraheader`,
      GIT_CONFIG_VALUE_0: header,
    },
  };
}

function empty(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true, force: true });
}
