import assert from "node:assert/strict";
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { rolldown } from "rolldown";
import config, { output } from "../../actions/rolldown.config.ts";

const actions = join(import.meta.dirname, "../../actions");
const bundles = (folder: string) => globSync(["dist/*", "*/dist/*"], { cwd: folder }).toSorted();

test("the committed bundles are what the sources give, byte for byte", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "assay-bundle-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const build = await rolldown(config);
  await build.write({ ...output, dir: folder });
  await build.close();
  assert.deepEqual(bundles(actions), bundles(folder));
  for (const file of bundles(folder)) {
    assert.ok(
      readFileSync(join(folder, file)).equals(readFileSync(join(actions, file))),
      `${file} is stale: npm run build:actions`,
    );
  }
});

test("the bundles stay small enough to be fetched at each job, and need no package", () => {
  const bytes = bundles(actions).reduce((sum, file) => sum + statSync(join(actions, file)).size, 0);
  assert.ok(bytes < 6_000_000, `${bytes} bytes`);
  for (const file of bundles(actions).filter((name) => name.endsWith(".js"))) {
    const imports = [...readFileSync(join(actions, file), "utf8").matchAll(/^import\b[^"']*["']([^"']+)["'];?$/gm)].map(
      ([, from = ""]) => from,
    );
    assert.deepEqual(
      imports.filter((from) => !from.startsWith(".") && !isBuiltin(from)),
      [],
      file,
    );
  }
});
