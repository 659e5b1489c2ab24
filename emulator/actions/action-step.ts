/** What is common to `uses:` steps: finding the action, its inputs, and running one entry of a JavaScript action. */
import { cpSync, existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { type Action, type ActionInput, parseUses, readAction } from "./action-file.ts";
import { logVariables } from "./script-step.ts";
import { environmentOf, type Frame, type Outcome, type Prepared, type Session, scopeOf } from "./session.ts";
import { runStepProcess, type Said, warn } from "./step-process.ts";
import type { Template } from "./template.ts";

/** A valid action and where it comes from; repository and ref are empty for a local one. */
export type FoundAction<Kind extends Action["kind"]> = {
  readonly kind: "action";
  readonly action: Extract<Action, { readonly kind: Kind }>;
  readonly repository: string;
  readonly ref: string;
};

export type Found =
  | { readonly kind: "checkout" }
  | FoundAction<Action["kind"]>
  | { readonly kind: "refused"; readonly message: string };

/** Resolves `uses:`; a remote action is downloaded once per job. Throws if there is no valid action. */
export async function findAction(session: Session, uses: string): Promise<Found> {
  const reference = parseUses(uses);
  switch (reference.kind) {
    case "refused":
      return reference;
    case "local": {
      const folder = path.resolve(session.folders.workspace, reference.path);
      if (path.relative(session.folders.workspace, folder).startsWith("..")) {
        return { kind: "refused", message: `'${uses}' is outside the workspace` };
      }
      return { kind: "action", action: readAction(session.parser, folder), repository: "", ref: "" };
    }
    case "remote": {
      const repository = `${reference.owner}/${reference.name}`;
      if (repository.toLowerCase() === "actions/checkout" && reference.path === "") return { kind: "checkout" };
      const root = await download(session, reference);
      const action = readAction(session.parser, path.join(root, reference.path));
      return { kind: "action", action, repository, ref: reference.ref };
    }
  }
}

/** Inputs of an action: what `with:` says over the defaults, whose expressions see the job. Names are lower case. */
export function inputsOf(
  session: Session,
  frame: Frame,
  step: Prepared,
  declared: readonly ActionInput[] | null,
  given: Template | null,
): Readonly<Record<string, string>> {
  const scope = scopeOf(session, frame, step);
  const named = Object.entries(session.evaluator.texts(given, scope)).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  const defaults = (declared ?? []).flatMap((input) =>
    input.default === null ? [] : [[input.name.toLowerCase(), session.evaluator.text(input.default, scope)] as const],
  );
  const inputs = { ...Object.fromEntries(defaults), ...Object.fromEntries(named) };
  const names = named.map(([name]) => name);
  if (declared !== null) warnOfInputs(session, declared, names, inputs);
  return inputs;
}

/** Runs `pre`, `main` or `post` of a JavaScript action under this Node. */
export async function runNodeEntry(
  session: Session,
  frame: Frame,
  step: Prepared,
  entry: { readonly file: string; readonly folder: string; readonly inputs: Readonly<Record<string, string>> },
  said: Said,
): Promise<Outcome> {
  const extra: Record<string, string> = { ...session.actionEnvironment };
  for (const [name, value] of Object.entries(entry.inputs)) {
    extra[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`] = value;
  }
  for (const [name, value] of said.state) extra[`STATE_${name}`] = value;
  return await runStepProcess(
    session,
    {
      command: process.execPath,
      args: [path.join(entry.folder, entry.file)],
      cwd: session.folders.workspace,
      env: environmentOf(session, frame, step, extra),
      cancel: step.cancel,
    },
    said,
  );
}

/** The header that GitHub prints before an action runs. */
export function logActionHeader(
  session: Session,
  frame: Frame,
  uses: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): void {
  session.log.line(`##[group]Run ${uses}`);
  logVariables(session, "with", Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== "")));
  logVariables(session, "env", { ...session.env, ...frame.env, ...env });
  session.log.line("##[endgroup]");
}

function warnOfInputs(
  session: Session,
  declared: readonly ActionInput[],
  given: readonly string[],
  inputs: Readonly<Record<string, string>>,
): void {
  const names = declared.map((input) => input.name);
  const known = new Set(names.map((name) => name.toLowerCase()));
  const unexpected = given.filter((name) => !known.has(name));
  const quote = (each: readonly string[]) => each.map((name) => `'${name}'`).join(", ");
  if (unexpected.length > 0) {
    warn(session, `Unexpected input(s) ${quote(unexpected)}, valid inputs are [${quote(names)}]`);
  }
  const missing = declared.filter((input) => input.required && inputs[input.name.toLowerCase()] === undefined);
  if (missing.length > 0) {
    warn(session, `Input(s) required and not supplied: ${quote(missing.map((input) => input.name))}`);
  }
}

/** Copies the action's repository to where a real runner keeps it: `_actions/<owner>/<name>/<ref>`. */
function download(session: Session, of: { owner: string; name: string; ref: string }): Promise<string> {
  const key = `${of.owner}/${of.name}@${of.ref}`;
  const known = session.actionFolders.get(key);
  if (known !== undefined) return known;
  const copy = async (): Promise<string> => {
    session.log.line(`Download action repository '${key}'`);
    const source = await session.port.checkoutAction(of.owner, of.name, of.ref);
    const target = path.join(session.folders.actions, of.owner, of.name, of.ref);
    if (!existsSync(target)) {
      mkdirSync(path.dirname(target), { recursive: true });
      cpSync(source, target, { recursive: true, verbatimSymlinks: true });
    }
    return target;
  };
  const started = copy();
  session.actionFolders.set(key, started);
  return started;
}
