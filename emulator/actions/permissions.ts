/** What GITHUB_TOKEN may do: the job's `permissions:`, else the workflow's, else GitHub's restricted default. */
import { literalEntries, literalText, type Template } from "./template.ts";

export type Permissions = Readonly<Record<string, "read" | "write" | "none">>;

const scopes = [
  "actions",
  "attestations",
  "checks",
  "contents",
  "deployments",
  "discussions",
  "id-token",
  "issues",
  "models",
  "packages",
  "pages",
  "pull-requests",
  "security-events",
  "statuses",
] as const;

/** The permissions of one job. Naming any makes every other one `none`, except `metadata`. */
export function permissionsOf(workflow: Template | null, job: Template | null): Permissions {
  const declared = job ?? workflow;
  if (declared === null) return { contents: "read", packages: "read", metadata: "read" };
  const all = literalText(declared);
  if (all === "read-all") {
    // There is no such thing as reading an identity token.
    return {
      ...Object.fromEntries(scopes.map((scope) => [scope, scope === "id-token" ? "none" : "read"])),
      metadata: "read",
    };
  }
  if (all === "write-all") return { ...Object.fromEntries(scopes.map((scope) => [scope, "write"])), metadata: "read" };
  const named = literalEntries(declared).map(({ key, value }) => [key, accessOf(literalText(value))] as const);
  return { ...Object.fromEntries(named), metadata: "read" };
}

function accessOf(text: string | null): "read" | "write" | "none" {
  return text === "read" || text === "write" ? text : "none";
}
