/** Every page. Order matters only where two patterns fit the same path; none do. */
import type { Route } from "./context.ts";
import { checkRunPage } from "./pages/check-run.ts";
import { commitPage } from "./pages/commit.ts";
import { deploymentsPage } from "./pages/deployments.ts";
import { editPage } from "./pages/edit.ts";
import { blobPage, rawPage, treePage } from "./pages/file.ts";
import { homePage } from "./pages/home.ts";
import { issuePage, issuesPage } from "./pages/issues.ts";
import { pullPage } from "./pages/pull.ts";
import { pullChecks, pullCommits, pullFiles } from "./pages/pull-tabs.ts";
import { pullsPage } from "./pages/pulls.ts";
import { repositoryPage } from "./pages/repository.ts";
import { jobPage, runPage } from "./pages/run.ts";
import { runsPage } from "./pages/runs.ts";

export const routes: readonly Route[] = [
  homePage,
  repositoryPage,
  issuesPage,
  issuePage,
  pullsPage,
  pullPage,
  pullCommits,
  pullChecks,
  pullFiles,
  checkRunPage,
  runsPage,
  runPage,
  jobPage,
  deploymentsPage,
  commitPage,
  blobPage,
  treePage,
  rawPage,
  editPage,
];
