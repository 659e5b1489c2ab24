import type { components } from "@octokit/openapi-types";
import type { App, Installation, User } from "../state/records.ts";
import { apiUrl, type World } from "../state/world.ts";

type Schemas = components["schemas"];

/** A stable opaque id, in the manner of GitHub's node ids. */
export const nodeId = (kind: string, id: number): string => `${kind}_${Buffer.from(String(id)).toString("base64url")}`;

/** An account as other answers embed it. */
export function simpleUser(world: World, user: User) {
  const url = `${apiUrl(world)}/users/${encodeURIComponent(user.login)}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId(user.kind === "Bot" ? "BOT" : "U", user.id),
    avatar_url: `${world.url}/_emulator/avatars/${encodeURIComponent(user.login)}`,
    gravatar_id: "",
    url,
    html_url:
      user.kind === "Bot" ? `${world.url}/apps/${user.login.replace("[bot]", "")}` : `${world.url}/${user.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.kind,
    site_admin: false,
  } satisfies Schemas["simple-user"];
}

export function publicUser(world: World, user: User): Schemas["public-user"] {
  return {
    ...simpleUser(world, user),
    name: user.name,
    company: null,
    blog: null,
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: user.createdAt,
    updated_at: user.createdAt,
  };
}

/** An App as checks, comments and `GET /app` show it. */
export function integration(world: World, app: App): NonNullable<Schemas["integration"]> {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId("A", app.id),
    owner: simpleUser(world, app.bot),
    name: app.name,
    description: null,
    external_url: world.url,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: { ...app.permissions },
    events: [...app.events],
  };
}

export function installationShape(world: World, installation: Installation) {
  const url = `${apiUrl(world)}/app/installations/${installation.id}`;
  const { app } = installation;
  return {
    id: installation.id,
    account: simpleUser(world, installation.account),
    repository_selection: "selected" as const,
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${apiUrl(world)}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: installation.account.id,
    target_type: "User",
    permissions: { ...app.permissions },
    events: [...app.events],
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  } satisfies Schemas["installation"];
}
