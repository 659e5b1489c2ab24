import type { ActionsHost, ArtifactStore, WorkflowDescription } from "./actions/port.ts";
import type { Actor } from "./auth/actor.ts";
import type { RepositoryStore } from "./git/store.ts";
import type { App, Delivery, Environment, Gate, Repository, Run, User } from "./state/records.ts";
import type { World } from "./state/world.ts";

export type GitHubEvent = {
  readonly name: string;
  readonly action: string | null;
  readonly repository: Repository | null;
  readonly sender: User;
  /** What the event adds to repository, sender and installation. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Sent to this App alone: its own buttons, its own protection rule. */
  readonly only?: App;
};

/** Sends events to Apps: in order per App, ten seconds each, every attempt recorded. */
export type Webhooks = {
  readonly send: (event: GitHubEvent) => void;
  readonly redeliver: (delivery: Delivery) => void;
  /** Deliveries that are queued or under way. */
  readonly pending: () => number;
  readonly close: () => Promise<void>;
};

export type RunStart = {
  readonly repository: Repository;
  readonly path: string;
  readonly source: string;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly ref: string;
  readonly sha: string;
  readonly executedSha?: string;
  readonly actor: User;
  readonly inputs: Readonly<Record<string, string | number | boolean>>;
};

/** The Actions side, as REST sees it. */
export type Runs = {
  readonly start: (start: RunStart) => Promise<Run>;
  readonly rerun: (run: Run, actor: User, which: "all" | "failed") => void;
  readonly cancel: (run: Run, how: "gracefully" | "at once") => void;
  /** A required reviewer's answer for one waiting environment. */
  readonly review: (
    run: Run,
    environment: Environment,
    review: { state: "approved" | "rejected"; user: User; comment: string },
  ) => void;
  /** A protection rule's answer. */
  readonly decide: (run: Run, gate: Gate, app: App, state: "approved" | "rejected") => void;
  readonly machines: ActionsHost["machines"];
  /** Runs that have not completed. */
  readonly active: () => number;
  readonly close: () => Promise<void>;
};

export type Rate = {
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
  readonly reset: number;
};

/** What a handler may reach: state, git, webhooks and the Actions side. */
export type Hub = {
  readonly world: World;
  readonly git: (repository: Repository) => RepositoryStore;
  /** Makes the bare repository of a fork, with all that its parent has. */
  readonly fork: (repository: Repository, parent: Repository) => Promise<void>;
  readonly webhooks: Webhooks;
  readonly runs: Runs;
  readonly artifacts: ArtifactStore;
  readonly describeWorkflow: (path: string, source: string) => Promise<WorkflowDescription>;
  /** A URL that serves these bytes for a minute, without credentials. */
  readonly publish: (type: string, bytes: () => Promise<Buffer | null>) => string;
  /** What is left of the caller's hour. */
  readonly rate: (actor: Actor) => Rate;
  readonly log: (line: string) => void;
};
