import { type Client, orNull } from "./octokit.ts";

export type Permission = "admin" | "write" | "read" | "none";

/** What a person may do to the repository now; GitHub folds maintain into write and triage into read. */
export async function permissionOf(client: Client, login: string): Promise<Permission> {
  const { octokit, owner, repo } = client;
  const answer = await orNull(octokit.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username: login }));
  switch (answer?.data.permission) {
    case "admin":
      return "admin";
    case "write":
    case "maintain":
      return "write";
    case "read":
    case "triage":
      return "read";
    default:
      return "none";
  }
}
