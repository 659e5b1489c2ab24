import { nearest } from "../nearest.ts";
import type { Task } from "../report.ts";

/** How a difference of two models is tested: see core/metrics/compare.ts. `none` means a value without an interval. */
export type Method = "tango" | "delong" | "paired-mean" | "influence" | "none";

/** What a metric is, apart from how it is computed. `definition` is its fingerprint: numbers compare only if equal. */
export type MetricSpec = {
  readonly id: string;
  readonly label: string;
  readonly tasks: readonly Task[];
  readonly higherIsBetter: boolean;
  readonly min: number;
  readonly max: number;
  /** `pp`: a ratio whose differences are shown in percentage points; empty: a plain number. */
  readonly unit: "pp" | "";
  readonly definition: string;
  readonly method: Method;
  /** Rank metrics say nothing about a slice with fewer than ten rows of a class. */
  readonly needsBothClasses: boolean;
};

/** Bins of equal width of the expected calibration error and the calibration curve. */
export const calibrationBins = 15;

/** Probabilities are clipped to [ε, 1 − ε] before a logarithm is taken. */
export const logLossEpsilon = 1e-15;

const both: readonly Task[] = ["binary", "multiclass"];
const binary: readonly Task[] = ["binary"];
const multiclass: readonly Task[] = ["multiclass"];

const ratio = {
  tasks: both,
  higherIsBetter: true,
  min: 0,
  max: 1,
  unit: "pp",
  method: "influence",
  needsBothClasses: false,
} as const;

const macro = "average=macro;absent_classes=excluded;undefined_class=undefined";

const specs: readonly MetricSpec[] = [
  {
    ...ratio,
    id: "roc_auc",
    label: "ROC AUC",
    tasks: binary,
    method: "delong",
    definition: "roc_auc/1;ties=midrank",
    needsBothClasses: true,
  },
  {
    ...ratio,
    id: "roc_auc_ovr",
    label: "ROC AUC (one vs rest)",
    tasks: multiclass,
    definition: "roc_auc_ovr/1;ties=midrank;average=macro;absent_class=undefined",
    needsBothClasses: true,
  },
  {
    ...ratio,
    id: "average_precision",
    label: "average precision",
    tasks: binary,
    definition: "average_precision/1;ties=grouped;interpolation=none",
    needsBothClasses: true,
  },
  {
    ...ratio,
    id: "average_precision_macro",
    label: "macro average precision",
    tasks: multiclass,
    definition: "average_precision_macro/1;ties=grouped;interpolation=none;average=macro;absent_class=undefined",
    needsBothClasses: true,
  },
  {
    ...ratio,
    id: "log_loss",
    label: "log loss",
    higherIsBetter: false,
    max: -Math.log(logLossEpsilon),
    unit: "",
    method: "paired-mean",
    definition: "log_loss/1;clip=1e-15;float=64",
  },
  {
    ...ratio,
    id: "brier",
    label: "Brier score",
    higherIsBetter: false,
    max: 2,
    unit: "",
    method: "paired-mean",
    definition: "brier/1;binary=positive_class;multiclass=sum",
  },
  { ...ratio, id: "accuracy", label: "accuracy", method: "tango", definition: "accuracy/1;threshold=0.5" },
  {
    ...ratio,
    id: "balanced_accuracy",
    label: "balanced accuracy",
    definition: "balanced_accuracy/1;threshold=0.5;absent_classes=excluded",
  },
  { ...ratio, id: "precision", label: "precision", tasks: binary, definition: "precision/1;threshold=0.5" },
  { ...ratio, id: "recall", label: "recall", tasks: binary, definition: "recall/1;threshold=0.5" },
  { ...ratio, id: "specificity", label: "specificity", tasks: binary, definition: "specificity/1;threshold=0.5" },
  { ...ratio, id: "f1", label: "F1", tasks: binary, definition: "f1/1;threshold=0.5" },
  { ...ratio, id: "f1_macro", label: "macro F1", definition: `f1_macro/1;threshold=0.5;${macro}` },
  { ...ratio, id: "precision_macro", label: "macro precision", definition: `precision_macro/1;threshold=0.5;${macro}` },
  { ...ratio, id: "recall_macro", label: "macro recall", definition: `recall_macro/1;threshold=0.5;${macro}` },
  { ...ratio, id: "mcc", label: "MCC", min: -1, unit: "", definition: "mcc/1;threshold=0.5" },
  {
    ...ratio,
    id: "ece",
    label: "calibration error (ECE)",
    higherIsBetter: false,
    method: "none",
    definition: `ece/1;bins=${calibrationBins};width=equal;binary=positive_class;multiclass=top_label`,
  },
];

const byId: ReadonlyMap<string, MetricSpec> = new Map(specs.map((spec) => [spec.id, spec]));

/** The metric of that id, or null. */
export function metricSpec(id: string): MetricSpec | null {
  return byId.get(id) ?? null;
}

/** Ids of the metrics that a task has, in the order in which a report lists them. */
export function metricIds(task: Task): readonly string[] {
  return specs.filter((spec) => spec.tasks.includes(task)).map((spec) => spec.id);
}

/** What is wrong with a configured metric id, as a sentence that names the valid ones; null when it is fine. */
export function metricFault(task: Task, id: string): string | null {
  const spec = metricSpec(id);
  if (spec?.tasks.includes(task) === true) return null;
  const ids = metricIds(task);
  const hint = nearest(id, ids);
  const problem = spec === null ? `there is no metric ${id}` : `${id} is not a metric of ${task} models`;
  return `${problem}${hint === null ? "" : ` (did you mean ${hint}?)`}; metrics for ${task}: ${ids.join(", ")}`;
}

/** Every metric id there is. */
export const allMetricIds: readonly string[] = specs.map((spec) => spec.id);
