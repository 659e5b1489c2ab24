/**
 * The seam between the Actions host (which executes workflow files) and the rest of the emulator (which stores
 * runs, sends webhooks and answers REST). The host knows nothing of HTTP routes; the REST side knows nothing of steps.
 *
 * run     one execution of a workflow file; has attempts
 * job     one entry of `jobs:` in one attempt, after the matrix is expanded
 * machine a self-hosted runner: a set of labels and a work folder; takes one job at a time
 */
export type Conclusion = "success" | "failure" | "cancelled" | "skipped" | "timed_out" | "action_required" | "neutral";

export type JobStatus = "queued" | "waiting" | "in_progress" | "completed";

/** A message that a job shows on its check run, from `::error file=…::` and its siblings or from the host itself. */
export type Annotation = {
  readonly level: "notice" | "warning" | "failure";
  readonly message: string;
  readonly path: string | null;
  readonly line: number | null;
  readonly title: string | null;
};

export type StepRecord = {
  readonly number: number;
  readonly name: string;
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion: Conclusion | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
};

export type JobRecord = {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly status: JobStatus;
  readonly conclusion: Conclusion | null;
  readonly environment: string | null;
  readonly environmentUrl: string | null;
  readonly machine: { readonly id: number; readonly name: string } | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly steps: readonly StepRecord[];
  readonly annotations?: readonly Annotation[];
  /** What `needs.<job>.outputs` says; a later attempt that keeps the job needs it. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Markdown of GITHUB_STEP_SUMMARY, all steps together. */
  readonly summary?: string;
};

export type RunRecord = {
  readonly runId: number;
  readonly attempt: number;
  /** `run-name` after evaluation, else the workflow's name: REST calls it display_title. */
  readonly title: string;
  readonly status: "queued" | "waiting" | "in_progress" | "completed";
  readonly conclusion: Conclusion | null;
  readonly startedAt: string | null;
  readonly updatedAt: string;
  readonly jobs: readonly JobRecord[];
  /** Why the run failed before any job existed: the findings of an invalid workflow file, or a fault of the host. */
  readonly message?: string;
};

export type RunRequest = {
  readonly runId: number;
  readonly runNumber: number;
  readonly attempt: number;
  readonly repository: {
    readonly id: number;
    readonly owner: string;
    readonly name: string;
    readonly defaultBranch: string;
  };
  readonly workflow: { readonly path: string; readonly source: string };
  readonly event: { readonly name: string; readonly payload: Readonly<Record<string, unknown>> };
  readonly ref: string;
  readonly sha: string;
  readonly actor: string;
  readonly inputs: Readonly<Record<string, string | number | boolean>>;
  readonly variables: Readonly<Record<string, string>>;
  /** Re-run of failed jobs: the attempt before, whose successful jobs are taken over unless something they need runs again. */
  readonly previous?: RunRecord;
};

/** What the host asks of the rest of the emulator while a run executes. */
export type HostPort = {
  readonly now: () => Date;
  readonly newId: () => number;
  /** `https://…` of the pages, of REST and of git, as the runner must see them. */
  readonly serverUrl: string;
  readonly apiUrl: string;
  /** GITHUB_TOKEN of one job, with the `permissions:` of the workflow; revoked when the job completes. */
  readonly issueToken: (job: {
    runId: number;
    jobId: number;
    repository: string;
    permissions: Readonly<Record<string, "read" | "write" | "none">>;
  }) => string;
  readonly revokeToken: (token: string) => void;
  /** Secrets of the repository and, if the job names one, of its environment. */
  readonly secrets: (repository: string, environment: string | null) => Readonly<Record<string, string>>;
  /** Called with the whole record after each change of state; never concurrently for one run. */
  readonly updated: (record: RunRecord) => void;
  /** Stamped, masked text that ends with a line break; job 0 is the run itself, before it has jobs. */
  readonly log: (runId: number, jobId: number, text: string) => void;
  /** Resolves when the environment lets the job start (reviewers, wait timer, protection rules), or refuses it. */
  readonly enterEnvironment: (job: {
    runId: number;
    jobId: number;
    name: string;
    url: string | null;
    signal: AbortSignal;
  }) => Promise<"approved" | "rejected">;
  /** Files of a repository at a ref, for `uses: owner/repo/path@ref` and local actions; returns a folder that holds them. */
  readonly checkoutAction: (owner: string, name: string, ref: string) => Promise<string>;
};

export type RunHandle = {
  readonly runId: number;
  /** Graceful: SIGINT, 7.5 s, SIGTERM, 2.5 s, kill; `always()` steps still run. */
  readonly cancel: () => void;
  /** At once: kills the process trees, no further step runs. */
  readonly forceCancel: () => void;
  readonly done: Promise<RunRecord>;
};

export type Machine = {
  readonly id: number;
  readonly name: string;
  readonly labels: readonly string[];
  readonly workFolder: string;
};

export type ActionsHost = {
  readonly start: (request: RunRequest) => RunHandle;
  readonly machines: () => readonly (Machine & { readonly busy: boolean })[];
  /** Kills every process and waits until none is left. */
  readonly close: () => Promise<void>;
};

/** What a workflow file declares, before it runs; findings are GitHub's own parser's messages. */
export type WorkflowDescription = {
  readonly name: string;
  readonly findings: readonly {
    readonly message: string;
    readonly line: number | null;
    readonly column: number | null;
  }[];
  readonly events: readonly string[];
  readonly dispatchInputs: Readonly<
    Record<
      string,
      {
        readonly required: boolean;
        readonly type: "string" | "boolean" | "number" | "choice" | "environment";
        readonly default: string | null;
        readonly options: readonly string[];
      }
    >
  >;
};

export type Artifact = {
  readonly id: number;
  readonly runId: number;
  readonly name: string;
  readonly sizeBytes: number;
  /** `sha256:<hex>` of the uploaded bytes. */
  readonly digest: string;
  readonly createdAt: string;
  readonly expiresAt: string;
};

/** Blobs of finalized artifacts: written by the results service, read by REST. */
export type ArtifactStore = {
  readonly list: (runId: number | null) => readonly Artifact[];
  readonly read: (id: number) => Promise<Buffer | null>;
  readonly remove: (id: number) => Promise<boolean>;
};
