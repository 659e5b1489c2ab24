/** What the visitor may do in the repository of the page: buttons that GitHub would refuse are not offered. */
import type { Context } from "./context.ts";

export type Rights = { readonly admin: boolean; readonly push: boolean; readonly triage: boolean };

/** The visitor's rights; none for who is not signed in. */
export async function readRights({ rest, params }: Context): Promise<Rights> {
  const { owner, repo } = params;
  const found = await rest.find("/repos/{owner}/{repo}", { owner, repo });
  const { admin = false, push = false, triage = false } = found?.permissions ?? {};
  return { admin, push, triage };
}
