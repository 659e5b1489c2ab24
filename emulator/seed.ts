import { generateKeyPair } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import type { Change, RepositoryStore } from "./git/store.ts";
import { personOf } from "./rest/revision.ts";
import type { App, Environment, Installation, Permissions, Repository, Role } from "./state/records.ts";
import { ensureUser, newToken, repositoryKey, type World } from "./state/world.ts";

const level = z.enum(["read", "write"]);
const role = z.enum(["admin", "maintain", "write", "triage", "read"]);

export const seedSchema = z.object({
  users: z.array(z.object({ login: z.string(), name: z.string().optional() })),
  apps: z.array(
    z.object({
      slug: z.string().regex(/^[a-z0-9][a-z0-9-]*$/u),
      name: z.string().optional(),
      permissions: z.record(z.string(), level),
      events: z.array(z.string()),
      webhookUrl: z.string().nullable(),
      webhookSecret: z.string(),
    }),
  ),
  repositories: z.array(
    z.object({
      owner: z.string(),
      name: z.string(),
      /** Copied in as the first commit; `.git` is ignored. */
      folder: z.string().optional(),
      files: z.record(z.string(), z.string()).optional(),
      author: z.string().optional(),
      message: z.string().optional(),
      tags: z.array(z.string()).optional(),
      defaultBranch: z.string().optional(),
      collaborators: z.record(z.string(), role),
      apps: z.array(z.string()),
      environments: z.array(
        z.object({
          name: z.string(),
          reviewers: z.array(z.string()),
          preventSelfReview: z.boolean().optional(),
          protectionApps: z.array(z.string()),
          waitTimerMinutes: z.number().min(0).max(43_200).optional(),
          secrets: z.record(z.string(), z.string()).optional(),
        }),
      ),
      /** By branch name or pattern, such as `release/*`. */
      protectedBranches: z
        .record(z.string(), z.object({ requiredChecks: z.array(z.string()), enforceAdmins: z.boolean().optional() }))
        .optional(),
      variables: z.record(z.string(), z.string()).optional(),
      secrets: z.record(z.string(), z.string()).optional(),
    }),
  ),
  teams: z
    .array(
      z.object({ org: z.string(), slug: z.string(), members: z.record(z.string(), z.enum(["active", "pending"])) }),
    )
    .optional(),
  machines: z.array(z.object({ name: z.string(), labels: z.array(z.string()) })),
});

/** The GitHub that exists when the emulator starts. */
export type Seed = z.input<typeof seedSchema>;
type RepositorySeed = Seed["repositories"][number];

const makeKeyPair = promisify(generateKeyPair);

/** Fills an empty world; gives the token of each person. */
export async function plant(
  world: World,
  seed: Seed,
  createStore: (repository: Repository) => Promise<RepositoryStore>,
): Promise<Record<string, string>> {
  const tokens: Record<string, string> = {};
  for (const { login, name } of seed.users) {
    const user = ensureUser(world, login, name ?? null);
    const token = newToken("ghp");
    tokens[login] = token;
    world.tokens.set(token, { kind: "user", user });
  }
  const apps = await Promise.all(seed.apps.map((app) => makeApp(world, app)));
  for (const app of apps) world.apps.set(app.slug, app);
  for (const { org, slug, members } of seed.teams ?? []) {
    const logins = Object.entries(members).map(
      ([login, state]) => [ensureUser(world, login).login.toLowerCase(), state] as const,
    );
    world.teams.push({ id: world.newId(), org, slug, members: new Map(logins) });
  }
  for (const plan of seed.repositories) {
    const repository = makeRepository(world, plan);
    world.repositories.set(repositoryKey(plan.owner, plan.name), repository);
    for (const slug of plan.apps)
      installationFor(world, appNamed(world, slug), repository).repositories.add(repository);
    await firstCommit(world, plan, repository, await createStore(repository));
  }
  return tokens;
}

