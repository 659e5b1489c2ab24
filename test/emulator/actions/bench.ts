/** A host on the bench: real processes, a real results service, a real git server; only GitHub's decisions are scripted. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import type { TestContext } from "node:test";
import { createActionsHost } from "../../../emulator/actions/host.ts";
import type {
  ActionsHost,
  ArtifactStore,
  HostPort,
  JobRecord,
  Machine,
  RunHandle,
  RunRecord,
  RunRequest,
} from "../../../emulator/actions/port.ts";
import { createResultsService, createRuntimeTokens } from "../../../emulator/actions/results-service.ts";

export type BenchOptions = {
  readonly machines?: readonly (readonly string[])[];
  readonly secrets?: Readonly<Record<string, string>>;
  readonly enterEnvironment?: HostPort["enterEnvironment"];
  /** Makes the log throw on this text, as a broken disk would. */
  readonly breakLogAt?: string;
};

export type Bench = {
  readonly host: ActionsHost;
  readonly artifacts: ArtifactStore;
  readonly folder: string;
  /** Folder behind `uses: acme/actions/<path>@v1`. */
  readonly actions: string;
  readonly serverUrl: string;
  readonly tokens: readonly { token: string; permissions: Readonly<Record<string, string>>; revoked: boolean }[];
  readonly start: (source: string, request?: Partial<RunRequest>) => Started;
};

export type Started = {
  readonly handle: RunHandle;
  readonly done: Promise<RunRecord>;
  readonly records: readonly RunRecord[];
  readonly latest: () => RunRecord;
  /** Log of a job without its stamps; of all jobs if none is named. */
  readonly log: (jobId?: number) => string;
  readonly until: (state: (record: RunRecord, log: string) => boolean) => Promise<RunRecord>;
};

const root = path.resolve(import.meta.dirname, "../../../.tmp");

