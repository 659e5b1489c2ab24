/** What a job needs to be executed: by the host, by the run, and on which machine. */
import type { Evaluator } from "./expressions.ts";
import type { Parser } from "./parser.ts";
import type { Annotation, HostPort, Machine, RunRequest } from "./port.ts";
import type { RuntimeTokens } from "./runtime-tokens.ts";
import type { StepRecords } from "./step-records.ts";
import type { Job, WorkflowFile } from "./workflow-file.ts";

/** What every job of a host has in common. */
export type HostParts = {
  readonly port: HostPort;
  readonly tokens: RuntimeTokens;
  readonly resultsUrl: string;
  readonly environment: Readonly<Record<string, string>>;
};

export type JobAssignment = {
  readonly host: HostParts;
  readonly parser: Parser;
  readonly evaluator: Evaluator;
  readonly request: RunRequest;
  readonly workflow: WorkflowFile;
  readonly job: Job;
  readonly jobId: number;
  readonly machine: Machine;
  readonly environment: string | null;
  /** `inputs`, `vars`, `needs`, `matrix`, `strategy`. */
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly cancel: AbortSignal;
  readonly force: AbortSignal;
  readonly steps: StepRecords;
  readonly annotated: (annotation: Annotation) => void;
};
