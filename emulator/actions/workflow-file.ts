/** A workflow file as plain data: validated by the official parser, read from its raw tree (the converted model drops half). */
import type { Step as ConvertedStep } from "@actions/workflow-parser/model/workflow-template";
import type { Parser } from "./parser.ts";
import type { WorkflowDescription } from "./port.ts";
import { at, literalEntries, literalText, literalTexts, onOneLine, type Template, toTemplate } from "./template.ts";

export type Step = {
  readonly id: string;
  readonly name: Template | null;
  /** Always names a status function: `success() && (…)` is added where the file has none. */
  readonly condition: string;
  readonly env: Template | null;
  readonly continueOnError: Template | null;
  readonly timeoutMinutes: Template | null;
  readonly does:
    | {
        readonly kind: "run";
        readonly run: Template;
        readonly shell: Template | null;
        readonly workingDirectory: Template | null;
      }
    | { readonly kind: "uses"; readonly uses: string; readonly with: Template | null }
    | { readonly kind: "unsupported"; readonly message: string };
};

export type Job = {
  readonly key: string;
  readonly name: Template | null;
  readonly needs: readonly string[];
  readonly condition: string;
  readonly strategy: Template | null;
  readonly runsOn: Template | null;
  readonly environment: Template | null;
  readonly concurrency: Template | null;
  readonly permissions: Template | null;
  readonly env: Template | null;
  readonly defaults: Template | null;
  readonly outputs: Template | null;
  readonly timeoutMinutes: Template | null;
  readonly continueOnError: Template | null;
  readonly steps: readonly Step[];
  /** Why this host cannot run the job at all (containers, services, reusable workflows), or null. */
  readonly unsupported: string | null;
};

export type WorkflowFile = {
  readonly name: string;
  readonly runName: Template | null;
  readonly env: Template | null;
  readonly permissions: Template | null;
  readonly concurrency: Template | null;
  readonly defaults: Template | null;
  readonly dispatchInputs: WorkflowDescription["dispatchInputs"];
  readonly jobs: readonly Job[];
};

export type Finding = WorkflowDescription["findings"][number];

export type ReadResult =
  | { readonly kind: "valid"; readonly file: WorkflowFile; readonly events: readonly string[] }
  | { readonly kind: "invalid"; readonly findings: readonly Finding[] };

/** Parses and validates a workflow file; findings carry the official parser's messages and positions. */
export async function readWorkflow(parser: Parser, path: string, source: string): Promise<ReadResult> {
  const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = parser.workflows;
  const convert = async (content: string) => {
    const { context, value } = parseWorkflow({ name: path, content }, new NoOperationTraceWriter());
    const model = value === undefined ? null : await convertWorkflowTemplate(context, value);
    return { value, model, findings: findingsOf(context.errors.getErrors()) };
  };
  const bomb = findBomb(source);
  if (bomb !== null) return { kind: "invalid", findings: [bomb] };
  const written = await convert(source);
  if (written.findings.length > 0) return { kind: "invalid", findings: written.findings };
  const { value, model: converted, findings } = await convert(onOneLine(source));
  if (value === undefined || converted === null || findings.length > 0) return { kind: "invalid", findings };

  const root = toTemplate(parser, value);
  const jobs = literalEntries(at(root, "jobs")).map(({ key, value: job }) => {
    const model = converted.jobs.find((each) => each.id.value === key);
    if (model === undefined) throw new Error(`The parser lost the job '${key}'`);
    return jobOf(key, job, model.if.expression, model.type === "job" ? model.steps : []);
  });
  return {
    kind: "valid",
    events: eventsOf(at(root, "on")),
    file: {
      name: literalText(at(root, "name")) ?? path,
      runName: at(root, "run-name"),
      env: at(root, "env"),
      permissions: at(root, "permissions"),
      concurrency: at(root, "concurrency"),
      defaults: at(root, "defaults"),
      dispatchInputs: dispatchInputsOf(at(at(at(root, "on"), "workflow_dispatch"), "inputs")),
      jobs,
    },
  };
}

