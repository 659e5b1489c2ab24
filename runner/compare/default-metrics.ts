import { metricFault } from "../../core/metrics/registry.ts";
import type { Task } from "../../core/report.ts";

const byTask: Readonly<Record<Task, readonly string[]>> = {
  binary: ["roc_auc", "average_precision", "log_loss", "brier", "ece", "accuracy", "f1"],
  multiclass: ["accuracy", "balanced_accuracy", "f1_macro", "roc_auc_ovr", "log_loss", "brier", "ece"],
  regression: ["rmse", "mae", "r2", "bias"],
  ranking: ["ndcg@10", "map", "mrr", "recall@10"],
};

// A score that is no probability has no natural threshold, so what depends on one is measured only when asked for.
const ofScores: readonly string[] = ["roc_auc", "average_precision"];

/** What is measured when nobody says what: the customary metrics of the task, best known first. */
export function defaultMetrics(task: Task, scores: boolean): readonly string[] {
  return (task === "binary" && scores ? ofScores : byTask[task]).filter((id) => metricFault(task, id) === null);
}
