/**
 * GitHub's own workflow parser and expression engine. The packages import JSON without an import attribute, which
 * plain Node refuses, so they are imported while a load hook is in place that serves exactly those files as modules.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import type * as expressions from "@actions/expressions";
import type * as truthiness from "@actions/expressions/result";
import type * as workflows from "@actions/workflow-parser";
import type * as actions from "@actions/workflow-parser/actions/index";

export type Parser = {
  readonly workflows: typeof workflows;
  readonly actions: typeof actions;
  readonly expressions: typeof expressions;
  readonly truthiness: typeof truthiness;
};

const schemaFile = /\/@actions\/workflow-parser\/dist\/[\w.-]+\.json$/;

/** Imports the parser; later calls get the same modules. Leaves no hook behind. */
export async function loadParser(): Promise<Parser> {
  const hooks = registerHooks({
    load: (url, context, nextLoad) =>
      schemaFile.test(url)
        ? {
            format: "module",
            shortCircuit: true,
            source: `export default ${readFileSync(fileURLToPath(url), "utf8")};`,
          }
        : nextLoad(url, context),
  });
  try {
    const [workflows, actions, expressions, truthiness] = await Promise.all([
      import("@actions/workflow-parser"),
      import("@actions/workflow-parser/actions/index"),
      import("@actions/expressions"),
      import("@actions/expressions/result"),
    ]);
    return { workflows, actions, expressions, truthiness };
  } finally {
    hooks.deregister();
  }
}
