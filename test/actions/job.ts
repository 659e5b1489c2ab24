import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import type { ActionName } from "../../actions/io.ts";
import { type RunResult, runResult } from "../../core/run-result.ts";
import type { Ticket } from "../../core/ticket.ts";
import { type StandIn, startStandIn } from "./github-stand-in.ts";
import { createRepository, type Repository, temporaryFolder } from "./repository.ts";
import { jwks, nonce, sign } from "./tickets.ts";

const project = join(import.meta.dirname, "..", "..");

/** A machine with one action installed the way GitHub's runner does it, and the GitHub it talks to. */
export type Machine = {
  readonly folder: string;
  readonly repository: Repository;
  readonly github: StandIn;
  readonly actionRoot: string;
  readonly close: () => Promise<void>;
};

export async function startMachine(history: Parameters<typeof createRepository>[1]): Promise<Machine> {
  const folder = temporaryFolder();
  const repository = createRepository(folder, history);
  const actionRoot = join(folder, "_actions", "assay-ci", "assay", "v0");
  cpSync(join(project, "actions"), join(actionRoot, "actions"), { recursive: true });
  writeFileSync(join(actionRoot, "package.json"), '{ "type": "module" }');
  mkdirSync(join(actionRoot, "runner"));
  cpSync(join(import.meta.dirname, "stand-in-runner.ts"), join(actionRoot, "runner", "main.ts"));
  installNativePackage(actionRoot);
  const github = await startStandIn(folder);
  const close = async () => {
    await github.close();
    rmSync(folder, { recursive: true });
  };
  return { folder, repository, github, actionRoot, close };
}

/** What `npm ci` would leave, as far as the action looks. */
export function installNativePackage(actionRoot: string): void {
  const folder = join(actionRoot, "node_modules", "onnxruntime-node");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "main": "index.js" }');
  writeFileSync(join(folder, "index.js"), "");
}

export type Ended = {
  readonly code: number | null;
  readonly log: string;
  readonly summary: string;
  readonly outputs: string;
  readonly result: RunResult | null;
  /** Names of the files in each uploaded artifact. */
  readonly artifacts: Readonly<Record<string, readonly string[]>>;
  readonly record: Record<string, unknown> | null;
  readonly workspace: string;
  readonly temp: string;
};

export type Given = {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with each chunk of the log while the action runs. */
  readonly onLog?: (log: string, kill: (signal: NodeJS.Signals) => void) => void;
};

/** Runs dist/main.js of an action as a runner does: environment contract, event file, command files. */
export async function runAction(
  machine: Machine,
  action: ActionName,
  ticket: Ticket,
  given: Given = {},
): Promise<Ended> {
  const job = join(machine.folder, `job-${randomUUID()}`);
  const [workspace, temp] = [join(job, "workspace"), join(job, "temp")];
  const [summary, output] = [join(job, "summary"), join(job, "output")];
  const [event, record] = [join(job, "event.json"), join(job, "record.json")];
  for (const path of [workspace, temp]) mkdirSync(path, { recursive: true });
  for (const path of [summary, output]) writeFileSync(path, "");
  writeFileSync(event, JSON.stringify({ repository: { default_branch: "main" } }));
  const inputs = { ticket: await sign(ticket), nonce, jwks, token: "gh-token-of-this-job", ...given.inputs };
  const { port } = machine.github;
  const environment = {
    PATH: process.env["PATH"],
    HOME: job,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: `http://127.0.0.1:${port}`,
    GITHUB_EVENT_NAME: "workflow_dispatch",
    GITHUB_EVENT_PATH: event,
    GITHUB_OUTPUT: output,
    GITHUB_REF: "refs/heads/main",
    GITHUB_REPOSITORY: "acme/birds",
    GITHUB_REPOSITORY_ID: "7",
    GITHUB_SERVER_URL: `http://github.localhost:${port}`,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_WORKFLOW_REF: "acme/birds/.github/workflows/assay.yml@refs/heads/main",
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: temp,
    RUNNER_NAME: "gpu-1",
    ACTIONS_RESULTS_URL: `http://127.0.0.1:${port}/`,
    ACTIONS_RUNTIME_TOKEN: runtimeToken(),
    STAND_IN_RECORD: record,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    ...given.environment,
  };

  const child = spawn(process.execPath, [join(machine.actionRoot, "actions", action, "dist", "main.js")], {
    cwd: workspace,
    env: environment,
  });
  let log = "";
  const read = (chunk: Buffer) => {
    log += chunk.toString();
    given.onLog?.(log, (signal) => void child.kill(signal));
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const artifacts = takeArtifacts(machine.github);
  const result = artifacts[`assay-result-${nonce}`]?.["result.json"];
  return {
    code,
    log,
    summary: readFileSync(summary, "utf8"),
    outputs: readFileSync(output, "utf8"),
    result: result === undefined ? null : runResult.parse(JSON.parse(strFromU8(result))),
    artifacts: Object.fromEntries(
      Object.entries(artifacts).map(([name, files]) => [name, Object.keys(files).toSorted()]),
    ),
    record: existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : null,
    workspace,
    temp,
  };
}

function takeArtifacts(github: StandIn): Readonly<Record<string, Readonly<Record<string, Uint8Array>>>> {
  return Object.fromEntries([...github.uploads].map(([name, zip]) => [name, unzipSync(zip)]));
}

function runtimeToken(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ scp: "Actions.Results:run:job" })}.x`;
}
