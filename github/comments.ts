import type { Octokit } from "@octokit/rest";
import { type Client, orNull } from "./octokit.ts";

/** Who we are on GitHub: comments of others are never edited, whatever marker they carry. */
export type Identity = {
  readonly login: string;
  /** `Bot` unless stated: what an App or a workflow's token writes as. */
  readonly type?: "Bot" | "User";
};

export type OwnComment = { readonly id: number; readonly body: string };

/**
 * Writes the one comment of a pull request: edits the known one, makes a new one if there is none or somebody deleted it.
 * With `search` (after an attempt whose answer was lost) it looks for a comment of ours with the marker before it makes one.
 * `beforeMaking` is awaited right before that, and stops it by throwing. Gives the comment's id.
 */
export async function upsertComment(
  client: Client,
  wish: {
    readonly pull: number;
    readonly body: string;
    readonly id: number | null;
    readonly marker: string;
    readonly search: Identity | null;
    readonly beforeMaking?: () => Promise<void>;
  },
): Promise<number> {
  if (wish.id !== null && (await editComment(client, wish.id, wish.body))) return wish.id;
  // Also where the known one is gone: the lost answer may have been that to the making of another.
  const found = wish.search === null ? null : await findComment(client, wish.pull, wish.marker, wish.search);
  if (found !== null && (await editComment(client, found, wish.body))) return found;
  await wish.beforeMaking?.();
  return (await createComment(client, wish.pull, wish.body)).id;
}

/** The id of our first comment that holds the marker, or null. */
export async function findComment(client: Client, pull: number, marker: string, us: Identity): Promise<number | null> {
  for await (const comment of ownComments(client, pull, marker, us)) return comment.id;
  return null;
}

/** Our comments that hold the marker, oldest first, read page by page as they are asked for. */
export async function* ownComments(
  client: Client,
  pull: number,
  marker: string,
  us: Identity,
): AsyncGenerator<OwnComment> {
  const { octokit, owner, repo } = client;
  const type = us.type ?? "Bot";
  const pages = octokit.paginate.iterator(octokit.rest.issues.listComments, {
    owner,
    repo,
    issue_number: pull,
    per_page: 100,
  });
  for await (const { data } of pages) {
    for (const { id, body, user } of data) {
      if (user?.login === us.login && user.type === type && body?.includes(marker) === true) yield { id, body };
    }
  }
}

/** What a comment says now; null when it is gone. */
export async function readComment(client: Client, id: number): Promise<string | null> {
  const { octokit, owner, repo } = client;
  const comment = await orNull(octokit.rest.issues.getComment({ owner, repo, comment_id: id }));
  return comment === null ? null : (comment.data.body ?? "");
}

/** False when the comment is gone. */
export async function editComment(client: Client, id: number, body: string): Promise<boolean> {
  const { octokit, owner, repo } = client;
  return (await orNull(octokit.rest.issues.updateComment({ owner, repo, comment_id: id, body }))) !== null;
}

/** Makes a comment; gives its id and who GitHub says wrote it. */
export async function createComment(
  client: Client,
  pull: number,
  body: string,
): Promise<{ readonly id: number; readonly author: Identity | null }> {
  const { octokit, owner, repo } = client;
  const { data } = await octokit.rest.issues.createComment({ owner, repo, issue_number: pull, body });
  return { id: data.id, author: data.user === null || data.user === undefined ? null : identityOf(data.user.login) };
}

/** Removes a comment, which may be gone already. */
export async function deleteComment(client: Client, id: number): Promise<void> {
  const { octokit, owner, repo } = client;
  await orNull(octokit.rest.issues.deleteComment({ owner, repo, comment_id: id }));
}

/** Whom a token speaks for. GraphQL knows it for every sort of token; REST does not for one of an installation or a job. */
export async function tokenIdentity(octokit: Pick<Octokit, "graphql">): Promise<Identity> {
  const { viewer } = await octokit.graphql<{ readonly viewer: { readonly login: string } }>("{ viewer { login } }");
  return identityOf(viewer.login);
}

function identityOf(login: string): Identity {
  return { login, type: login.endsWith("[bot]") ? "Bot" : "User" };
}

/** GitHub answers 200 when the reaction is already there, so this may be repeated. */
export async function react(client: Client, commentId: number, content: "eyes" | "rocket" | "confused"): Promise<void> {
  const { octokit, owner, repo } = client;
  await octokit.rest.reactions.createForIssueComment({ owner, repo, comment_id: commentId, content });
}
