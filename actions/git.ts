import { spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { AssayError } from "../core/fault.ts";
import { childEnvironment } from "./child-environment.ts";
import type { World } from "./world.ts";

/** A repository on the GitHub server, and the token that may read it. */
export type Remote = {
  readonly serverUrl: string;
  readonly url: string;
  readonly token: string;
  readonly environment: World["environment"];
};

export function remoteOf(world: World): Remote {
  const { serverUrl, repository, inputs, environment } = world;
  return { serverUrl, url: `${serverUrl}/${repository.owner}/${repository.name}`, token: inputs.token, environment };
}

/** Basic credentials as GitHub wants them of git; a secret in its own right, to be masked like the token. */
export function basicCredentials(token: string): string {
  return Buffer.from(`x-access-token:${token}`).toString("base64");
}

/**
 * Puts exactly one commit into an empty folder and proves that it is that commit (and tree, when one is given). The
 * token travels in the environment of the fetching process only: never in arguments, which any user of the machine can
 * list, and never in the folder, where the commit's own code will run.
 */
export async function checkOut(remote: Remote, commit: string, tree: string | null, folder: string): Promise<void> {
  const format = commit.length === 64 ? "sha256" : "sha1";
  await git(remote, ["init", "--quiet", "--template=", `--object-format=${format}`, folder]);
  await git(remote, ["-C", folder, "remote", "add", "origin", remote.url]);
  await fetchCommit(remote, commit, folder);
  // With the token: a large-file filter that the machine has installed downloads at this point.
  await git(remote, ["-C", folder, "checkout", "--quiet", "--force", "--detach", commit], { withToken: true });
  await expectObject(remote, folder, "HEAD", commit);
  if (tree !== null) await expectObject(remote, folder, "HEAD^{tree}", tree);
}

/** Writes the bytes of one file at one commit to `destination`, using a folder that `checkOut` made. */
export async function saveFileAt(
  remote: Remote,
  folder: string,
  at: { readonly commit: string; readonly path: string },
  destination: string,
): Promise<void> {
  await fetchCommit(remote, at.commit, folder);
  const file = await open(destination, "wx");
  try {
    await git(remote, ["-C", folder, "cat-file", "blob", `${at.commit}:${at.path}`], { stdout: file.fd });
  } finally {
    await file.close();
  }
}

/** Pauses between attempts to fetch; what git says about a commit or a right is final, anything else is the network. */
const fetchPausesMs = [2_000, 10_000];
const finalAnswer =
  /not our ref|couldn't find remote ref|authentication failed|repository .*not found|does not exist|error: 40[134]/i;

async function fetchCommit(remote: Remote, commit: string, folder: string): Promise<void> {
  const options = ["--quiet", "--no-tags", "--no-recurse-submodules", "--depth=1"];
  for (const pauseMs of [...fetchPausesMs, null]) {
    try {
      await git(remote, ["-C", folder, "fetch", ...options, "origin", commit], { withToken: true });
      return;
    } catch (error) {
      const final = !(error instanceof AssayError) || finalAnswer.test(error.fault.detail ?? "");
      if (final || pauseMs === null) throw error;
      await pause(pauseMs);
    }
  }
}

async function expectObject(remote: Remote, folder: string, name: string, expected: string): Promise<void> {
  const found = (await git(remote, ["-C", folder, "rev-parse", "--verify", name])).trim();
  if (found === expected) return;
  throw new AssayError({ reason: "commit_unavailable", message: `${name} is ${found}, expected ${expected}` });
}

type GitOptions = { readonly withToken?: boolean; readonly stdout?: number };

/** No hooks, no helper that would ask for or store a password, and an end to a transfer that has stalled for a minute. */
const settings = [
  "core.hooksPath=/dev/null",
  "credential.helper=",
  "advice.detachedHead=false",
  "http.lowSpeedLimit=1000",
  "http.lowSpeedTime=60",
].flatMap((setting) => ["-c", setting]);

async function git(remote: Remote, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const child = spawn("git", [...settings, ...args], {
    stdio: ["ignore", options.stdout ?? "pipe", "pipe"],
    env: childEnvironment(remote.environment, {
      GIT_TERMINAL_PROMPT: "0",
      ...(options.withToken === true ? credentialSettings(remote) : {}),
    }),
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause) => {
      reject(new AssayError({ reason: "internal", message: `git could not be started: ${cause.message}` }, { cause }));
    });
    child.once("close", resolve);
  });
  const [code, stdout, stderr] = await Promise.all([
    exit,
    child.stdout === null ? "" : text(child.stdout),
    child.stderr === null ? "" : text(child.stderr),
  ]);
  if (code === 0) return stdout;
  const command = args.find((argument) => /^[a-z]/.test(argument)) ?? "git";
  throw new AssayError({
    reason: "commit_unavailable",
    message: `git ${command} ended with ${code ?? "a signal"}`,
    detail: stderr.slice(-4_000),
  });
}

function credentialSettings(remote: Remote): Readonly<Record<string, string>> {
  if (remote.token === "") return {};
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.${remote.serverUrl}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basicCredentials(remote.token)}`,
  };
}
