import type { components } from "@octokit/openapi-types";
import { needs } from "../auth/access.ts";
import { found, Problem } from "../http/problem.ts";
import { type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { commitShape } from "../shapes/commit.ts";
import { repositoryPage, repositoryUrl } from "../shapes/repository.ts";
import { isExempt, protectionOf, unmet } from "../state/protection.ts";
import type { BranchProtection } from "../state/records.ts";

type Schemas = components["schemas"];

/** Branches and what protects them. */
export const branchRoutes: readonly Route[] = [
  repositoryRoute("get", "/repos/{owner}/{repo}/branches", needs("contents:read"), async (call) => {
    const wanted = call.query.get("protected");
    const branches = (await call.git.references("refs/heads/"))
      .map(({ name, sha }) => ({ name: name.slice("refs/heads/".length), sha }))
      .filter(({ name }) => wanted === null || String(protectionOf(call.repository, name) !== null) === wanted);
    return {
      status: 200,
      body: call.page(branches).map(({ name, sha }) => ({
        name,
        commit: { sha, url: `${repositoryUrl(call.hub.world, call.repository)}/commits/${sha}` },
        protected: protectionOf(call.repository, name) !== null,
      })),
    };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/branches/{branch}", needs("contents:read"), async (call) => {
    const { branch } = call.parameters;
    const sha = await call.git.resolve(`refs/heads/${branch}`);
    if (sha === null) throw new Problem(404, "Branch not found");
    const self = branchUrl(call, branch);
    const protection = protectionOf(call.repository, branch);
    return {
      status: 200,
      body: {
        name: branch,
        commit: commitShape(call.hub.world, call.repository, found(await call.git.commit(sha))),
        _links: { self, html: `${repositoryPage(call.hub.world, call.repository)}/tree/${branch}` },
        protected: protection !== null,
        protection: summary(protection),
        protection_url: `${self}/protection`,
      },
    };
  }),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks",
    needs("administration:read"),
    (call) => {
      const { branch } = call.parameters;
      const protection = protectionOf(call.repository, branch);
      if (protection === null) throw new Problem(404, "Branch not protected");
      const url = `${branchUrl(call, branch)}/protection/required_status_checks`;
      const { contexts, checks } = requirement(protection);
      return { status: 200, body: { url, strict: false, contexts, checks, contexts_url: `${url}/contexts` } };
    },
  ),
];

/**
 * Throws GitHub's refusal where a branch's protection does not let the caller move it to a commit by this route.
 * `status` is the route's own: 405 for merges, 409 for contents, 422 for references.
 */
export function mustMeetProtection(
  call: Pick<RepositoryCall, "actor" | "hub" | "repository">,
  move: { readonly branch: string; readonly sha: string; readonly status: 405 | 409 | 422; readonly prefix?: string },
): void {
  const protection = protectionOf(call.repository, move.branch);
  if (protection === null || isExempt(call.actor, call.repository, protection)) return;
  const lack = unmet(call.hub.world, call.repository, protection, move.sha);
  if (lack !== null) throw new Problem(move.status, `${move.prefix ?? ""}${lack}`);
}

function branchUrl(call: RepositoryCall, branch: string): string {
  return `${repositoryUrl(call.hub.world, call.repository)}/branches/${encodeURIComponent(branch)}`;
}

/** The part of a protection that every reader of the branch may know. */
function summary(protection: BranchProtection | null): Schemas["branch-protection"] {
  if (protection === null) return { enabled: false };
  const enforcement_level = protection.enforceAdmins ? "everyone" : "non_admins";
  return { enabled: true, required_status_checks: { enforcement_level, ...requirement(protection) } };
}

function requirement({ requiredChecks }: BranchProtection) {
  return {
    contexts: [...requiredChecks],
    checks: requiredChecks.map((context) => ({ context, app_id: null })),
  };
}
