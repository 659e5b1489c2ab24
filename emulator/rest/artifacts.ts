import type { Artifact } from "../actions/port.ts";
import { needs } from "../auth/access.ts";
import { notFound, Problem } from "../http/problem.ts";
import { type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { artifactShape } from "../shapes/run.ts";
import type { Run } from "../state/records.ts";
import { runOf } from "./runs.ts";

const reading = needs("actions:read");

/** What runs have uploaded; the bytes come from a short-lived URL that asks for no token. */
export const artifactRoutes: readonly Route[] = [
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/artifacts", reading, (call) => listAnswer(call, null)),
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts", reading, (call) =>
    listAnswer(call, runOf(call, call.parameters.run_id)),
  ),
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/artifacts/{artifact_id}", reading, (call) => {
    const { artifact, run } = artifactOf(call, call.parameters.artifact_id);
    return { status: 200, body: artifactShape(call.hub.world, run, artifact, call.hub.world.clock.now()) };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}", reading, (call) => {
    const { artifact } = artifactOf(call, call.parameters.artifact_id);
    if (call.parameters.archive_format !== "zip") throw notFound();
    if (Date.parse(artifact.expiresAt) <= call.hub.world.clock.now().getTime())
      throw new Problem(410, "Artifact has expired");
    return { status: 302, location: call.hub.publish("application/zip", () => call.hub.artifacts.read(artifact.id)) };
  }),
  repositoryRoute(
    "delete",
    "/repos/{owner}/{repo}/actions/artifacts/{artifact_id}",
    needs("actions:write"),
    async (call) => {
      if (!(await call.hub.artifacts.remove(artifactOf(call, call.parameters.artifact_id).artifact.id)))
        throw notFound();
      return { status: 204, body: null };
    },
  ),
];

function listAnswer(call: RepositoryCall, only: Run | null) {
  const name = call.query.get("name");
  const owned = call.hub.artifacts.list(only?.id ?? null).flatMap((artifact) => {
    const run = call.hub.world.runs.get(artifact.runId);
    return run?.repository === call.repository && (name === null || artifact.name === name) ? [{ artifact, run }] : [];
  });
  const shown = call
    .page(owned.toReversed())
    .map(({ artifact, run }) => artifactShape(call.hub.world, run, artifact, call.hub.world.clock.now()));
  return { status: 200 as const, body: { total_count: owned.length, artifacts: shown } };
}

function artifactOf(call: RepositoryCall, id: string): { artifact: Artifact; run: Run } {
  const artifact = call.hub.artifacts.list(null).find((known) => known.id === Number(id));
  const run = artifact === undefined ? undefined : call.hub.world.runs.get(artifact.runId);
  if (artifact === undefined || run === undefined || run.repository !== call.repository) throw notFound();
  return { artifact, run };
}
