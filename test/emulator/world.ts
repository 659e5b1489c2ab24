import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { type Emulator, type Seed, startEmulator } from "../../emulator/server.ts";

export const place = { owner: "acme", repo: "model" } as const;

export const permissions = {
  contents: "write",
  checks: "write",
  pull_requests: "write",
  issues: "write",
  actions: "write",
  deployments: "write",
  statuses: "write",
  actions_variables: "write",
} as const;

export const events = [
  "pull_request",
  "push",
  "issue_comment",
  "check_run",
  "check_suite",
  "workflow_run",
  "workflow_job",
  "deployment",
  "deployment_status",
  "deployment_protection_rule",
  "deployment_review",
];

type Changes = {
  readonly repository?: Partial<Seed["repositories"][number]>;
  readonly app?: Partial<Seed["apps"][number]>;
  readonly machines?: Seed["machines"];
};

/** One repository, one App, four people of different power. */
export function seedOf(changes: Changes = {}): Seed {
  return {
    users: [{ login: "ada", name: "Ada" }, { login: "bob" }, { login: "rita" }, { login: "stranger" }],
    apps: [{ slug: "assayer", permissions, events, webhookUrl: null, webhookSecret: "a-long-secret", ...changes.app }],
    repositories: [
      {
        owner: "acme",
        name: "model",
        files: { "README.md": "# Model\n", "src/train.ts": "export const rate = 0.1;\n" },
        author: "ada",
        collaborators: { ada: "admin", bob: "write", rita: "read" },
        apps: ["assayer"],
        environments: [],
        ...changes.repository,
      },
    ],
    machines: changes.machines ?? [],
  };
}

export type Scene = AsyncDisposable & {
  readonly emulator: Emulator;
  /** A client with a person's token. */
  readonly as: (login: string) => Octokit;
  /** A client with the App's JWT. */
  readonly app: () => Octokit;
  /** A client with the App's installation token. */
  readonly installed: () => Octokit;
};

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** An emulator of its own for one test, gone with everything it wrote at the end of the scope. */
export async function stage(seed: Seed = seedOf(), parent: string = tmpdir()): Promise<Scene> {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "emulator-"));
  const emulator = await startEmulator({ folder, seed });
  const [app] = Object.values(emulator.apps);
  if (app === undefined) throw new Error("the seed has no App");
  const common = { baseUrl: emulator.apiUrl, log: quiet };
  const auth = { appId: app.id, privateKey: app.privateKey };
  return {
    emulator,
    as: (login) => new Octokit({ ...common, auth: emulator.tokens[login] }),
    app: () => new Octokit({ ...common, authStrategy: createAppAuth, auth }),
    installed: () =>
      new Octokit({
        ...common,
        authStrategy: createAppAuth,
        auth: { ...auth, installationId: app.installations[0]?.id },
      }),
    async [Symbol.asyncDispose]() {
      await emulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Received = {
  readonly event: string;
  readonly action: string | null;
  readonly guid: string;
  readonly signature: string;
  readonly body: string;
  readonly payload: Record<string, unknown>;
};

export type Listener = AsyncDisposable & {
  readonly url: string;
  readonly received: Received[];
  /** What the listener answers from now on. */
  answer: number;
  /** The first delivery, past or future, that fits. */
  readonly wait: (event: string, action?: string) => Promise<Received>;
};

/** A web server that takes webhooks. */
export async function listen(): Promise<Listener> {
  const received: Received[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const payload: Record<string, unknown> = JSON.parse(body);
      const header = (name: string) => String(request.headers[name] ?? "");
      const action = typeof payload["action"] === "string" ? payload["action"] : null;
      received.push({
        event: header("x-github-event"),
        action,
        guid: header("x-github-delivery"),
        signature: header("x-hub-signature-256"),
        body,
        payload,
      });
      response.writeHead(listener.answer).end("ok");
      for (const wake of waiting.splice(0)) wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const listener: Listener = {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/hook`,
    received,
    answer: 200,
    async wait(event, action) {
      for (;;) {
        const known = received.find((one) => one.event === event && (action === undefined || one.action === action));
        if (known !== undefined) return known;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return listener;
}

/** Tells GitHub where the App's webhook is. `data`, because octokit takes a parameter named `url` for the request's own. */
export async function pointHook(scene: Scene, url: string): Promise<void> {
  await scene.app().request("PATCH /app/hook/config", { data: { url } });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** A branch with one changed file, and a pull request for it. */
export async function openPull(
  client: Octokit,
  branch: string,
  files: Record<string, string>,
): Promise<{ number: number; sha: string }> {
  const { data: main } = await client.git.getRef({ ...place, ref: "heads/main" });
  await client.git.createRef({ ...place, ref: `refs/heads/${branch}`, sha: main.object.sha });
  for (const [path, text] of Object.entries(files)) {
    const known = await client.repos.getContent({ ...place, path, ref: branch }).then(
      ({ data }) => (Array.isArray(data) ? undefined : data.sha),
      () => undefined,
    );
    await client.repos.createOrUpdateFileContents({
      ...place,
      path,
      branch,
      message: `Change ${path}`,
      content: Buffer.from(text).toString("base64"),
      ...(known === undefined ? {} : { sha: known }),
    });
  }
  const { data: pull } = await client.pulls.create({
    ...place,
    title: `Change on ${branch}`,
    head: branch,
    base: "main",
  });
  return { number: pull.number, sha: pull.head.sha };
}

/** The status and message of a refused request. */
export async function refusal(work: Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error && "status" in error && typeof error.status === "number")
      return { status: error.status, message: error.message };
    throw error;
  }
  throw new Error("the request was not refused");
}
