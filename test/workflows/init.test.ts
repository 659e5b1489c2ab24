import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parseConfig } from "../../core/config/parse.ts";
import { init } from "../../runner/init/init.ts";
import { configText, workflowText } from "../../runner/init/template.ts";

async function emptyRepository(t: TestContext): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), "assay-init-"));
  t.after(() => rm(cwd, { recursive: true }));
  return cwd;
}

async function run(cwd: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: "", stderr: "" };
  const code = await init({
    cwd,
    args,
    stdout: (text) => void (said.stdout += text),
    stderr: (text) => void (said.stderr += text),
  });
  return { code, ...said };
}

test("init writes a configuration and a workflow and says what comes next", async (t) => {
  const cwd = await emptyRepository(t);
  const { code, stdout } = await run(cwd);
  assert.equal(code, 0);
  assert.equal(await readFile(join(cwd, ".github/assay.yml"), "utf8"), configText());
  assert.equal(await readFile(join(cwd, ".github/workflows/assay.yml"), "utf8"), workflowText());
  assert.match(stdout, /wrote \.github\/assay\.yml\nwrote \.github\/workflows\/assay\.yml\n\nNext:\n {2}1\. /);
});

test("the configuration that init writes is valid and tells editors where its schema is", () => {
  const parsed = parseConfig(configText(), ".github/assay.yml");
  assert.deepEqual(parsed.ok ? [] : parsed.faults, []);
  assert.match(configText(), /^# yaml-language-server: \$schema=https:\/\//);
});

test("init writes the workflow alone when told so", async (t) => {
  const cwd = await emptyRepository(t);
  assert.equal((await run(cwd, "--workflow-only")).code, 0);
  assert.deepEqual(await readdir(join(cwd, ".github")), ["workflows"]);
});

test("init leaves everything as it is when one file is there, and replaces it when forced", async (t) => {
  const cwd = await emptyRepository(t);
  await run(cwd, "--workflow-only");
  const workflow = join(cwd, ".github/workflows/assay.yml");
  await writeFile(workflow, "mine");
  const { code, stderr } = await run(cwd);
  assert.equal(code, 3);
  assert.match(stderr, /workflows\/assay\.yml is already there/);
  assert.equal(await readFile(workflow, "utf8"), "mine");
  assert.deepEqual(await readdir(join(cwd, ".github")), ["workflows"]);
  assert.equal((await run(cwd, "--force")).code, 0);
  assert.equal(await readFile(workflow, "utf8"), workflowText());
});

test("init refuses an option that it does not know", async (t) => {
  const cwd = await emptyRepository(t);
  const { code, stderr } = await run(cwd, "--overwrite");
  assert.equal(code, 3);
  assert.match(stderr, /--overwrite/);
  assert.deepEqual(await readdir(cwd), []);
});
