import { z } from "zod";
import { anyone, appOnly, authenticated, installationOnly, needs } from "../auth/access.ts";
import type { Actor } from "../auth/actor.ts";
import { found, invalid, notFound, Problem } from "../http/problem.ts";
import { type Route, repositoryRoute, route } from "../http/route.ts";
import { repositoryShape } from "../shapes/repository.ts";
import { installationShape, integration, simpleUser } from "../shapes/user.ts";
import type { App, Installation, Level, Permissions, Repository } from "../state/records.ts";
import { installationOn, newToken, type World } from "../state/world.ts";

const tokenLifeMs = 3_600_000;

export const appRoutes: readonly Route[] = [
  route("get", "/app", appOnly, ({ hub, actor }) => ({ status: 200, body: integration(hub.world, appOf(actor)) })),
  route("get", "/apps/{app_slug}", anyone, ({ hub, parameters }) => ({
    status: 200,
    body: integration(hub.world, found(hub.world.apps.get(parameters.app_slug))),
  })),
  route("get", "/app/installations", appOnly, ({ hub, actor, page }) => ({
    status: 200,
    // The description merges the two kinds of account into one, so it asks for the fields of both.
    body: page(installationsOf(hub.world, appOf(actor))).map((installation) => {
      const { account } = installation;
      const both = {
        name: account.name ?? account.login,
        slug: account.login,
        created_at: account.createdAt,
        updated_at: account.createdAt,
      };
      return { ...installationShape(hub.world, installation), account: { ...simpleUser(hub.world, account), ...both } };
    }),
  })),
  route("get", "/app/installations/{installation_id}", appOnly, ({ hub, actor, parameters }) => ({
    status: 200,
    body: installationShape(hub.world, installationById(hub.world, appOf(actor), parameters.installation_id)),
  })),
  repositoryRoute("get", "/repos/{owner}/{repo}/installation", needs("app:read"), ({ hub, actor, repository }) => ({
    status: 200,
    body: installationShape(hub.world, found(installationOn(hub.world, appOf(actor), repository))),
  })),
  route("get", "/users/{username}/installation", appOnly, ({ hub, actor, parameters }) => ({
    status: 200,
    body: installationShape(hub.world, accountInstallation(hub.world, appOf(actor), parameters.username)),
  })),
  route("get", "/orgs/{org}/installation", appOnly, ({ hub, actor, parameters }) => ({
    status: 200,
    body: installationShape(hub.world, accountInstallation(hub.world, appOf(actor), parameters.org)),
  })),
  route("post", "/app/installations/{installation_id}/access_tokens", appOnly, ({ hub, actor, parameters, read }) => {
    const { world } = hub;
    const installation = installationById(world, appOf(actor), parameters.installation_id);
    const asked = read(tokenSchema);
    const repositories = narrowRepositories(installation, asked);
    const permissions = narrowPermissions(installation.app.permissions, asked.permissions);
    const token = newToken("ghs");
    const expiresAt = Math.floor((world.clock.now().getTime() + tokenLifeMs) / 1000) * 1000;
    world.tokens.set(token, {
      kind: "installation",
      installation,
      repositories: repositories ?? installation.repositories,
      permissions,
      expiresAt,
    });
    return {
      status: 201,
      body: {
        token,
        expires_at: `${new Date(expiresAt).toISOString().slice(0, 19)}Z`,
        permissions: { ...permissions },
        repository_selection: "selected" as const,
        ...(repositories === null
          ? {}
          : { repositories: [...repositories].map((repository) => repositoryShape(world, repository)) }),
      },
    };
  }),
  route("get", "/installation/repositories", installationOnly, ({ hub, actor, page }) => {
    const all = actor.kind === "installation" ? [...actor.repositories] : [];
    return {
      status: 200,
      body: {
        total_count: all.length,
        repositories: page(all).map((repository) => repositoryShape(hub.world, repository)),
        repository_selection: "selected",
      },
    };
  }),
  route("delete", "/installation/token", authenticated, ({ hub, actor }) => {
    for (const [token, known] of hub.world.tokens) if (known === actor) hub.world.tokens.delete(token);
    return { status: 204, body: null };
  }),
];

const tokenSchema = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number()).optional(),
  permissions: z.record(z.string(), z.enum(["read", "write"])).optional(),
});

/** The App behind a JWT; routes that use it let nobody else in. */
export function appOf(actor: Actor): App {
  if (actor.kind !== "app") throw new Problem(401, "A JSON web token could not be decoded");
  return actor.app;
}

function installationsOf(world: World, app: App): readonly Installation[] {
  return [...world.installations.values()].filter((installation) => installation.app === app);
}

function installationById(world: World, app: App, id: string): Installation {
  const installation = found(world.installations.get(Number(id)));
  if (installation.app !== app) throw notFound();
  return installation;
}

function accountInstallation(world: World, app: App, login: string): Installation {
  return found(
    installationsOf(world, app).find(
      (installation) => installation.account.login.toLowerCase() === login.toLowerCase(),
    ),
  );
}

function narrowRepositories(
  installation: Installation,
  asked: z.output<typeof tokenSchema>,
): ReadonlySet<Repository> | null {
  if (asked.repositories === undefined && asked.repository_ids === undefined) return null;
  const all = [...installation.repositories];
  const chosen = [
    ...(asked.repositories ?? []).map((name) =>
      all.find((repository) => repository.name.toLowerCase() === name.toLowerCase()),
    ),
    ...(asked.repository_ids ?? []).map((id) => all.find((repository) => repository.id === id)),
  ];
  const known = chosen.filter((repository) => repository !== undefined);
  if (known.length < chosen.length)
    throw new Problem(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  return new Set(known);
}

function narrowPermissions(held: Permissions, asked: Readonly<Record<string, Level>> | undefined): Permissions {
  if (asked === undefined) return held;
  for (const [name, level] of Object.entries(asked))
    if (name !== "metadata" && held[name] !== "write" && held[name] !== level)
      throw new Problem(422, "The permissions requested are not granted to this installation.", {
        errors: invalid("Installation", name, "invalid").errors ?? [],
      });
  return asked;
}
