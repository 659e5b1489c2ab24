import type { components } from "@octokit/openapi-types";
import type { Conclusion, RunRecord } from "../actions/port.ts";

/** What the emulator remembers. Records are changed in place by the REST side, inside one process. */
export type Level = "read" | "write";
export type Permissions = Readonly<Record<string, Level>>;
export type Role = "admin" | "maintain" | "write" | "triage" | "read";

export type User = {
  readonly id: number;
  readonly login: string;
  readonly name: string | null;
  readonly kind: "User" | "Bot";
  readonly createdAt: string;
};

export type App = {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly hookId: number;
  hookUrl: string | null;
  hookSecret: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly bot: User;
  readonly createdAt: string;
};

/** One App on one account, as on GitHub: it may see several repositories of that account. */
export type Installation = {
  readonly id: number;
  readonly app: App;
  readonly account: User;
  readonly repositories: Set<Repository>;
  readonly createdAt: string;
};

export type Team = {
  readonly id: number;
  readonly org: string;
  readonly slug: string;
  /** Logins in lower case; who is pending has not accepted yet. */
  readonly members: Map<string, "active" | "pending">;
};

export type Environment = {
  readonly id: number;
  readonly name: string;
  readonly reviewers: readonly User[];
  readonly preventSelfReview: boolean;
  readonly protectionApps: readonly { readonly id: number; readonly app: App }[];
  readonly waitTimerMinutes: number;
  readonly secrets: ReadonlyMap<string, string>;
  readonly createdAt: string;
};

export type Variable = { value: string; readonly createdAt: string; updatedAt: string };

export type Label = {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
};

/** What a branch asks of a commit before it moves there; without `enforceAdmins` it asks nothing of admins. */
export type BranchProtection = { readonly requiredChecks: readonly string[]; readonly enforceAdmins: boolean };

export type Repository = {
  readonly id: number;
  readonly owner: User;
  readonly name: string;
  readonly defaultBranch: string;
  readonly parent: Repository | null;
  readonly collaborators: Map<string, Role>;
  readonly variables: Map<string, Variable>;
  readonly secrets: Map<string, string>;
  readonly environments: Environment[];
  /** By branch name or pattern, such as `release/*`. */
  readonly protectedBranches: ReadonlyMap<string, BranchProtection>;
  readonly labels: Label[];
  readonly issues: Map<number, Issue>;
  readonly workflows: Workflow[];
  readonly createdAt: string;
  pushedAt: string;
};

export type Issue = {
  readonly id: number;
  readonly repository: Repository;
  readonly number: number;
  readonly author: User;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "reopened" | null;
  labels: Label[];
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  readonly via: App | null;
  readonly pull: Pull | null;
};

export type Pull = {
  readonly id: number;
  baseRef: string;
  baseSha: string;
  readonly headRepository: Repository;
  readonly headRef: string;
  headSha: string;
  draft: boolean;
  mergedAt: string | null;
  mergedBy: User | null;
  mergeCommitSha: string | null;
};

export type PullIssue = Issue & { readonly pull: Pull };

export type Comment = {
  readonly id: number;
  readonly issue: Issue;
  readonly author: User;
  body: string;
  readonly via: App | null;
  readonly createdAt: string;
  updatedAt: string;
};

export type ReactionContent = "+1" | "-1" | "laugh" | "confused" | "heart" | "hooray" | "rocket" | "eyes";

export type Reaction = {
  readonly id: number;
  /** The issue or comment that it belongs to. */
  readonly subject: number;
  readonly author: User;
  readonly content: ReactionContent;
  readonly createdAt: string;
};

export type CheckStatus = "queued" | "in_progress" | "completed";

export type Annotation = {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn: number | null;
  readonly endColumn: number | null;
  readonly level: "notice" | "warning" | "failure";
  readonly message: string;
  readonly title: string | null;
  readonly rawDetails: string | null;
};

export type CheckAction = { readonly label: string; readonly description: string; readonly identifier: string };

export type CheckSuite = {
  readonly id: number;
  readonly repository: Repository;
  readonly app: App;
  readonly sha: string;
  readonly branch: string | null;
  readonly createdAt: string;
};

export type CheckRun = {
  readonly id: number;
  readonly suite: CheckSuite;
  name: string;
  externalId: string;
  detailsUrl: string | null;
  status: CheckStatus;
  conclusion: Conclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: Annotation[];
  actions: readonly CheckAction[];
};

export type CommitStatus = {
  readonly id: number;
  readonly repository: Repository;
  readonly sha: string;
  readonly context: string;
  readonly state: "error" | "failure" | "pending" | "success";
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: User;
  readonly createdAt: string;
};

export type DeploymentState =
  | "error"
  | "failure"
  | "inactive"
  | "in_progress"
  | "queued"
  | "pending"
  | "success"
  | "waiting";

export type DeploymentStatus = {
  readonly id: number;
  state: DeploymentState;
  readonly creator: User;
  readonly description: string;
  readonly environment: string;
  readonly logUrl: string;
  readonly environmentUrl: string;
  readonly createdAt: string;
};

export type Deployment = {
  readonly id: number;
  readonly repository: Repository;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly payload: string | Readonly<Record<string, unknown>>;
  readonly environment: string;
  readonly description: string | null;
  readonly creator: User;
  readonly via: App | null;
  readonly transient: boolean;
  readonly production: boolean;
  /** The Actions run that made it, or null when it was made over REST. */
  readonly runId: number | null;
  readonly statuses: DeploymentStatus[];
  readonly createdAt: string;
};

export type Workflow = {
  readonly id: number;
  readonly path: string;
  name: string;
  state: "active" | "deleted";
  readonly createdAt: string;
};

export type Approval = {
  readonly environment: Environment;
  readonly state: "approved" | "rejected";
  readonly user: User;
  readonly comment: string;
};

/** A job that waits at the door of an environment. */
export type Gate = {
  readonly jobId: number;
  readonly environment: Environment;
  readonly deployment: Deployment;
  readonly since: string;
  /** The rules that have not yet let it pass. */
  readonly waiting: { reviewers: boolean; readonly apps: Set<App>; timer: boolean };
  readonly settle: (answer: "approved" | "rejected") => void;
};

export type Run = {
  readonly id: number;
  readonly repository: Repository;
  readonly workflow: Workflow;
  readonly source: string;
  readonly number: number;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly ref: string;
  readonly sha: string;
  /** What the jobs see as GITHUB_SHA: for pull requests the merge of head and base, else `sha`. */
  readonly executedSha: string;
  readonly actor: User;
  triggeringActor: User;
  readonly inputs: Readonly<Record<string, string | number | boolean>>;
  readonly suite: CheckSuite;
  readonly headCommit: components["schemas"]["simple-commit"] | null;
  readonly attempts: RunRecord[];
  /** What each job last told the webhooks, so that a state is announced once. */
  readonly announced: Set<string>;
  readonly checkRuns: Map<number, CheckRun>;
  readonly deployments: Map<number, Deployment>;
  readonly gates: Map<number, Gate>;
  readonly approvals: Approval[];
  readonly createdAt: string;
};

export type Delivery = {
  readonly id: number;
  readonly app: App;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installation: Installation | null;
  readonly repository: Repository | null;
  readonly redelivery: boolean;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly deliveredAt: string;
  readonly durationSeconds: number;
  readonly status: string;
  readonly statusCode: number;
  readonly answer: { readonly headers: Readonly<Record<string, string>>; readonly body: string | null };
};
