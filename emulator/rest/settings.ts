import { z } from "zod";
import { needs } from "../auth/access.ts";
import { found, Problem } from "../http/problem.ts";
import { type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { environmentShape, protectionRules } from "../shapes/deployment.ts";
import type { Environment, Variable } from "../state/records.ts";

const environments = needs("actions:read");
const variables = needs("actions_variables:read");
const changing = needs("actions_variables:write");
const variableSchema = z.object({ name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/u), value: z.string() });

/** Environments, variables and the names of secrets. */
export const settingRoutes: readonly Route[] = [
  repositoryRoute("get", "/repos/{owner}/{repo}/environments", environments, ({ hub, repository, page }) => ({
    status: 200,
    body: {
      total_count: repository.environments.length,
      environments: page(repository.environments).map((environment) =>
        environmentShape(hub.world, repository, environment),
      ),
    },
  })),
  repositoryRoute("get", "/repos/{owner}/{repo}/environments/{environment_name}", environments, (call) => ({
    status: 200,
    body: environmentShape(call.hub.world, call.repository, environmentOf(call, call.parameters.environment_name)),
  })),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules",
    environments,
    (call) => {
      const rules = protectionRules(call.hub.world, environmentOf(call, call.parameters.environment_name));
      return { status: 200, body: { total_count: rules.length, custom_deployment_protection_rules: rules } };
    },
  ),
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/variables", variables, ({ repository, page }) => ({
    status: 200,
    body: {
      total_count: repository.variables.size,
      variables: page([...repository.variables]).map(([name, variable]) => variableShape(name, variable)),
    },
  })),
  repositoryRoute("post", "/repos/{owner}/{repo}/actions/variables", changing, ({ hub, repository, read }) => {
    const { name, value } = read(variableSchema);
    if (repository.variables.has(name.toUpperCase()))
      throw new Problem(409, "Already exists - Variable already exists");
    const now = hub.world.clock.iso();
    repository.variables.set(name.toUpperCase(), { value, createdAt: now, updatedAt: now });
    return { status: 201, body: {} };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/variables/{name}", variables, ({ repository, parameters }) => {
    const name = parameters.name.toUpperCase();
    return { status: 200, body: variableShape(name, found(repository.variables.get(name))) };
  }),
  repositoryRoute(
    "patch",
    "/repos/{owner}/{repo}/actions/variables/{name}",
    changing,
    ({ hub, repository, parameters, read }) => {
      const variable = found(repository.variables.get(parameters.name.toUpperCase()));
      variable.value = read(variableSchema.partial()).value ?? variable.value;
      variable.updatedAt = hub.world.clock.iso();
      return { status: 204, body: null };
    },
  ),
  repositoryRoute(
    "delete",
    "/repos/{owner}/{repo}/actions/variables/{name}",
    changing,
    ({ repository, parameters }) => {
      if (!repository.variables.delete(parameters.name.toUpperCase())) throw new Problem(404, "Not Found");
      return { status: 204, body: null };
    },
  ),
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/secrets", needs("secrets:read"), ({ repository, page }) => ({
    status: 200,
    body: {
      total_count: repository.secrets.size,
      secrets: page([...repository.secrets.keys()]).map((name) => ({
        name,
        created_at: repository.createdAt,
        updated_at: repository.createdAt,
      })),
    },
  })),
];

function variableShape(name: string, variable: Variable) {
  return { name, value: variable.value, created_at: variable.createdAt, updated_at: variable.updatedAt };
}

function environmentOf(call: RepositoryCall, name: string): Environment {
  return found(
    call.repository.environments.find((environment) => environment.name.toLowerCase() === name.toLowerCase()),
  );
}
