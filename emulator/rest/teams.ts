import { authenticated, forbidden } from "../auth/access.ts";
import type { Actor } from "../auth/actor.ts";
import { found } from "../http/problem.ts";
import { type Route, route } from "../http/route.ts";
import { simpleUser } from "../shapes/user.ts";
import type { Team } from "../state/records.ts";
import { apiUrl, findUser, type World } from "../state/world.ts";

/** Teams of an organization. Whoever is pending is listed as such and must not count. */
export const teamRoutes: readonly Route[] = [
  route("get", "/orgs/{org}/teams/{team_slug}/memberships/{username}", authenticated, ({ hub, actor, parameters }) => {
    mayRead(actor);
    const team = teamOf(hub.world, parameters.org, parameters.team_slug);
    const state = found(team.members.get(parameters.username.toLowerCase()));
    const url = `${apiUrl(hub.world)}/organizations/${parameters.org}/team/${team.id}/memberships/${parameters.username}`;
    return { status: 200, body: { url, role: "member" as const, state } };
  }),
  route("get", "/orgs/{org}/teams/{team_slug}/members", authenticated, ({ hub, actor, parameters, page }) => {
    mayRead(actor);
    const active = [...teamOf(hub.world, parameters.org, parameters.team_slug).members].filter(
      ([, state]) => state === "active",
    );
    return {
      status: 200,
      body: page(active).flatMap(([login]) => {
        const user = findUser(hub.world, login);
        return user === null ? [] : [simpleUser(hub.world, user)];
      }),
    };
  }),
];

function mayRead(actor: Actor): void {
  if ((actor.kind === "installation" || actor.kind === "job") && actor.permissions["members"] === undefined)
    throw forbidden();
}

function teamOf(world: World, org: string, slug: string): Team {
  return found(world.teams.find((team) => team.org.toLowerCase() === org.toLowerCase() && team.slug === slug));
}
