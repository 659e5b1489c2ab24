/** What a job's settings evaluate to: where it runs, what it deploys to, which legs it has. */
import { isRecord, type Scope } from "./expressions.ts";
import { type Combination, expandMatrix } from "./matrix.ts";
import type { ReadRun } from "./run-state.ts";
import { at, type Template } from "./template.ts";
import type { Job } from "./workflow-file.ts";

export type Strategy = {
  /** One leg each; null for a job without a matrix. */
  readonly combinations: readonly (Combination | null)[];
  readonly failFast: boolean;
  readonly maxParallel: number;
};

export type ConcurrencySetting = {
  readonly group: string;
  readonly cancelInProgress: boolean;
  readonly queue: "single" | "max";
};

/** Evaluates `strategy:`; throws on a matrix that GitHub refuses. */
export function strategyOf(run: ReadRun, job: Job, scope: Scope): Strategy {
  const value = job.strategy === null ? {} : run.evaluator.value(job.strategy, scope);
  const settings = isRecord(value) ? value : {};
  const matrix = settings["matrix"];
  const most = Number(settings["max-parallel"] ?? Number.NaN);
  return {
    combinations: matrix === undefined ? [null] : expandMatrix(matrix),
    failFast: settings["fail-fast"] !== false,
    maxParallel: most > 0 ? most : Number.POSITIVE_INFINITY,
  };
}

/** Evaluates `runs-on:`, a label, a list, or a mapping with `labels`. */
export function labelsOf(run: ReadRun, job: Job, scope: Scope): readonly string[] {
  if (job.runsOn === null) return [];
  const value = run.evaluator.value(job.runsOn, scope);
  const labels = isRecord(value) ? value["labels"] : value;
  return (Array.isArray(labels) ? labels : [labels]).map(String).filter((label) => label !== "");
}

/** Evaluates the name of `environment:`. Its URL is known after the steps, unless it is written out. */
export function environmentOf(run: ReadRun, job: Job, scope: Scope): { name: string; url: string | null } | null {
  if (job.environment === null) return null;
  const named = job.environment.kind === "map" ? at(job.environment, "name") : job.environment;
  const url = at(job.environment, "url");
  const name = named === null ? "" : run.evaluator.text(named, scope);
  return name === "" ? null : { name, url: url?.kind === "literal" ? String(url.value) : null };
}

/** Evaluates `concurrency:` of a workflow or job; null without one, or with an empty group. */
export function concurrencyOf(run: ReadRun, template: Template | null, scope: Scope): ConcurrencySetting | null {
  if (template === null) return null;
  const value = run.evaluator.value(template, scope);
  const settings = isRecord(value) ? value : { group: value };
  const { group } = settings;
  const isNamed = typeof group === "string" || typeof group === "number" || typeof group === "boolean";
  if (!isNamed || group === "") return null;
  return {
    group: String(group),
    cancelInProgress: settings["cancel-in-progress"] === true,
    queue: settings["queue"] === "max" ? "max" : "single",
  };
}
