/** Names for the answers of REST that several pages share. */
import type { components } from "@octokit/openapi-types";

type Schemas = components["schemas"];
export type Repository = Schemas["full-repository"];
export type Pull = Schemas["pull-request"];
export type Comment = Schemas["issue-comment"];
export type Commit = Schemas["commit"];
export type CheckRun = Schemas["check-run"];
export type CommitStatus = Schemas["simple-commit-status"];
export type DiffEntry = Schemas["diff-entry"];
export type WorkflowRun = Schemas["workflow-run"];
export type Job = Schemas["job"];
export type Deployment = Schemas["deployment"];
export type DeploymentStatus = Schemas["deployment-status"];
export type PendingDeployment = Schemas["pending-deployment"];
export type Annotation = Schemas["check-annotation"];
export type Reactions = Schemas["reaction-rollup"];
