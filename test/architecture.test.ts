import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, normalize, relative, sep } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What each folder may import of ours, besides itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  report: ["core"],
  github: ["core"],
  runner: ["core", "report"],
  app: ["core", "report", "github"],
  actions: ["core", "github", "report"],
  emulator: [],
  demo: ["core"],
  schemas: ["core"],
};

type Import = { readonly from: string; readonly specifier: string };

const sources = await sourceFiles(Object.keys(allowed));
const imports = (await Promise.all(sources.map(importsOf))).flat();

test("each folder imports only what the architecture allows", () => {
  const wrong = imports.flatMap(({ from, specifier }) => {
    const to = folderOf(from, specifier);
    const own = from.split(sep, 1)[0] ?? "";
    return to === null || to === own || allowed[own]?.includes(to) === true ? [] : [`${from} imports ${specifier}`];
  });
  assert.deepEqual(wrong, []);
});

test("packages that belong behind one folder are imported nowhere else", () => {
  const homes: readonly (readonly [packages: RegExp, folders: readonly string[]])[] = [
    [/^onnxruntime-node/, ["runner/onnx"]],
    [/^@duckdb\//, ["runner/data", "runner/evaluate"]],
    [/^(kysely|pg|@electric-sql\/pglite)/, ["app/store", "app/web"]],
    [/^@octokit\//, ["github", "emulator", "demo"]],
    [/^probot/, ["app/probot.ts"]],
    [/^@actions\/(core|github|artifact)/, ["actions"]],
    [/^@actions\/(workflow-parser|expressions)/, ["emulator/actions"]],
    [/^(vega|vega-lite|@resvg\/)/, ["report/charts"]],
  ];
  const wrong = imports.flatMap(({ from, specifier }) => {
    const home = homes.find(([packages]) => packages.test(specifier));
    return home === undefined || home[1].some((folder) => from === folder || from.startsWith(`${folder}${sep}`))
      ? []
      : [`${from} imports ${specifier}`];
  });
  assert.deepEqual(wrong, []);
});

test("core does no input or output: no Node module, no promise, no clock, no randomness", async () => {
  for (const file of sources.filter((name) => name.startsWith("core"))) {
    const text = await readFile(join(root, file), "utf8");
    assert.doesNotMatch(
      text,
      /from "node:|\basync\b|\bawait\b|\bPromise\b|\bDate\.now\b|new Date\(\)|Math\.random/,
      file,
    );
  }
});

test("process.env is read in entry files and settings only", async () => {
  const entries = /(^|\/)(main|settings)\.ts$|^actions\/rolldown\.config\.ts$/;
  for (const file of sources) {
    if (entries.test(file)) continue;
    assert.doesNotMatch(await readFile(join(root, file), "utf8"), /process\.env/, file);
  }
});

test("there is no import cycle, type imports included", () => {
  const graph = new Map<string, string[]>();
  for (const { from, specifier } of imports) {
    if (!specifier.startsWith(".")) continue;
    graph.set(from, [...(graph.get(from) ?? []), normalize(join(dirname(from), specifier))]);
  }
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), `cycle: ${[...path.slice(path.indexOf(file)), file].join(" -> ")}`);
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
});

test("no folder is a drawer: no utils, helpers, lib or common", () => {
  const drawers = sources.filter((file) => /(^|\/)(utils?|helpers?|lib|common|misc)(\/|\.ts$)/.test(file));
  assert.deepEqual(drawers, []);
});

async function sourceFiles(folders: readonly string[]): Promise<readonly string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
        .map((entry) => relative(root, join(entry.parentPath, entry.name)))
        .filter((file) => !file.split(sep).includes("dist"));
    }),
  );
  return lists.flat();
}

async function importsOf(file: string): Promise<readonly Import[]> {
  const { module } = parseSync(file, await readFile(join(root, file), "utf8"));
  const specifiers = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) =>
      one.entries.flatMap((entry) => (entry.moduleRequest === null ? [] : [entry.moduleRequest.value])),
    ),
  ];
  return specifiers.map((specifier) => ({ from: file, specifier }));
}

/** The top folder a relative import of code leads to, or null for a package. */
function folderOf(from: string, specifier: string): string | null {
  if (!specifier.startsWith(".") || !specifier.endsWith(".ts")) return null;
  return normalize(join(dirname(from), specifier)).split(sep, 1)[0] ?? null;
}
