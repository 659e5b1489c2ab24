import type { Route } from "../http/route.ts";
import { appRoutes } from "./apps.ts";
import { archiveRoutes } from "./archives.ts";
import { artifactRoutes } from "./artifacts.ts";
import { branchRoutes } from "./branches.ts";
import { checkRoutes } from "./checks.ts";
import { commentRoutes } from "./comments.ts";
import { commitRoutes } from "./commits.ts";
import { contentsRoutes } from "./contents.ts";
import { deploymentRoutes } from "./deployments.ts";
import { forkRoutes } from "./forks.ts";
import { gitRoutes, treeRoutes } from "./git.ts";
import { graphqlRoutes } from "./graphql.ts";
import { hookRoutes } from "./hooks.ts";
import { issueRoutes } from "./issues.ts";
import { limitRoutes } from "./limits.ts";
import { markdownRoutes } from "./markdown.ts";
import { pullRoutes } from "./pulls.ts";
import { approvalRoutes, runRoutes } from "./runs.ts";
import { settingRoutes } from "./settings.ts";
import { statusRoutes } from "./statuses.ts";
import { teamRoutes } from "./teams.ts";
import { userRoutes } from "./users.ts";
import { webRoutes } from "./web.ts";
import { workflowRoutes } from "./workflows.ts";

/** Every route that this GitHub serves; any other is answered 501 and recorded. */
export const routes: readonly Route[] = [
  ...appRoutes,
  ...hookRoutes,
  ...userRoutes,
  ...teamRoutes,
  ...forkRoutes,
  ...contentsRoutes,
  ...archiveRoutes,
  ...gitRoutes,
  ...treeRoutes,
  ...commitRoutes,
  ...branchRoutes,
  ...pullRoutes,
  ...issueRoutes,
  ...commentRoutes,
  ...checkRoutes,
  ...statusRoutes,
  ...workflowRoutes,
  ...runRoutes,
  ...approvalRoutes,
  ...artifactRoutes,
  ...deploymentRoutes,
  ...settingRoutes,
  ...markdownRoutes,
  ...limitRoutes,
  ...graphqlRoutes,
  ...webRoutes,
];
