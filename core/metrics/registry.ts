import { nearest } from "../nearest.ts";
import type { Task } from "../report.ts";
import { classificationFamilies } from "./classification-families.ts";
import { classificationSpecs, customaryThreshold } from "./classification-specs.ts";
import { operationSpecs } from "./operation-specs.ts";
import { regressionFamilies, regressionSpecs } from "./regression-specs.ts";
import { retrievalFamilies, retrievalSpecs } from "./retrieval-specs.ts";
import { type MetricFamily, type MetricSpec, type Needs, splitId } from "./spec.ts";

export { calibrationBins, customaryThreshold, logLossEpsilon } from "./classification-specs.ts";
export { type Method, type MetricSpec, type Needs, splitId } from "./spec.ts";

/** What the predictions of a model are: see `needs` of a metric. */
export type Scoring = Needs;

type Registry = {
  readonly specs: readonly MetricSpec[];
  readonly byId: ReadonlyMap<string, MetricSpec>;
  readonly families: ReadonlyMap<string, MetricFamily>;
};

const customary = registryAt(customaryThreshold);

/** The metric of that id, or null. Its definition names the threshold where it depends on one. */
export function metricSpec(id: string, threshold: number = customaryThreshold): MetricSpec | null {
  const { byId, families } = threshold === customaryThreshold ? customary : registryAt(threshold);
  const plain = byId.get(id);
  if (plain !== undefined) return plain;
  const { name, parameter } = splitId(id);
  const family = families.get(name);
  if (family === undefined || parameter === null || !family.accepts(parameter)) return null;
  return family.member(parameter);
}

/** Ids of the metrics that a task has, in the order in which a report lists them; families with one member each. */
export function metricIds(task: Task): readonly string[] {
  const of = customary.specs.filter((spec) => spec.tasks.includes(task) && spec.method !== "operation");
  return of.map((spec) => spec.id);
}

/**
 * What is wrong with a configured metric id, as a sentence that names the valid ones; null when it is fine. `scoring`
 * is what the predictions are: a score that is no probability has no log loss, a label no ROC AUC.
 */
export function metricFault(task: Task, id: string, scoring: Scoring = "probability"): string | null {
  const spec = metricSpec(id);
  const measurable = (of: MetricSpec): boolean => of.method !== "operation" && of.tasks.includes(task);
  if (spec !== null && measurable(spec)) return needFault(spec, task, scoring);
  const ids = metricIds(task);
  const known = `metrics for ${task}: ${ids.join(", ")}`;
  if (spec?.method === "operation") {
    return `${id} is measured with every model and is not listed under metrics; ${known}`;
  }
  if (spec !== null) return `${id} is not a metric of ${task} models${hint(id, ids)}; ${known}`;
  const family = customary.families.get(splitId(id).name);
  if (family !== undefined) {
    return `${id} needs a number after @: ${family.parameter}, such as ${family.name}@${family.example}; ${known}`;
  }
  return `there is no metric ${id}${hint(id, ids)}; ${known}`;
}

const rank: Readonly<Record<Needs, number>> = { label: 0, score: 1, probability: 2 };

/** Whether predictions of that form are enough for the metric. */
export function suffices(spec: MetricSpec, scoring: Scoring): boolean {
  return rank[scoring] >= rank[spec.needs];
}

function needFault(spec: MetricSpec, task: Task, scoring: Scoring): string | null {
  if (suffices(spec, scoring)) return null;
  const given = scoring === "label" ? "labels" : "scores that are no probabilities";
  const needed = spec.needs === "probability" ? "probabilities" : "scores";
  const possible = customary.specs.filter((each) => each.tasks.includes(task) && suffices(each, scoring));
  const ids = possible.filter((each) => each.method !== "operation").map((each) => each.id);
  return `${spec.id} needs ${needed}, but the predictions are ${given}; metrics of ${given}: ${ids.join(", ")}`;
}

function hint(id: string, ids: readonly string[]): string {
  const near = nearest(id, ids);
  return near === null ? "" : ` (did you mean ${near}?)`;
}

function registryAt(threshold: number): Registry {
  const families = [...classificationFamilies(threshold), ...regressionFamilies, ...retrievalFamilies];
  const examples = families.map((family) => family.member(family.example));
  const plain = [...classificationSpecs(threshold), ...regressionSpecs, ...retrievalSpecs];
  const specs = [...plain, ...examples, ...operationSpecs];
  return { specs, byId: byIdOf(specs), families: new Map(families.map((family) => [family.name, family])) };
}

function byIdOf(specs: readonly MetricSpec[]): ReadonlyMap<string, MetricSpec> {
  return new Map(specs.map((spec) => [spec.id, spec]));
}

/** Every metric id there is, operational ones included; families with one member each. */
export const allMetricIds: readonly string[] = customary.specs.map((spec) => spec.id);

/** What a metric is counted over: the rows, or the queries of a ranking task. */
export function unitOf(id: string): "row" | "query" {
  const tasks = metricSpec(id)?.tasks ?? [];
  return tasks.length === 1 && tasks[0] === "ranking" ? "query" : "row";
}