/** Aliases that multiply without bound, which would keep the official parser busy for ever. */
function findBomb(source: string): Finding | null {
  try {
    onOneLine(source);
    return null;
  } catch (error) {
    // Errors of syntax are left to the official parser, which reports them with positions.
    return error instanceof ReferenceError ? { message: error.message, line: null, column: null } : null;
  }
}

/** The steps of a job or of a composite action: ids and conditions from the converted model, the rest from the file. */
export function stepsOf(raw: Template | null, converted: readonly ConvertedStep[]): readonly Step[] {
  if (raw?.kind !== "list") return [];
  return raw.items.map((item, index) => {
    const model = converted[index];
    if (model === undefined) throw new Error(`The parser lost step ${index + 1}`);
    return {
      id: model.id,
      name: at(item, "name"),
      condition: model.if?.expression ?? "success()",
      env: at(item, "env"),
      continueOnError: at(item, "continue-on-error"),
      timeoutMinutes: at(item, "timeout-minutes"),
      does: deedOf(item),
    };
  });
}

/** Messages of the official parser, without the `file (Line: 1, Col: 2): ` prefix that the position repeats. */
export function findingsOf(
  errors: readonly {
    readonly message: string;
    readonly rawMessage: string;
    readonly range?: { readonly start: { readonly line: number; readonly column: number } } | undefined;
  }[],
): readonly Finding[] {
  return errors.map((error) => ({
    message: error.message,
    line: error.range?.start.line ?? null,
    column: error.range?.start.column ?? null,
  }));
}

function deedOf(item: Template): Step["does"] {
  const run = at(item, "run");
  if (run !== null) {
    return { kind: "run", run, shell: at(item, "shell"), workingDirectory: at(item, "working-directory") };
  }
  const uses = literalText(at(item, "uses"));
  if (uses !== null) return { kind: "uses", uses, with: at(item, "with") };
  return { kind: "unsupported", message: "This host runs 'run' and 'uses' steps only" };
}

function jobOf(key: string, job: Template, condition: string, steps: readonly ConvertedStep[]): Job {
  return {
    key,
    name: at(job, "name"),
    needs: literalTexts(at(job, "needs")),
    condition,
    strategy: at(job, "strategy"),
    runsOn: at(job, "runs-on"),
    environment: at(job, "environment"),
    concurrency: at(job, "concurrency"),
    permissions: at(job, "permissions"),
    env: at(job, "env"),
    defaults: at(job, "defaults"),
    outputs: at(job, "outputs"),
    timeoutMinutes: at(job, "timeout-minutes"),
    continueOnError: at(job, "continue-on-error"),
    steps: stepsOf(at(job, "steps"), steps),
    unsupported: unsupportedOf(job),
  };
}

function unsupportedOf(job: Template): string | null {
  if (at(job, "uses") !== null) return "Reusable workflows are not supported by this host";
  if (at(job, "container") !== null) return "Job containers need docker, which this host does not use";
  if (at(job, "services") !== null) return "Service containers need docker, which this host does not use";
  return null;
}

function eventsOf(on: Template | null): readonly string[] {
  return on?.kind === "map" ? literalEntries(on).map(({ key }) => key) : literalTexts(on);
}

const inputTypes = ["string", "boolean", "number", "choice", "environment"] as const;

function dispatchInputsOf(inputs: Template | null): WorkflowDescription["dispatchInputs"] {
  return Object.fromEntries(
    literalEntries(inputs).map(({ key, value }) => {
      const type = literalText(at(value, "type"));
      return [
        key,
        {
          required: literalText(at(value, "required")) === "true",
          type: inputTypes.find((each) => each === type) ?? "string",
          default: literalText(at(value, "default")),
          options: literalTexts(at(value, "options")),
        },
      ] as const;
    }),
  );
}