async function makeApp(world: World, plan: Seed["apps"][number]): Promise<App> {
  const keys = await makeKeyPair("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const createdAt = world.clock.iso();
  const permissions: Permissions = { metadata: "read", ...plan.permissions };
  const bot = { id: world.newId(), login: `${plan.slug}[bot]`, name: null, kind: "Bot" as const, createdAt };
  world.users.set(bot.login, bot);
  return {
    id: world.newId(),
    slug: plan.slug,
    name: plan.name ?? plan.slug,
    permissions,
    events: plan.events,
    hookId: world.newId(),
    hookUrl: plan.webhookUrl,
    hookSecret: plan.webhookSecret,
    publicKey: keys.publicKey,
    privateKey: keys.privateKey,
    bot,
    createdAt,
  };
}

function appNamed(world: World, slug: string): App {
  const app = world.apps.get(slug);
  if (app === undefined) throw new Error(`the seed names an App that it does not define: ${slug}`);
  return app;
}

/** One installation per App and account. */
function installationFor(world: World, app: App, repository: Repository): Installation {
  for (const known of world.installations.values())
    if (known.app === app && known.account === repository.owner) return known;
  const installation: Installation = {
    id: world.newId(),
    app,
    account: repository.owner,
    repositories: new Set(),
    createdAt: world.clock.iso(),
  };
  world.installations.set(installation.id, installation);
  return installation;
}

function makeRepository(world: World, plan: RepositorySeed): Repository {
  const now = world.clock.iso();
  const collaborators = new Map<string, Role>(
    Object.entries(plan.collaborators).map(([login, role]) => [ensureUser(world, login).login.toLowerCase(), role]),
  );
  return {
    id: world.newId(),
    owner: ensureUser(world, plan.owner),
    name: plan.name,
    defaultBranch: plan.defaultBranch ?? "main",
    parent: null,
    collaborators,
    variables: new Map(
      Object.entries(plan.variables ?? {}).map(([name, value]) => [
        name.toUpperCase(),
        { value, createdAt: now, updatedAt: now },
      ]),
    ),
    secrets: new Map(Object.entries(plan.secrets ?? {})),
    environments: plan.environments.map((environment) => makeEnvironment(world, environment)),
    protectedBranches: new Map(
      Object.entries(plan.protectedBranches ?? {}).map(([pattern, { requiredChecks, enforceAdmins }]) => [
        pattern,
        { requiredChecks, enforceAdmins: enforceAdmins ?? false },
      ]),
    ),
    labels: [],
    issues: new Map(),
    workflows: [],
    createdAt: now,
    pushedAt: now,
  };
}

function makeEnvironment(world: World, plan: RepositorySeed["environments"][number]): Environment {
  const id = world.newId();
  // Its rules are numbered from the environment's own id.
  world.newId();
  world.newId();
  return {
    id,
    name: plan.name,
    reviewers: plan.reviewers.map((login) => ensureUser(world, login)),
    preventSelfReview: plan.preventSelfReview ?? false,
    protectionApps: plan.protectionApps.map((slug) => ({ id: world.newId(), app: appNamed(world, slug) })),
    waitTimerMinutes: plan.waitTimerMinutes ?? 0,
    secrets: new Map(Object.entries(plan.secrets ?? {})),
    createdAt: world.clock.iso(),
  };
}

async function firstCommit(
  world: World,
  plan: RepositorySeed,
  repository: Repository,
  store: RepositoryStore,
): Promise<void> {
  const copied = plan.folder === undefined ? [] : await filesOf(plan.folder, "");
  const written = Object.entries(plan.files ?? {}).map(([path, text]) => ({ path, data: Buffer.from(text) }));
  const author = personOf(ensureUser(world, plan.author ?? plan.owner), world.clock);
  const tree = await store.amend(null, [...copied, ...written]);
  const sha = await store.writeCommit({
    tree,
    parents: [],
    author,
    committer: author,
    message: plan.message ?? "Initial commit",
  });
  await store.updateReference(`refs/heads/${repository.defaultBranch}`, sha);
  for (const tag of plan.tags ?? []) await store.updateReference(`refs/tags/${tag}`, sha);
}

async function filesOf(folder: string, prefix: string): Promise<Change[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry): Promise<Change[]> => {
      const file = join(folder, entry.name);
      const path = `${prefix}${entry.name}`;
      if (entry.name === ".git") return [];
      if (entry.isDirectory()) return filesOf(file, `${path}/`);
      if (entry.isSymbolicLink()) return [{ path, data: Buffer.from(await readlink(file)), mode: "120000" }];
      if (!entry.isFile()) return [];
      const executable = ((await lstat(file)).mode & 0o100) !== 0;
      return [{ path, data: await readFile(file), mode: executable ? "100755" : "100644" }];
    }),
  );
  return nested.flat();
}
