import {
  createComment,
  deleteComment,
  editComment,
  type Identity,
  type OwnComment,
  ownComments,
  tokenIdentity,
} from "../../github/comments.ts";
import type { Client } from "../../github/octokit.ts";
import { retryFaults } from "../retry.ts";
import { decideComment, type Wish } from "./decide-comment.ts";

export type Post = Wish & { readonly pull: number };

/** What became of the comment. */
export type Posted = {
  readonly kind: "created" | "edited" | "unchanged" | "newer";
  readonly id: number;
};

type Speaker = Client & { readonly octokit: Parameters<typeof tokenIdentity>[0] };

/**
 * Brings the one comment of a pull request up to date. Each attempt looks at what is there first, so a write whose
 * answer was lost is not made twice. Throws what GitHub's last answer was.
 */
export async function postComment(client: Speaker, post: Post, pausesMs?: readonly number[]): Promise<Posted> {
  return await retryFaults(async () => settle(client, post, await tokenIdentity(client.octokit)), pausesMs);
}

async function settle(client: Client, post: Post, us: Identity): Promise<Posted> {
  const decision = decideComment(await listOwn(client, post, us), post);
  if (decision.kind === "leave") return { kind: decision.why, id: decision.id };
  if (decision.kind === "edit" && (await editComment(client, decision.id, post.body))) {
    return { kind: "edited", id: decision.id };
  }
  const made = await createComment(client, post.pull, post.body);
  return await yieldToOlder(client, post, made.id, made.author ?? us);
}

/**
 * Two runs that found no comment both make one. Each looks again after it wrote: the one whose comment is not the oldest
 * takes its own back, and treats the oldest as if it had found it at first. So one is left, whoever was faster.
 */
async function yieldToOlder(client: Client, post: Post, made: number, us: Identity): Promise<Posted> {
  const others = (await listOwn(client, post, us)).filter(({ id }) => id < made);
  const decision = decideComment(others, post);
  if (decision.kind === "create") return { kind: "created", id: made };
  await deleteComment(client, made);
  if (decision.kind === "leave") return { kind: decision.why, id: decision.id };
  await editComment(client, decision.id, post.body);
  return { kind: "edited", id: decision.id };
}

async function listOwn(client: Client, { pull, marker }: Post, us: Identity): Promise<readonly OwnComment[]> {
  return await Array.fromAsync(ownComments(client, pull, marker, us));
}
