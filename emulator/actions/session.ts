/** One job while it executes on a machine: what its steps share, what they see, and what they run with. */
import { contextVariables, type Folders, type GithubContext } from "./contexts.ts";
import type { Evaluator, Scope } from "./expressions.ts";
import type { Masker } from "./masker.ts";
import type { Parser } from "./parser.ts";
import type { Annotation, HostPort } from "./port.ts";
import type { ProcessTable } from "./processes.ts";
import type { Template } from "./template.ts";
import type { Step } from "./workflow-file.ts";

export type Outcome = "success" | "failure" | "cancelled" | "skipped";

export type StepResult = {
  readonly outputs: Readonly<Record<string, string>>;
  /** Before `continue-on-error`. */
  readonly outcome: Outcome;
  /** After it. */
  readonly conclusion: Outcome;
};

export type JobLog = {
  /** One line, stamped and masked. */
  readonly line: (text: string) => void;
  readonly annotate: (annotation: Annotation) => void;
};

/** A step that is about to run. */
export type Prepared = {
  readonly id: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cancel: AbortSignal;
};

/** Something to do after the steps, last registered first: the `post` of an action. */
export type Post = { readonly name: string; readonly run: (cancel: AbortSignal) => Promise<Outcome> };

export type Session = {
  readonly parser: Parser;
  readonly evaluator: Evaluator;
  readonly port: HostPort;
  readonly folders: Folders;
  readonly processes: ProcessTable;
  readonly log: JobLog;
  readonly masker: Masker;
  readonly debug: boolean;
  /** The job is asked to end; its reason is the message to show. */
  readonly cancel: AbortSignal;
  /** The job must end now. */
  readonly force: AbortSignal;
  readonly token: string;
  readonly github: GithubContext;
  readonly runner: Readonly<Record<string, string>>;
  /** `inputs`, `vars`, `needs`, `matrix`, `strategy`, `secrets`. */
  readonly contexts: Readonly<Record<string, unknown>>;
  /** `defaults.run` of the job over that of the workflow. */
  readonly defaults: { readonly shell: Template | null; readonly workingDirectory: Template | null };
  /** The machine's own variables. */
  readonly machineEnvironment: Readonly<Record<string, string>>;
  /** Variables that GitHub gives to actions only, not to `run:` steps: how to reach the results service. */
  readonly actionEnvironment: Readonly<Record<string, string>>;
  readonly actionFolders: Map<string, Promise<string>>;
  readonly posts: Post[];
  /** What `pre` entries have saved for `main` and `post` of the same step. */
  readonly preState: Map<Step, Map<string, string>>;
  readonly summaries: string[];
  /** `env:` of workflow and job, and what GITHUB_ENV has added. */
  env: Readonly<Record<string, string>>;
  /** What GITHUB_PATH has added, the newest first. */
  path: readonly string[];
  failed: boolean;
};

/** A list of steps under execution: the job's own, or those of a composite action. */
export type Frame = {
  /** The composite action that the steps belong to; null at the top. */
  readonly action: {
    readonly folder: string;
    readonly repository: string;
    readonly ref: string;
    readonly inputs: Readonly<Record<string, string>>;
  } | null;
  readonly env: Readonly<Record<string, string>>;
  readonly cancel: AbortSignal;
  readonly results: Map<string, StepResult>;
  status: "success" | "failure" | "cancelled";
};

/** What the expressions of a step can see. */
export function scopeOf(
  session: Session,
  frame: Frame,
  step: { readonly id: string; readonly env: Readonly<Record<string, string>> },
): Scope {
  const cancelled = session.cancel.aborted;
  const jobStatus = cancelled ? "cancelled" : session.failed ? "failure" : "success";
  const status = frame.action === null ? jobStatus : frame.status;
  return {
    workspace: session.folders.workspace,
    status: { success: status === "success", failure: status === "failure", cancelled },
    contexts: {
      ...session.contexts,
      ...(frame.action === null ? {} : { inputs: frame.action.inputs }),
      github: githubOf(session, frame, step.id),
      runner: session.runner,
      job: { status: jobStatus },
      steps: Object.fromEntries(frame.results),
      env: { ...session.env, ...frame.env, ...step.env },
    },
  };
}

/** Variables of a step's process. The runner's own come last: a workflow cannot overwrite GITHUB_* and RUNNER_*. */
export function environmentOf(
  session: Session,
  frame: Frame,
  step: { readonly id: string; readonly env: Readonly<Record<string, string>> },
  extra: Readonly<Record<string, string>>,
): Record<string, string> {
  const environment: Record<string, string> = {
    ...session.machineEnvironment,
    CI: "true",
    ...session.env,
    ...frame.env,
    ...step.env,
    ...contextVariables(githubOf(session, frame, step.id), session.runner),
    ...extra,
  };
  const searched = [...session.path, environment["PATH"] ?? ""].filter((each) => each !== "");
  return { ...environment, PATH: searched.join(":") };
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function githubOf(session: Session, frame: Frame, stepId: string): GithubContext {
  const { action } = frame;
  const of =
    action === null ? {} : { action_path: action.folder, action_repository: action.repository, action_ref: action.ref };
  return { ...session.github, action: stepId, ...of };
}
