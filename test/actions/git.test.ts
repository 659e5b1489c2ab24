import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { checkOut, type Remote, saveFileAt } from "../../actions/git.ts";
import { AssayError } from "../../core/fault.ts";
import { createRepository, git, temporaryFolder } from "./repository.ts";

const folder = temporaryFolder();
after(() => rmSync(folder, { recursive: true }));

const binary = Uint8Array.from({ length: 4_096 }, (_, index) => (index * 7) % 256);
const repository = createRepository(folder, [
  { "model.onnx": binary, "train.ts": "first\n" },
  { "train.ts": "second\n", ".gitattributes": "* text=auto eol=crlf\n" },
]);
const [first, second] = repository.commits;
assert.ok(first !== undefined && second !== undefined);
const remote: Remote = {
  serverUrl: pathToFileURL(folder).href,
  url: pathToFileURL(repository.bare).href,
  token: "gh-token-of-this-job",
  environment: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" },
};

test("a checkout holds exactly the commit, detached, without its history", async () => {
  const target = join(folder, "exact");
  await checkOut(remote, first.commit, first.tree, target);
  assert.equal(readFileSync(join(target, "train.ts"), "utf8"), "first\n");
  assert.equal(git(target, "rev-parse", "HEAD"), first.commit);
  assert.equal(git(target, "rev-parse", "--abbrev-ref", "HEAD"), "HEAD");
  const next = join(folder, "shallow");
  await checkOut(remote, second.commit, null, next);
  assert.equal(git(next, "rev-list", "--count", "HEAD"), "1");
});

test("no credential is left in a checkout", async () => {
  const target = join(folder, "clean");
  await checkOut(remote, first.commit, first.tree, target);
  const secrets = [remote.token, Buffer.from(`x-access-token:${remote.token}`).toString("base64")];
  for (const name of readdirSync(target, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
    const bytes = readFileSync(join(name.parentPath, name.name), "latin1");
    for (const secret of secrets) assert.ok(!bytes.includes(secret), name.name);
  }
  assert.doesNotMatch(git(target, "config", "--list"), /extraheader|authorization/i);
});

test("the token reaches git through the environment, never through arguments", async () => {
  const bin = join(folder, "bin");
  const record = join(folder, "git-calls.txt");
  const real = execFileSync("which", ["git"], { encoding: "utf8" }).trim();
  mkdirSync(bin);
  const script = `#!/bin/sh\nprintf '%s | %s\\n' "$*" "$GIT_CONFIG_KEY_0=$GIT_CONFIG_VALUE_0" >> '${record}'\nexec '${real}' "$@"\n`;
  writeFileSync(join(bin, "git"), script, { mode: 0o755 });
  const environment = { ...remote.environment, PATH: `${bin}:${process.env["PATH"] ?? ""}` };
  await checkOut({ ...remote, environment }, first.commit, first.tree, join(folder, "seen"));
  const calls = readFileSync(record, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" | "));
  const credentials = Buffer.from(`x-access-token:${remote.token}`).toString("base64");
  for (const [args = "", setting = ""] of calls) {
    assert.ok(!args.includes(remote.token) && !args.includes(credentials));
    const expected = /fetch|checkout/.test(args)
      ? `http.${remote.serverUrl}/.extraheader=AUTHORIZATION: basic ${credentials}`
      : "=";
    assert.equal(setting, expected, args);
  }
});

test("a fetch that a failing server broke off is tried again", async () => {
  const bin = join(folder, "unsteady");
  const real = execFileSync("which", ["git"], { encoding: "utf8" }).trim();
  mkdirSync(bin);
  const fails = `case "$*" in *fetch*) if mkdir '${bin}/failed' 2>/dev/null; then echo "error: 503" >&2; exit 128; fi ;; esac`;
  writeFileSync(join(bin, "git"), `#!/bin/sh\n${fails}\nexec '${real}' "$@"\n`, { mode: 0o755 });
  const environment = { ...remote.environment, PATH: `${bin}:${process.env["PATH"] ?? ""}` };
  await checkOut({ ...remote, environment }, first.commit, first.tree, join(folder, "second-try"));
  assert.ok(existsSync(join(bin, "failed")));
});

test("hooks of the machine's template folder do not run", async () => {
  const template = join(folder, "template");
  const witness = join(folder, "hook-ran");
  mkdirSync(join(template, "hooks"), { recursive: true });
  writeFileSync(join(template, "hooks", "post-checkout"), `#!/bin/sh\ntouch '${witness}'\n`, { mode: 0o755 });
  const environment = { ...remote.environment, GIT_TEMPLATE_DIR: template };
  await checkOut({ ...remote, environment }, first.commit, null, join(folder, "hooks"));
  assert.equal(existsSync(witness), false);
});

const impossible: readonly (readonly [string, string, string | null])[] = [
  ["a commit that does not exist", "9".repeat(40), null],
  ["a commit with another tree than the ticket's", first.commit, second.tree],
  ["a tree in the place of a commit", first.tree, null],
];
for (const [index, [name, commit, tree]] of impossible.entries()) {
  test(`${name} is refused`, async () => {
    const attempt = checkOut(remote, commit, tree, join(folder, `refused-${index}`));
    await assert.rejects(
      attempt,
      (error) => error instanceof AssayError && error.fault.reason === "commit_unavailable",
    );
  });
}

test("a file at another commit is saved byte for byte", async () => {
  const target = join(folder, "files");
  await checkOut(remote, second.commit, null, target);
  await saveFileAt(remote, target, { commit: first.commit, path: "model.onnx" }, join(folder, "saved.onnx"));
  assert.deepEqual(Uint8Array.from(readFileSync(join(folder, "saved.onnx"))), binary);
});

test("a file that the commit does not have is refused", async () => {
  const target = join(folder, "files");
  const attempt = saveFileAt(remote, target, { commit: first.commit, path: "none.onnx" }, join(folder, "none.onnx"));
  await assert.rejects(attempt, (error) => error instanceof AssayError && error.fault.reason === "commit_unavailable");
});
