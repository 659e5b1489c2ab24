/**
 * Every refusal, hold, failure and verdict of Assay carries one reason of this closed list: the same word in the
 * comment, the check, the API, the logs, the metrics and the ledger. A reason is added, never renamed.
 */
export const reasons = {
  // commands
  not_permitted: "the person lacks the permission the command needs",
  unknown_command: "no such command",
  bad_argument: "a command argument is unknown, repeated, unreadable or of the wrong type",
  too_many_commands: "a comment holds more than five commands",
  unknown_model: "the configuration has no model of that name",
  unknown_environment: "the configuration has no environment of that name",
  head_moved: "the pull request has a newer commit than the one that was meant",
  fork_not_vetted: "the pull request comes from a fork, and nobody with write permission has vetted its commit",
  base_not_default: "the pull request does not target the default branch, whose configuration alone rules",
  pull_closed: "the pull request is closed",
  nothing_to_do: "there is nothing the command could change",
  // configuration
  config_missing: "the base branch has no .github/assay.yml",
  config_invalid: "the configuration file has a mistake",
  config_too_large: "the configuration file is larger than 64 KiB",
  // training
  training_failed: "the training command ended with an error",
  training_timeout: "the training command ran longer than its timeout",
  training_cancelled: "the training was cancelled",
  model_missing: "the training command left no model.onnx",
  commit_unavailable: "the commit to train could not be checked out",
  param_unknown: "a parameter is not declared in the model's params",
  // evaluation
  model_unreadable: "the model file is not an ONNX model that loads",
  model_unsafe:
    "the model file asks for something an evaluation refuses: external data, custom operators, absurd sizes",
  model_inputs_differ: "the model's inputs are not those the configuration names",
  model_output_differs: "the model's output is not the one the configuration names",
  predictions_invalid: "the model predicted values that are not what the task allows",
  data_unreadable: "the evaluation data cannot be read",
  data_column_missing: "a column that the configuration names is not in the data",
  data_invalid: "the evaluation data holds values the task does not allow",
  artifact_missing: "an expected artifact does not exist or has expired",
  artifact_digest_mismatch: "an artifact's bytes are not the ones that were recorded",
  report_invalid: "the report is not a valid report or does not belong to its ticket",
  parts_mismatch: "the parts of a shared evaluation do not fit together",
  // runs and tickets
  run_failed: "the workflow run ended without a result",
  run_cancelled: "the workflow run was cancelled",
  dispatch_refused: "GitHub refused to start the workflow run",
  run_lost: "GitHub has no such workflow run, or no longer has it",
  queue_stuck: "no runner took the workflow run in time",
  run_overdue: "the workflow run went on far beyond its time limit",
  ticket_invalid: "the ticket is not signed by this App or is meant for something else",
  ticket_expired: "the ticket is no longer valid",
  cancelled_by_person: "a person stopped the job",
  superseded: "a newer commit or command replaced this job or command",
  // gates
  bound_inside: "the whole interval meets the condition",
  bound_outside: "the whole interval violates the condition",
  bound_straddles: "the interval reaches over the margin: the data cannot tell",
  value_inside: "the value meets the condition",
  value_outside: "the value violates the condition",
  metric_missing: "the report has no such metric",
  metric_undefined: "the metric is not defined on these rows",
  rows_insufficient: "too few rows to say anything",
  baseline_missing: "there is no baseline to compare with",
  gate_invalid: "the gate cannot be read",
  no_gates: "no gate is configured",
  slice_missing: "the report has no such slice",
  slice_worse: "a slice is significantly worse",
  slices_open: "no slice is significantly worse",
  person_decides: "the data cannot tell, and the gate leaves the decision to a person",
  // promotion
  verdict_not_pass: "only a version whose verdict is pass can be promoted",
  overtaken: "a version of a later merge is in the environment, or on its way there",
  tree_mismatch: "the merged tree is not the evaluated tree",
  run_unknown: "the run was not started by this App for this environment",
  environment_failed: "the deploy run ended with an error",
  environment_rejected: "the environment's review was refused",
  // the program
  interrupted: "the program was interrupted",
  bad_usage: "the command line has a mistake",
  internal: "a fault of Assay itself",
} as const;

export type Reason = keyof typeof reasons;

export const reasonCodes: readonly Reason[] = (Object.keys(reasons) as Reason[]).toSorted();

/** Where a fault lies: a file with 1-based line and column, a data column, a metric, a gate. */
export type Place = {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
};

/** An expected failure as a value. `detail` may hold hostile text (a log tail); renderers escape it. */
export type Fault = {
  readonly reason: Reason;
  readonly message: string;
  readonly place?: Place;
  readonly detail?: string;
  /** What to type instead, one line; shown so that it can be copied. */
  readonly command?: string;
};

/** A fault on its way up to the entry that reports it; thrown only at the edges. */
export class AssayError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, options?: { cause?: unknown }) {
    super(fault.message, options);
    this.name = "AssayError";
    this.fault = fault;
  }
}

/** One line that names what, where and what was expected: `file:line:column: message`. */
export function describeFault(fault: Fault): string {
  const { file, line, column, path } = fault.place ?? {};
  const at = [file, line, column].filter((part) => part !== undefined).join(":");
  const where = [at, path].filter((part) => part !== undefined && part !== "").join(" ");
  return where === "" ? fault.message : `${where}: ${fault.message}`;
}
