/** Actions as `uses:` names them and as their action.yml describes them. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Parser } from "./parser.ts";
import { at, literalEntries, literalText, onOneLine, type Template, toTemplate } from "./template.ts";
import { findingsOf, type Step, stepsOf } from "./workflow-file.ts";

export type ActionReference =
  | { readonly kind: "local"; readonly path: string }
  | {
      readonly kind: "remote";
      readonly owner: string;
      readonly name: string;
      readonly path: string;
      readonly ref: string;
    }
  | { readonly kind: "refused"; readonly message: string };

export type ActionInput = { readonly name: string; readonly required: boolean; readonly default: Template | null };

export type Action =
  | {
      readonly kind: "node";
      readonly folder: string;
      readonly inputs: readonly ActionInput[];
      readonly main: string;
      readonly pre: string | null;
      readonly preIf: string;
      readonly post: string | null;
      readonly postIf: string;
    }
  | {
      readonly kind: "composite";
      readonly folder: string;
      readonly inputs: readonly ActionInput[];
      readonly outputs: readonly { readonly key: string; readonly value: Template }[];
      readonly steps: readonly Step[];
    };

/** What a `uses:` value refers to. Segments that could leave the actions folder are refused. */
export function parseUses(uses: string): ActionReference {
  if (uses.startsWith("docker://")) {
    return { kind: "refused", message: `'${uses}' is a docker action; this host runs without docker` };
  }
  if (uses.startsWith("./")) return { kind: "local", path: uses };
  const match = /^([\w.-]+)\/([\w.-]+)((?:\/[^/@]+)*)@([^@\s]+)$/.exec(uses);
  const [, owner, name, folder = "", ref] = match ?? [];
  const unsafe = uses.split(/[/@]/).some((segment) => segment === "" || segment === "." || segment === "..");
  if (owner === undefined || name === undefined || ref === undefined || unsafe) {
    return {
      kind: "refused",
      message: `Expected format {org}/{repo}[/path]@ref or ./path. Actual '${uses}'`,
    };
  }
  return { kind: "remote", owner, name, path: folder.slice(1), ref };
}

/** Reads and validates the action.yml of a folder; throws with what is wrong. */
export function readAction(parser: Parser, folder: string): Action {
  const file = ["action.yml", "action.yaml"].map((name) => path.join(folder, name)).find((each) => existsSync(each));
  if (file === undefined) {
    throw new Error(
      `Can't find 'action.yml' or 'action.yaml' under '${folder}'. Did you forget to run actions/checkout?`,
    );
  }
  const source = readFileSync(file, "utf8");
  convert(parser, file, source);
  const { value, model } = convert(parser, file, onOneLine(source));
  const root = toTemplate(parser, value);
  const runs = at(root, "runs");
  const inputs = literalEntries(at(root, "inputs")).map(({ key, value: input }) => ({
    name: key,
    required: literalText(at(input, "required")) === "true",
    default: at(input, "default"),
  }));
  switch (model.runs.using) {
    case "docker":
      throw new Error(`The action in '${folder}' runs in docker; this host runs without docker`);
    case "composite":
      return {
        kind: "composite",
        folder,
        inputs,
        steps: stepsOf(at(runs, "steps"), model.runs.steps),
        outputs: literalEntries(at(root, "outputs")).flatMap(({ key, value: output }) => {
          const template = at(output, "value");
          return template === null ? [] : [{ key, value: template }];
        }),
      };
    default:
      return {
        kind: "node",
        folder,
        inputs,
        main: model.runs.main,
        pre: model.runs.pre ?? null,
        preIf: model.runs.preIf ?? "always()",
        post: model.runs.post ?? null,
        postIf: model.runs.postIf ?? "always()",
      };
  }
}

/** Throws the parser's findings, if there are any. */
function convert(parser: Parser, name: string, content: string) {
  const { context, value } = parser.actions.parseAction(
    { name, content },
    new parser.workflows.NoOperationTraceWriter(),
  );
  const model = value === undefined ? null : parser.actions.convertActionTemplate(context, value);
  const errors = context.errors.getErrors();
  if (value === undefined || model === null || errors.length > 0) throw new Error(messagesOf(errors));
  return { value, model };
}

function messagesOf(errors: Parameters<typeof findingsOf>[0]): string {
  return findingsOf(errors)
    .map((finding) => finding.message)
    .join("\n");
}
