import type { components } from "@octokit/openapi-types";
import type { FileChange } from "../git/history.ts";
import type { Commit, Person } from "../git/objects.ts";
import type { Repository, User } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { repositoryPage, repositoryUrl } from "./repository.ts";
import { simpleUser } from "./user.ts";

type Schemas = components["schemas"];

const unsigned = { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };

const noreply = "users.noreply.github.com";

/** The address under which GitHub writes commits for an account. */
export function emailOf(user: User): string {
  return `${user.id}+${user.login}@${noreply}`;
}

/** The account behind a commit's address, if it is one of ours. */
function accountBehind(world: World, person: Person): User | null {
  const login = new RegExp(`^(?:\\d+\\+)?(.+)@${noreply.replaceAll(".", "\\.")}$`, "u").exec(person.email)?.[1];
  return login === undefined ? null : (world.users.get(login.toLowerCase()) ?? null);
}

function accountShape(world: World, person: Person) {
  const user = accountBehind(world, person);
  return user === null ? null : simpleUser(world, user);
}

const nodeOf = (sha: string): string => `C_${sha}`;

/** A commit as the commits API shows it, without its files. */
export function commitShape(world: World, repository: Repository, commit: Commit): Schemas["commit"] {
  const url = repositoryUrl(world, repository);
  const page = repositoryPage(world, repository);
  return {
    sha: commit.sha,
    node_id: nodeOf(commit.sha),
    url: `${url}/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    commit: {
      url: `${url}/git/commits/${commit.sha}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      verification: unsigned,
    },
    author: accountShape(world, commit.author),
    committer: accountShape(world, commit.committer),
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: `${page}/commit/${sha}` })),
  };
}

/** A commit as the git database API shows it. */
export function gitCommit(world: World, repository: Repository, commit: Commit): Schemas["git-commit"] {
  const url = repositoryUrl(world, repository);
  const page = repositoryPage(world, repository);
  return {
    sha: commit.sha,
    node_id: nodeOf(commit.sha),
    url: `${url}/git/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${url}/git/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
    verification: unsigned,
  };
}

/** A commit as workflow runs and check suites embed it. */
export function simpleCommit(commit: Commit): Schemas["simple-commit"] {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}

/** A commit as the push webhook lists it. */
export function pushedCommit(world: World, repository: Repository, commit: Commit, files: readonly FileChange[]) {
  const paths = (...statuses: readonly FileChange["status"][]) =>
    files.filter((file) => statuses.includes(file.status)).map((file) => file.path);
  const person = (who: Person) => ({
    name: who.name,
    email: who.email,
    username: accountBehind(world, who)?.login ?? who.name,
  });
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${repositoryPage(world, repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: paths("added", "copied"),
    removed: [
      ...paths("removed"),
      ...files.flatMap((file) => (file.previousPath !== null && file.status === "renamed" ? [file.previousPath] : [])),
    ],
    modified: paths("modified", "changed", "renamed"),
  };
}

export function diffEntry(
  world: World,
  repository: Repository,
  head: string,
  change: FileChange,
): Schemas["diff-entry"] {
  const page = repositoryPage(world, repository);
  const path = change.path.split("/").map(encodeURIComponent).join("/");
  return {
    sha: change.blob,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${page}/blob/${head}/${path}`,
    raw_url: `${page}/raw/${head}/${path}`,
    contents_url: `${repositoryUrl(world, repository)}/contents/${path}?ref=${head}`,
    ...(change.patch === null ? {} : { patch: change.patch }),
    ...(change.previousPath === null ? {} : { previous_filename: change.previousPath }),
  };
}
