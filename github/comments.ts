import { type Client, orNull } from "./octokit.ts";

/** Who we are on GitHub: comments of others are never edited, whatever marker they carry. */
export type Identity = { readonly login: string };

/**
 * Writes the one comment of a pull request: edits the known one, makes a new one if somebody deleted it. With `search`
 * (after an attempt whose answer was lost) it first looks for a comment of ours with the marker. Gives the comment's id.
 */
export async function upsertComment(
  client: Client,
  wish: {
    readonly pull: number;
    readonly body: string;
    readonly id: number | null;
    readonly marker: string;
    readonly search: Identity | null;
  },
): Promise<number> {
  const { octokit, owner, repo } = client;
  const id = wish.id ?? (wish.search === null ? null : await findComment(client, wish.pull, wish.marker, wish.search));
  if (id !== null) {
    const edited = await orNull(octokit.rest.issues.updateComment({ owner, repo, comment_id: id, body: wish.body }));
    if (edited !== null) return id;
  }
  const made = await octokit.rest.issues.createComment({ owner, repo, issue_number: wish.pull, body: wish.body });
  return made.data.id;
}

/** The id of our comment that holds the marker, or null. */
export async function findComment(client: Client, pull: number, marker: string, us: Identity): Promise<number | null> {
  const { octokit, owner, repo } = client;
  const pages = octokit.paginate.iterator(octokit.rest.issues.listComments, {
    owner,
    repo,
    issue_number: pull,
    per_page: 100,
  });
  for await (const { data } of pages) {
    const found = data.find(
      (comment) => comment.user?.login === us.login && comment.user.type === "Bot" && comment.body?.includes(marker),
    );
    if (found !== undefined) return found.id;
  }
  return null;
}

/** GitHub answers 200 when the reaction is already there, so this may be repeated. */
export async function react(client: Client, commentId: number, content: "eyes" | "rocket" | "confused"): Promise<void> {
  const { octokit, owner, repo } = client;
  await octokit.rest.reactions.createForIssueComment({ owner, repo, comment_id: commentId, content });
}
