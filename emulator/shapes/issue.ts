import type { components } from "@octokit/openapi-types";
import { hasRole } from "../auth/access.ts";
import type { Comment, Issue, Label, PullIssue, Reaction, Repository, User } from "../state/records.ts";
import { isPull, roleOf, type World } from "../state/world.ts";
import { repositoryPage, repositoryShape, repositoryUrl } from "./repository.ts";
import { integration, nodeId, simpleUser } from "./user.ts";

type Schemas = components["schemas"];

export const issuePage = (world: World, issue: Issue): string =>
  `${repositoryPage(world, issue.repository)}/${isPull(issue) ? "pull" : "issues"}/${issue.number}`;

export function labelShape(world: World, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId("LA", label.id),
    url: `${repositoryUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    description: label.description ?? "",
    color: label.color,
    default: false,
  } satisfies Schemas["label"];
}

function association(repository: Repository, user: User): Schemas["author-association"] {
  if (repository.owner === user) return "OWNER";
  return hasRole(roleOf(repository, user), "read") ? "COLLABORATOR" : "NONE";
}

function countReactions(world: World, subject: number, url: string): Schemas["reaction-rollup"] {
  const all = [...world.reactions.values()].filter((reaction) => reaction.subject === subject);
  const count = (content: string) => all.filter((reaction) => reaction.content === content).length;
  return {
    url: `${url}/reactions`,
    total_count: all.length,
    "+1": count("+1"),
    "-1": count("-1"),
    laugh: count("laugh"),
    confused: count("confused"),
    heart: count("heart"),
    hooray: count("hooray"),
    eyes: count("eyes"),
    rocket: count("rocket"),
  };
}

export const commentsOf = (world: World, issue: Issue): readonly Comment[] =>
  [...world.comments.values()].filter((comment) => comment.issue === issue);

export function issueShape(world: World, issue: Issue) {
  const url = `${repositoryUrl(world, issue.repository)}/issues/${issue.number}`;
  const page = issuePage(world, issue);
  const pullUrl = `${repositoryUrl(world, issue.repository)}/pulls/${issue.number}`;
  return {
    id: issue.id,
    node_id: nodeId("I", issue.id),
    url,
    repository_url: repositoryUrl(world, issue.repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: simpleUser(world, issue.author),
    labels: issue.labels.map((label) => labelShape(world, issue.repository, label)),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    comments: commentsOf(world, issue).length,
    closed_at: issue.closedAt,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    author_association: association(issue.repository, issue.author),
    performed_via_github_app: issue.via === null ? null : integration(world, issue.via),
    reactions: countReactions(world, issue.id, url),
    ...(isPull(issue)
      ? {
          draft: issue.pull.draft,
          pull_request: {
            url: pullUrl,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: issue.pull.mergedAt,
          },
        }
      : {}),
  } satisfies Schemas["issue"];
}

export function commentShape(world: World, comment: Comment) {
  const { repository } = comment.issue;
  const url = `${repositoryUrl(world, repository)}/issues/comments/${comment.id}`;
  return {
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    url,
    html_url: `${issuePage(world, comment.issue)}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl(world, repository)}/issues/${comment.issue.number}`,
    user: simpleUser(world, comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(repository, comment.author),
    performed_via_github_app: comment.via === null ? null : integration(world, comment.via),
    reactions: countReactions(world, comment.id, url),
  } satisfies Schemas["issue-comment"];
}

export function reactionShape(world: World, reaction: Reaction): Schemas["reaction"] {
  return {
    id: reaction.id,
    node_id: nodeId("REA", reaction.id),
    user: simpleUser(world, reaction.author),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

/** A pull request as lists and webhooks embed it: nothing that git would have to compute. */
export function simplePull(world: World, issue: PullIssue) {
  const { repository, pull } = issue;
  const url = `${repositoryUrl(world, repository)}/pulls/${issue.number}`;
  const issueUrl = `${repositoryUrl(world, repository)}/issues/${issue.number}`;
  const page = issuePage(world, issue);
  const statuses = `${repositoryUrl(world, repository)}/statuses/${pull.headSha}`;
  const head = pull.headRepository;
  return {
    url,
    id: pull.id,
    node_id: nodeId("PR", pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl(world, repository)}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    number: issue.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: simpleUser(world, issue.author),
    body: issue.body,
    labels: issue.labels.map((label) => labelShape(world, repository, label)),
    milestone: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: {
      label: `${head.owner.login}:${pull.headRef}`,
      ref: pull.headRef,
      sha: pull.headSha,
      user: simpleUser(world, head.owner),
      repo: repositoryShape(world, head),
    },
    base: {
      label: `${repository.owner.login}:${pull.baseRef}`,
      ref: pull.baseRef,
      sha: pull.baseSha,
      user: simpleUser(world, repository.owner),
      repo: repositoryShape(world, repository),
    },
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repositoryUrl(world, repository)}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: association(repository, issue.author),
    auto_merge: null,
    draft: pull.draft,
  } satisfies Schemas["pull-request-simple"];
}

/** The few fields by which checks and runs name the pull requests of a commit. */
export function minimalPull(world: World, issue: PullIssue): Schemas["pull-request-minimal"] {
  const { repository, pull } = issue;
  const side = (repo: Repository) => ({ id: repo.id, name: repo.name, url: repositoryUrl(world, repo) });
  return {
    id: pull.id,
    number: issue.number,
    url: `${repositoryUrl(world, repository)}/pulls/${issue.number}`,
    head: { ref: pull.headRef, sha: pull.headSha, repo: side(pull.headRepository) },
    base: { ref: pull.baseRef, sha: pull.baseSha, repo: side(repository) },
  };
}