/** Opens a bench that closes itself with the test. */
export async function openBench(t: TestContext, options: BenchOptions = {}): Promise<Bench> {
  mkdirSync(root, { recursive: true });
  // Under the repository, so that actions of the tests find its packages.
  const folder = mkdtempSync(path.join(root, "actions-"));
  const actions = path.join(folder, "actions");
  mkdirSync(actions);
  // Without it, the scripts of the tests would inherit `type: module` from this repository.
  writeFileSync(path.join(folder, "package.json"), "{}");
  let nextId = 1000;
  const newId = () => (nextId += 1);
  const now = () => new Date();
  const runtimeTokens = createRuntimeTokens("bench");
  const results = createResultsService({
    folder: path.join(folder, "results"),
    now,
    newId,
    baseUrl: () => resultsUrl,
    tokens: runtimeTokens,
  });
  const server = createServer((request, response) => {
    void (async () => {
      if (!(await results.handle(request, response))) serveGit(path.join(folder, "git"), request, response);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  // The artifact client takes only github.com, ghe.com and .localhost for GitHub; Node may not resolve the last.
  const serverUrl = `http://github.localhost:${port}`;
  const resultsUrl = `http://127.0.0.1:${port}`;

  const logs = new Map<string, string>();
  const runs = new Map<number, RunRecord[]>();
  const listeners = new Set<() => void>();
  const tokens: { token: string; permissions: Readonly<Record<string, string>>; revoked: boolean }[] = [];
  const machines: Machine[] = (options.machines ?? [["self-hosted"]]).map((labels, index) => ({
    id: index + 1,
    name: `machine-${index + 1}`,
    labels,
    workFolder: path.join(folder, `machine-${index + 1}`),
  }));
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const host = createActionsHost({
    machines,
    resultsUrl,
    tokens: runtimeTokens,
    environment: { PATH: process.env["PATH"] ?? "", HOME: folder },
    port: {
      now,
      newId,
      serverUrl,
      apiUrl: `${serverUrl}/api`,
      issueToken({ jobId, permissions }) {
        const token = `ghs_token${jobId}abcdefghijklmnop`;
        tokens.push({ token, permissions, revoked: false });
        return token;
      },
      revokeToken(token) {
        for (const each of tokens) if (each.token === token) each.revoked = true;
      },
      secrets: () => options.secrets ?? {},
      updated(record) {
        runs.get(record.runId)?.push(record);
        changed();
      },
      log(runId, jobId, text) {
        if (options.breakLogAt !== undefined && text.includes(options.breakLogAt)) throw new Error("the log is broken");
        const key = `${runId}/${jobId}`;
        logs.set(key, (logs.get(key) ?? "") + text);
        changed();
      },
      enterEnvironment: options.enterEnvironment ?? (() => Promise.resolve("approved")),
      checkoutAction: (owner, name, ref) =>
        owner === "acme" && name === "actions" && ref === "v1"
          ? Promise.resolve(actions)
          : Promise.reject(new Error(`Unable to resolve action \`${owner}/${name}@${ref}\`, not found`)),
    },
  });
  t.after(async () => {
    await host.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (source: string, request: Partial<RunRequest> = {}): Started => {
    const runId = newId();
    const records: RunRecord[] = [];
    runs.set(runId, records);
    const log = (jobId?: number) =>
      [...logs.entries()]
        .filter(([key]) => key.startsWith(`${runId}/`) && (jobId === undefined || key === `${runId}/${jobId}`))
        .map(([, text]) => text.replaceAll(/^\d{4}-\d\d-\d\dT\S+Z ?/gm, ""))
        .join("");
    const latest = () => {
      const record = records.at(-1);
      if (record === undefined) throw new Error("The run has not reported anything");
      return record;
    };
    const handle = host.start({ ...requestOf(runId, source), ...request });
    return {
      handle,
      done: handle.done,
      records,
      latest,
      log,
      until: (state) =>
        new Promise((resolve, reject) => {
          const check = () => {
            const record = records.at(-1);
            if (record === undefined) return;
            if (state(record, log())) resolve(record);
            else if (record.status === "completed") reject(new Error(`The run ended early:\n${log()}`));
            else return;
            listeners.delete(check);
          };
          listeners.add(check);
          check();
        }),
    };
  };
  return { host, artifacts: results.artifacts, folder, actions, serverUrl, tokens, start };
}

/** Source of a workflow under workflows/. */
export function workflow(name: string): string {
  return readFileSync(path.join(import.meta.dirname, "workflows", `${name}.yml`), "utf8");
}

/** The only job with this key, or the one with this name. */
export function jobOf(record: RunRecord, key: string): JobRecord {
  const job = record.jobs.find((each) => each.name === key) ?? record.jobs.find((each) => each.key === key);
  if (job === undefined)
    throw new Error(`There is no job '${key}' among ${record.jobs.map((each) => each.name).join()}`);
  return job;
}

/** `acme/model` on the bench's git server, with one commit, tagged v1, that holds these files; gives the commit. */
export function commitFiles(bench: Bench, files: (folder: string) => void): string {
  const bare = path.join(bench.folder, "git", "acme", "model");
  const tree = path.join(bench.folder, "seed");
  mkdirSync(tree, { recursive: true });
  files(tree);
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { encoding: "utf8" }).trim();
  git("init", "--quiet", "--initial-branch=main", tree);
  git("-C", tree, "add", ".");
  git("-C", tree, "commit", "--quiet", "-m", "seed");
  git("-C", tree, "tag", "v1");
  git("clone", "--quiet", "--bare", tree, bare);
  git("-C", bare, "config", "uploadpack.allowAnySHA1InWant", "true");
  return git("-C", tree, "rev-parse", "HEAD");
}

function requestOf(runId: number, source: string): RunRequest {
  return {
    runId,
    runNumber: 7,
    attempt: 1,
    repository: { id: 42, owner: "acme", name: "model", defaultBranch: "main" },
    workflow: { path: ".github/workflows/test.yml", source },
    event: { name: "workflow_dispatch", payload: {} },
    ref: "refs/heads/main",
    sha: "0123456789012345678901234567890123456789",
    actor: "mona",
    inputs: {},
    variables: {},
  };
}

function serveGit(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const backend = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env["PATH"],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    },
  });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  backend.on("close", () => {
    const output = Buffer.concat(chunks);
    const split = output.indexOf("\r\n\r\n");
    const headers = output.subarray(0, split).toString().split("\r\n");
    for (const header of headers) {
      const [name = "", value = ""] = header.split(/:\s*/, 2);
      if (name.toLowerCase() === "status") response.statusCode = Number.parseInt(value, 10);
      else if (name !== "") response.setHeader(name, value);
    }
    response.end(output.subarray(split + 4));
  });
}
