/** Runs one process of a step and takes in what it says: command lines on stdout, command files afterwards. */
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Command, parseAssignments, parseCommand, parsePaths } from "./commands.ts";
import { messageOf, type Outcome, type Session } from "./session.ts";

export type StepProcess = {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cancel: AbortSignal;
};

/** What the process has said for the rest of its step. */
export type Said = { readonly outputs: Map<string, string>; readonly state: Map<string, string> };

const files = ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"] as const;
const longestSummary = 1 << 20;

/** How the process ended, as a step's outcome; every reason for a failure is in the log. */
export async function runStepProcess(session: Session, step: StepProcess, said: Said): Promise<Outcome> {
  const commandFiles = createCommandFiles(session.folders.temp);
  const end = await session.processes.run({
    ...step,
    env: { ...step.env, ...commandFiles },
    onLine: createLineReader(session, said),
    force: session.force,
  });
  const understood = takeIn(session, commandFiles, said);
  switch (end.kind) {
    case "cancelled":
      return "cancelled";
    case "not_started":
      fail(session, end.message);
      return "failure";
    case "exited":
      if (end.code !== 0) fail(session, `Process completed with exit code ${end.code}.`);
      return end.code === 0 && understood ? "success" : "failure";
  }
}

/** Puts an error into the log and among the job's annotations. */
export function fail(session: Session, message: string): void {
  session.log.line(`##[error]${message}`);
  session.log.annotate({ level: "failure", message, path: null, line: null, title: null });
}

/** Puts a warning into the log and among the job's annotations. */
export function warn(session: Session, message: string): void {
  session.log.line(`##[warning]${message}`);
  session.log.annotate({ level: "warning", message, path: null, line: null, title: null });
}

function createCommandFiles(temp: string): Readonly<Record<(typeof files)[number], string>> {
  const folder = path.join(temp, "_runner_file_commands");
  mkdirSync(folder, { recursive: true });
  const create = (name: string) => {
    const file = path.join(folder, `${name}_${randomUUID()}`);
    writeFileSync(file, "");
    return file;
  };
  return {
    GITHUB_OUTPUT: create("set_output"),
    GITHUB_ENV: create("set_env"),
    GITHUB_PATH: create("add_path"),
    GITHUB_STATE: create("save_state"),
    GITHUB_STEP_SUMMARY: create("step_summary"),
  };
}

/** Applies the command files; false if one of them cannot be understood. */
function takeIn(session: Session, commandFiles: Readonly<Record<(typeof files)[number], string>>, said: Said): boolean {
  const actions: Readonly<Record<(typeof files)[number], (text: string) => void>> = {
    GITHUB_OUTPUT: (text) => parseAssignments(text).forEach(([name, value]) => said.outputs.set(name, value)),
    GITHUB_STATE: (text) => parseAssignments(text).forEach(([name, value]) => said.state.set(name, value)),
    GITHUB_ENV: (text) => addVariables(session, parseAssignments(text)),
    GITHUB_PATH: (text) => {
      for (const folder of parsePaths(text)) session.path = [folder, ...session.path.filter((each) => each !== folder)];
    },
    GITHUB_STEP_SUMMARY: (text) => {
      if (text.length > longestSummary) throw new Error(`The summary is longer than ${longestSummary} bytes`);
      if (text !== "") session.summaries.push(session.masker.mask(text));
    },
  };
  let understood = true;
  for (const name of files) {
    try {
      actions[name](readFileSync(commandFiles[name], "utf8"));
    } catch (error) {
      understood = false;
      fail(session, `Unable to process file command '${name}' successfully. ${messageOf(error)}`);
    } finally {
      rmSync(commandFiles[name], { force: true });
    }
  }
  return understood;
}

function addVariables(session: Session, assignments: readonly (readonly [string, string])[]): void {
  for (const [name, value] of assignments) {
    if (name.toUpperCase() === "NODE_OPTIONS") {
      throw new Error("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
    }
    session.env = { ...session.env, [name]: value };
  }
}

function createLineReader(session: Session, said: Said): (line: string) => void {
  let resumeToken: string | null = null;
  return (line) => {
    const command = parseCommand(line);
    if (resumeToken !== null) {
      if (command?.name === resumeToken.toLowerCase()) resumeToken = null;
      session.log.line(line);
      return;
    }
    if (command?.name === "stop-commands") {
      resumeToken = command.message;
      session.log.line(line);
      return;
    }
    if (command === null || !obey(session, said, command)) session.log.line(line);
  };
}

/** Carries out a workflow command; false for one that does not exist, which is then an ordinary line. */
function obey(session: Session, said: Said, { name, properties, message }: Command): boolean {
  const { log } = session;
  switch (name) {
    case "add-mask":
      session.masker.add(message);
      log.line("::add-mask::***");
      return true;
    case "debug":
      if (session.debug) log.line(`##[debug]${message}`);
      return true;
    case "error":
    case "warning":
    case "notice":
      log.line(`##[${name}]${message}`);
      log.annotate({
        level: name === "error" ? "failure" : name,
        message,
        path: properties["file"] ?? null,
        line: properties["line"] === undefined ? null : Number(properties["line"]),
        title: properties["title"] ?? null,
      });
      return true;
    case "group":
    case "endgroup":
      log.line(`##[${name}]${message}`);
      return true;
    case "set-output":
      warn(session, "The `set-output` command is deprecated. Please upgrade to using Environment Files.");
      said.outputs.set(properties["name"] ?? "", message);
      return true;
    case "save-state":
      warn(session, "The `save-state` command is deprecated. Please upgrade to using Environment Files.");
      said.state.set(properties["name"] ?? "", message);
      return true;
    case "set-env":
    case "add-path":
      fail(session, `The \`${name}\` command is disabled. Please upgrade to using Environment Files.`);
      return true;
    case "echo":
    case "add-matcher":
    case "remove-matcher":
      return true;
    default:
      return false;
  }
}
