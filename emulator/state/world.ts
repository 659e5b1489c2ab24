import { randomBytes } from "node:crypto";
import type { Actor } from "../auth/actor.ts";
import type { Clock } from "./clock.ts";
import type {
  App,
  CheckRun,
  CheckSuite,
  Comment,
  CommitStatus,
  Delivery,
  Deployment,
  Installation,
  Issue,
  PullIssue,
  Reaction,
  Repository,
  Role,
  Run,
  Team,
  User,
} from "./records.ts";

/** Everything this GitHub knows, and where it is reached. */
export type World = {
  readonly clock: Clock;
  readonly newId: () => number;
  /** `http://127.0.0.1:PORT`, of pages; REST lies under `/api/v3`. */
  url: string;
  readonly users: Map<string, User>;
  readonly apps: Map<string, App>;
  readonly installations: Map<number, Installation>;
  readonly repositories: Map<string, Repository>;
  readonly tokens: Map<string, Actor>;
  readonly teams: Team[];
  readonly comments: Map<number, Comment>;
  readonly reactions: Map<number, Reaction>;
  readonly suites: Map<number, CheckSuite>;
  readonly checkRuns: Map<number, CheckRun>;
  readonly statuses: CommitStatus[];
  readonly deployments: Map<number, Deployment>;
  readonly runs: Map<number, Run>;
  readonly logs: Map<number, string>;
  readonly deliveries: Delivery[];
  /** The App in whose name GitHub's own workflows act. */
  readonly actionsApp: App;
};

/** An empty GitHub. */
export function createWorld(clock: Clock): World {
  let last = 1000;
  const newId = () => ++last;
  const createdAt = clock.iso();
  const bot: User = { id: 41898282, login: "github-actions[bot]", name: null, kind: "Bot", createdAt };
  const actionsApp: App = {
    id: 15368,
    slug: "github-actions",
    name: "GitHub Actions",
    permissions: {},
    events: [],
    hookId: 0,
    hookUrl: null,
    hookSecret: "",
    publicKey: "",
    privateKey: "",
    bot,
    createdAt,
  };
  return {
    clock,
    newId,
    url: "",
    users: new Map([[bot.login, bot]]),
    apps: new Map(),
    installations: new Map(),
    repositories: new Map(),
    tokens: new Map(),
    teams: [],
    comments: new Map(),
    reactions: new Map(),
    suites: new Map(),
    checkRuns: new Map(),
    statuses: [],
    deployments: new Map(),
    runs: new Map(),
    logs: new Map(),
    deliveries: [],
    actionsApp,
  };
}

export const apiUrl = (world: World): string => `${world.url}/api/v3`;

/** Names of accounts and repositories are compared without case. */
export const repositoryKey = (owner: string, name: string): string => `${owner}/${name}`.toLowerCase();

export function findRepository(world: World, owner: string, name: string): Repository | null {
  return world.repositories.get(repositoryKey(owner, name)) ?? null;
}

/** The account of that name, created on first mention: commits and seeds name people freely. */
export function ensureUser(world: World, login: string, name: string | null = null): User {
  const known = findUser(world, login);
  if (known !== null) return known;
  const user: User = { id: world.newId(), login, name, kind: "User", createdAt: world.clock.iso() };
  world.users.set(login.toLowerCase(), user);
  return user;
}

export function findUser(world: World, login: string): User | null {
  return world.users.get(login.toLowerCase()) ?? null;
}

export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== null;
}

export function pullsOf(repository: Repository): readonly PullIssue[] {
  return [...repository.issues.values()].filter(isPull);
}

export function roleOf(repository: Repository, user: User): Role | null {
  if (repository.owner === user) return "admin";
  return repository.collaborators.get(user.login.toLowerCase()) ?? null;
}

/** The installation through which an App sees a repository. */
export function installationOn(world: World, app: App, repository: Repository): Installation | null {
  for (const installation of world.installations.values())
    if (installation.app === app && installation.repositories.has(repository)) return installation;
  return null;
}

/** A token that looks like GitHub's: `ghs_` for installations and jobs, `ghp_` for people. */
export function newToken(prefix: "ghs" | "ghp"): string {
  return `${prefix}_${randomBytes(27).toString("base64url").replace(/[-_]/gu, "x")}`;
}

export function nextNumber(repository: Repository): number {
  return repository.issues.size + 1;
}
