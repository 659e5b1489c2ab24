/** `run:` steps: the script becomes a file, and a shell runs the file. */
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { environmentOf, type Frame, type Outcome, type Prepared, type Session, scopeOf } from "./session.ts";
import { fail, runStepProcess, type Said } from "./step-process.ts";
import type { Step } from "./workflow-file.ts";

type Shell = { readonly command: string; readonly extension: string };

/** `bash` named outright is stricter than the default shell, as on GitHub. */
const shells: Readonly<Record<string, Shell>> = {
  "": { command: "bash -e {0}", extension: ".sh" },
  bash: { command: "bash --noprofile --norc -eo pipefail {0}", extension: ".sh" },
  sh: { command: "sh -e {0}", extension: ".sh" },
  python: { command: "python {0}", extension: ".py" },
  pwsh: { command: "pwsh -command . '{0}'", extension: ".ps1" },
};

/** Runs a script step. Values of `${{ }}` are pasted into the script unquoted, as GitHub does: that is the known injection. */
export async function runScript(
  session: Session,
  frame: Frame,
  step: Prepared,
  does: Extract<Step["does"], { kind: "run" }>,
  said: Said,
): Promise<Outcome> {
  const { evaluator, folders } = session;
  const scope = scopeOf(session, frame, step);
  const script = evaluator.text(does.run, scope);
  const named = does.shell ?? (frame.action === null ? session.defaults.shell : null);
  const shellName = named === null ? "" : evaluator.text(named, scope);
  const shell = shells[shellName] ?? (shellName.includes("{0}") ? { command: shellName, extension: "" } : null);
  if (shell === null) {
    fail(
      session,
      `Invalid shell option '${shellName}'. Shell must be a valid built-in (bash, sh, python, pwsh) or a format string containing '{0}'`,
    );
    return "failure";
  }
  const directory = does.workingDirectory ?? (frame.action === null ? session.defaults.workingDirectory : null);
  const cwd = path.resolve(folders.workspace, directory === null ? "" : evaluator.text(directory, scope));
  const file = path.join(folders.temp, `${randomUUID()}${shell.extension}`);
  writeFileSync(file, script.endsWith("\n") ? script : `${script}\n`);

  logHeader(session, script, shell.command, { ...session.env, ...frame.env, ...step.env });
  const [command = "bash", ...args] = shell.command.split(/\s+/).map((word) => word.replaceAll("{0}", file));
  return await runStepProcess(
    session,
    { command, args, cwd, env: environmentOf(session, frame, step, {}), cancel: step.cancel },
    said,
  );
}

function logHeader(session: Session, script: string, shell: string, env: Readonly<Record<string, string>>): void {
  const lines = script.replace(/\n$/, "").split("\n");
  session.log.line(`##[group]Run ${lines[0] ?? ""}`);
  for (const line of lines) session.log.line(line);
  session.log.line(`shell: ${shell}`);
  logVariables(session, "env", env);
  session.log.line("##[endgroup]");
}

/** A block of names and values, as the header of a step shows `with:` and `env:`. */
export function logVariables(session: Session, title: string, values: Readonly<Record<string, string>>): void {
  const entries = Object.entries(values);
  if (entries.length === 0) return;
  session.log.line(`${title}:`);
  for (const [name, value] of entries) session.log.line(`  ${name}: ${value}`);
}
