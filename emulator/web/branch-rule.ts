/** What a branch asks of a commit before it moves there. */
import type { Context } from "./context.ts";
import type { Rights } from "./rights.ts";

export type BranchRule = {
  readonly required: readonly string[];
  /** Whether the visitor may pass without the required checks, as admins may unless the rule includes them. */
  readonly exempt: boolean;
};

/** The rule of a branch for a visitor with these rights; an open branch requires nothing. */
export async function readBranchRule(context: Context, branch: string, rights: Rights): Promise<BranchRule> {
  const { owner, repo } = context.params;
  const found = await context.rest.find("/repos/{owner}/{repo}/branches/{branch}", { owner, repo, branch });
  const checks = found?.protection?.required_status_checks;
  return { required: checks?.contexts ?? [], exempt: rights.admin && checks?.enforcement_level !== "everyone" };
}
