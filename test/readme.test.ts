import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import test from "node:test";
import { z } from "zod";
import { commandSyntax } from "../core/command/parse.ts";
import { config } from "../core/config/schema.ts";
import { metricIds } from "../core/metrics/registry.ts";

const root = new URL("../", import.meta.url);
const readme = readFileSync(new URL("README.md", root), "utf8");
const manifest = JSON.parse(readFileSync(new URL("docs/app-manifest.json", root), "utf8"));
const scripts = JSON.parse(readFileSync(new URL("package.json", root), "utf8")).scripts;

test("the README shows the two commands a newcomer needs", () => {
  assert.match(readme, /^npm ci && npm run demo$/m);
  assert.match(readme, /^npm ci && npm test$/m);
});

test("every command stands in the README as the parser knows it", () => {
  for (const { usage, does } of Object.values(commandSyntax))
    assert.ok(readme.includes(`| \`${usage}\` | ${does} |`), usage);
});

test("every key of the configuration stands in the README's table", () => {
  const schema = z.toJSONSchema(config, { io: "input" });
  for (const path of leaves(schema, "")) {
    if (path === "version") continue;
    const last = path.split(".").at(-1) ?? "";
    const parent = path.slice(0, -last.length);
    assert.ok(
      readme.includes(`\`${path}\``) || (readme.includes(`\`${parent}`) && readme.includes(`\`${last}\``)),
      `${path} is not in the README`,
    );
  }
});

test("every metric of the registry stands in the README", () => {
  const missing = (["binary", "multiclass", "regression", "ranking"] as const)
    .flatMap((task) => metricIds(task))
    .filter((id) => !readme.includes(`\`${id}\``));
  assert.deepEqual(missing, []);
});

test("every setting the App reads stands in the README", () => {
  const source = readFileSync(new URL("app/settings.ts", root), "utf8");
  const names = [...source.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map((found) => found[1] ?? "");
  assert.ok(names.length > 8);
  assert.deepEqual(
    names.filter((name) => !readme.includes(`\`${name}\``)),
    [],
  );
});

test("every permission of the manifest is explained, and no other", () => {
  const explained = [...readme.matchAll(/^ {3}\| ([A-Z][a-z ]+): (read|write) \|/gm)].map(
    (found) => `${found[1]?.toLowerCase().replaceAll(" ", "_") ?? ""}:${found[2] ?? ""}`,
  );
  const given = Object.entries(manifest.default_permissions)
    .filter(([name]) => name !== "metadata")
    .map(([name, level]) => `${name.replace("actions_variables", "variables")}:${String(level)}`);
  assert.deepEqual(explained.toSorted(), given.toSorted());
});

test("every npm script and every file the README names exists", () => {
  for (const [, name] of readme.matchAll(/npm run ([\w:]+)/g))
    assert.ok(scripts[name ?? ""] !== undefined, `npm run ${name ?? ""}`);
  for (const [, target] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
    assert.ok(existsSync(new URL(target ?? "", root)), target);
});

type Schema = {
  readonly properties?: Readonly<Record<string, Schema | boolean>> | undefined;
  readonly additionalProperties?: Schema | boolean | undefined;
};

/** Paths of a JSON Schema down to where the README's table stops: what a model's or an environment's section holds. */
function leaves(schema: Schema | boolean, path: string): readonly string[] {
  if (typeof schema === "boolean") return [path];
  const depth = path.split(".").length;
  if (schema.properties !== undefined && depth <= 3 && !/\.(adopt|output)$/.test(path)) {
    return Object.entries(schema.properties).flatMap(([key, value]) =>
      leaves(value, path === "" ? key : `${path}.${key}`),
    );
  }
  if (typeof schema.additionalProperties === "object" && (path === "models" || path === "environments"))
    return leaves(schema.additionalProperties, `${path}.NAME`);
  return [path];
}
