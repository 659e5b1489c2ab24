import { type BinMetric, binEstimate, ece, eceAdaptive, mce, rmsce } from "./calibration.ts";
import { toRowsOfCells } from "./cell-spread.ts";
import {
  accuracy,
  balancedAccuracy,
  f1,
  f1Macro,
  f1Weighted,
  falseNegativeRate,
  falsePositiveRate,
  fBeta,
  informedness,
  jaccard,
  mcc,
  npv,
  precision,
  precisionMacro,
  precisionWeighted,
  recall,
  recallMacro,
  recallWeighted,
  selectionRate,
  specificity,
  type TableMetric,
} from "./classification.ts";
import {
  averagePrecision,
  type CornerMetric,
  giniArea,
  ks,
  partialRocAuc,
  prAuc,
  recallAtPrecision,
  rocAuc as rocArea,
} from "./corner-metrics.ts";
import type { MaybeEstimate } from "./estimate.ts";
import { kappa, kappaLinear, kappaQuadratic } from "./kappa.ts";
import { brier, brierSkill, logLoss, logLossSkill, topAccuracy } from "./loss.ts";
import { rocAucOvo } from "./one-versus-one.ts";
import { averagePrecisionMacro, cornerEstimate, gini, rocAuc, rocAucOvr, rocAucOvrWeighted } from "./ranking.ts";
import type { Side } from "./side.ts";
import { splitId } from "./spec.ts";

/**
 * How a metric of classes is computed: from the table of classes, from the corners of the ROC curve, from calibration
 * bins, or from the rows. `mean`: the value is the mean of its numbers per row.
 */
export type Estimator =
  | { readonly kind: "table"; readonly of: TableMetric }
  | { readonly kind: "corners"; readonly of: (side: Side) => MaybeEstimate; readonly metric: CornerMetric }
  | { readonly kind: "bins"; readonly of: (side: Side) => MaybeEstimate; readonly metric: BinMetric }
  | { readonly kind: "mean"; readonly of: (side: Side) => MaybeEstimate }
  | { readonly kind: "rows"; readonly of: (side: Side) => MaybeEstimate };

const table = (of: TableMetric): Estimator => ({ kind: "table", of });
const bins = (metric: BinMetric): Estimator => ({ kind: "bins", of: (side) => binEstimate(side, metric), metric });
const corners = (metric: CornerMetric): Estimator => {
  return { kind: "corners", of: (side) => cornerEstimate(side, metric), metric };
};

const estimators: Readonly<Record<string, Estimator>> = {
  roc_auc: { kind: "corners", of: rocAuc, metric: rocArea },
  gini: { kind: "corners", of: gini, metric: giniArea },
  ks: corners(ks),
  average_precision: corners(averagePrecision),
  pr_auc: corners(prAuc),
  roc_auc_ovr: { kind: "rows", of: rocAucOvr },
  roc_auc_ovr_weighted: { kind: "rows", of: rocAucOvrWeighted },
  roc_auc_ovo: { kind: "rows", of: rocAucOvo },
  average_precision_macro: { kind: "rows", of: averagePrecisionMacro },
  log_loss: { kind: "mean", of: (side) => logLoss(side) },
  brier: { kind: "mean", of: brier },
  log_loss_skill: { kind: "rows", of: logLossSkill },
  brier_skill: { kind: "rows", of: brierSkill },
  accuracy: table(accuracy),
  balanced_accuracy: table(balancedAccuracy),
  precision: table(precision),
  recall: table(recall),
  specificity: table(specificity),
  npv: table(npv),
  false_positive_rate: table(falsePositiveRate),
  false_negative_rate: table(falseNegativeRate),
  f1: table(f1),
  jaccard: table(jaccard),
  informedness: table(informedness),
  mcc: table(mcc),
  kappa: table(kappa),
  kappa_linear: table(kappaLinear),
  kappa_quadratic: table(kappaQuadratic),
  selection_rate: table(selectionRate),
  f1_macro: table(f1Macro),
  precision_macro: table(precisionMacro),
  recall_macro: table(recallMacro),
  f1_micro: table(accuracy),
  precision_micro: table(accuracy),
  recall_micro: table(accuracy),
  f1_weighted: table(f1Weighted),
  precision_weighted: table(precisionWeighted),
  recall_weighted: table(recallWeighted),
  ece: bins(ece),
  ece_adaptive: bins(eceAdaptive),
  rmsce: bins(rmsce),
  mce: bins(mce),
};

const families: Readonly<Record<string, (parameter: number) => Estimator>> = {
  roc_auc: (limit) => corners(partialRocAuc(limit)),
  recall_at_precision: (least) => corners(recallAtPrecision(least)),
  f_beta: (beta) => table(fBeta(beta)),
  top_k_accuracy: (k) => ({ kind: "mean", of: (side) => topAccuracy(side, k) }),
};

/** How a metric of binary and multiclass models is computed; null for another task's metric. */
export function estimatorOf(id: string): Estimator | null {
  const { name, parameter } = splitId(id);
  return (parameter === null ? estimators[name] : families[name]?.(parameter)) ?? null;
}

/** A metric on a model's rows, with what each row contributes to its spread. */
export function estimate(id: string, side: Side): MaybeEstimate {
  const estimator = estimatorOf(id);
  if (estimator === null) throw new RangeError(`no estimator for ${id}`);
  if (estimator.kind !== "table") return estimator.of(side);
  const counted = estimator.of(side.table());
  return counted === null ? null : { value: counted.value, perRow: toRowsOfCells(counted, side) };
}
