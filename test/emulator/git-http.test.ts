import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { listen, openPull, place, pointHook, type Scene, seedOf, stage } from "./world.ts";

const run = promisify(execFile);

async function workplace(scene: Scene, login: string) {
  const folder = mkdtempSync(join(tmpdir(), "clone-"));
  const env = { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1", HOME: folder };
  const url = scene.emulator.url.replace("//", `//x-access-token:${scene.emulator.tokens[login] ?? "none"}@`);
  const git = async (...args: readonly string[]) =>
    (
      await run("git", ["-c", "user.name=Bob", "-c", "user.email=bob@example.com", ...args], { cwd: folder, env })
    ).stdout.trim();
  return { folder, url, git, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

test("a repository is cloned with a token, pushed to, and the push is told", async () => {
  await using scene = await stage();
  await using listener = await listen();
  const { number } = await openPull(scene.as("bob"), "topic", { "a.md": "a\n" });
  await pointHook(scene, listener.url);
  using place = await workplace(scene, "bob");
  await place.git("clone", "--quiet", "--branch", "topic", `${place.url}/acme/model.git`, ".");
  writeFileSync(join(place.folder, "b.md"), "b\n");
  await place.git("add", ".");
  await place.git("commit", "--quiet", "-m", "Add b");
  await place.git("push", "--quiet", "origin", "topic");
  const sha = await place.git("rev-parse", "HEAD");
  const { payload } = await listener.wait("pull_request", "synchronize");
  assert.partialDeepStrictEqual(payload, { number, after: sha, pull_request: { head: { sha } } });
});

test("one commit is fetched by its id, and a pull request's head by its number", async () => {
  await using scene = await stage();
  const { sha } = await openPull(scene.as("bob"), "topic", { "a.md": "a\n" });
  await scene.as("bob").git.deleteRef({ ...place, ref: "heads/topic" });
  using work = await workplace(scene, "rita");
  await work.git("init", "--quiet", ".");
  await work.git("fetch", "--quiet", "--depth=1", `${work.url}/acme/model`, sha);
  assert.equal(await work.git("rev-parse", "FETCH_HEAD"), sha);
  await work.git("fetch", "--quiet", `${work.url}/acme/model`, "refs/pull/1/head");
  assert.equal(await work.git("rev-parse", "FETCH_HEAD"), sha);
});

test("git is refused without a token, to strangers, and to readers who push", async () => {
  await using scene = await stage();
  using stranger = await workplace(scene, "stranger");
  await assert.rejects(stranger.git("ls-remote", `${stranger.url}/acme/model.git`));
  await assert.rejects(stranger.git("ls-remote", `${scene.emulator.url}/acme/model.git`));
  using reader = await workplace(scene, "rita");
  await reader.git("clone", "--quiet", `${reader.url}/acme/model.git`, ".");
  await assert.rejects(reader.git("push", "--quiet", "origin", "HEAD:refs/heads/mine"));
});

test("a push to a protected branch is refused with the reason, until its commit has passed or an admin pushes", async () => {
  await using scene = await stage(
    seedOf({ repository: { protectedBranches: { main: { requiredChecks: ["gate"] } } } }),
  );
  using work = await workplace(scene, "bob");
  await work.git("clone", "--quiet", `${work.url}/acme/model.git`, ".");
  await work.git("commit", "--quiet", "--allow-empty", "-m", "Direct");
  const push = (...refs: readonly string[]) => work.git("push", "--quiet", "origin", ...refs);
  await assert.rejects(push("HEAD:main", "HEAD:beside"), (error: Error) => {
    assert.match(error.message, /GH006: Protected branch update failed for refs\/heads\/main\./);
    assert.match(error.message, /Required status check "gate" is expected\./);
    assert.match(error.message, /HEAD -> main \(protected branch hook declined\)/);
    return true;
  });
  await assert.rejects(push(":main"), /Cannot delete this protected branch/);
  await push("HEAD:topic");
  const head_sha = await work.git("rev-parse", "HEAD");
  await scene.installed().checks.create({ ...place, name: "gate", head_sha, conclusion: "success" });
  await push("HEAD:main");
  await work.git("commit", "--quiet", "--allow-empty", "-m", "By an admin");
  using admin = await workplace(scene, "ada");
  await work.git("push", "--quiet", `${admin.url}/acme/model.git`, "HEAD:main");
});
