import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { validate } from "@actions/languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";

const jsonOfActions = /\/@actions\/(workflow-parser|languageservice)\/.+\.json$/;

/** GitHub's editor checks. Its packages import JSON without an attribute, which plain Node refuses without this hook. */
async function loadLanguageService(): Promise<{ readonly validate: typeof validate }> {
  const hooks = registerHooks({
    load: (url, context, nextLoad) =>
      jsonOfActions.test(url)
        ? {
            format: "module",
            shortCircuit: true,
            source: `export default ${readFileSync(fileURLToPath(url), "utf8")};`,
          }
        : nextLoad(url, context),
  });
  try {
    return await import("@actions/languageservice");
  } finally {
    hooks.deregister();
  }
}

/** One line per finding in a workflow or action file, which of the two it is being told by its path. */
export async function findings(path: string, text: string): Promise<readonly string[]> {
  const { validate } = await loadLanguageService();
  const document = TextDocument.create(pathToFileURL(path).href, "yaml", 0, text);
  return (await validate(document)).map(
    ({ range, message }) => `${range.start.line + 1}: ${typeof message === "string" ? message : message.value}`,
  );
}
