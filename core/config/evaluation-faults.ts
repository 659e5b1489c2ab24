import { metricFault, metricSpec, type Scoring } from "../metrics/registry.ts";
import type { ModelConfig } from "./schema.ts";
import type { SemanticFault } from "./semantic-fault.ts";

type Evaluate = ModelConfig["evaluate"];

/** What the parts of `evaluate` ask of each other: paths start inside it. */
export function evaluationFaults(evaluate: Evaluate): readonly SemanticFault[] {
  return [
    ...metricFaults(evaluate),
    ...taskFaults(evaluate),
    ...columnFaults(evaluate),
    ...listedTwice("slices", "a slice", evaluate.slices),
    ...listedTwice("fairness", "a column", evaluate.fairness),
    ...listedTwice("metrics", "a metric", evaluate.metrics),
  ];
}

function metricFaults({ task, metrics, output }: Evaluate): readonly SemanticFault[] {
  return metrics.flatMap((id, index) => {
    // What running a model costs is asked for next to what it predicts.
    if (metricSpec(id)?.method === "operation") return [];
    const message = metricFault(task, id, scoringOf(output.kind));
    return message === null ? [] : [{ path: ["metrics", index], message }];
  });
}

/** What an output gives: logits are turned into probabilities by the configuration's word, never by their look. */
function scoringOf(kind: Evaluate["output"]["kind"]): Scoring {
  return kind === "label" ? "label" : "probability";
}

function taskFaults({ task, classes, output, group, fairness, shards, role }: Evaluate): readonly SemanticFault[] {
  const faults: SemanticFault[] = [];
  const isClassifier = task === "binary" || task === "multiclass";
  if (task === "multiclass" && classes === undefined) {
    faults.push({ path: [], message: "a multiclass model needs classes, in the order of its output" });
  }
  if (isClassifier && output.kind === "value") {
    const message = `the output of a ${task} model is a probability, a logit or a label, not a value`;
    faults.push({ path: ["output", "kind"], message });
  }
  if (!isClassifier && output.kind !== "value") {
    faults.push({ path: ["output"], message: `the output of a ${task} model is a value: write kind: value` });
  }
  if (task === "ranking" && group === undefined) {
    faults.push({ path: [], message: "a ranking model needs group, the column that names each row's query" });
  }
  if (task !== "binary" && fairness.length > 0) {
    faults.push({
      path: ["fairness"],
      message: `fairness compares the groups of a binary model, not of a ${task} one`,
    });
  }
  if (shards > 1 && role === "sealed") {
    const message = "sealed data is evaluated by one job: shards would take its predictions off the machine";
    faults.push({ path: ["shards"], message });
  }
  return faults;
}

/** One column cannot be the truth, the weight and the group at once. */
function columnFaults({ label, weight, group }: Evaluate): readonly SemanticFault[] {
  const faults: SemanticFault[] = [];
  if (weight === label) faults.push({ path: ["weight"], message: "the column of the weight is the label's" });
  if (group === label) faults.push({ path: ["group"], message: "the column of the group is the label's" });
  if (group !== undefined && group === weight) {
    faults.push({ path: ["group"], message: "the column of the group is the weight's" });
  }
  return faults;
}

function listedTwice(key: string, what: string, entries: readonly string[]): readonly SemanticFault[] {
  return new Set(entries).size === entries.length ? [] : [{ path: [key], message: `${what} is listed twice` }];
}
