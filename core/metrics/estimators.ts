import { ece } from "./calibration.ts";
import {
  accuracy,
  balancedAccuracy,
  f1,
  f1Macro,
  mcc,
  precision,
  precisionMacro,
  recall,
  recallMacro,
  specificity,
} from "./classification.ts";
import type { MaybeEstimate } from "./estimate.ts";
import { brier, logLoss } from "./loss.ts";
import { averagePrecision, averagePrecisionMacro, rocAuc, rocAucOvr } from "./ranking.ts";
import type { Side } from "./side.ts";

/** How each metric of the registry is computed. */
export const estimators: Readonly<Record<string, (side: Side) => MaybeEstimate>> = {
  roc_auc: rocAuc,
  roc_auc_ovr: rocAucOvr,
  average_precision: averagePrecision,
  average_precision_macro: averagePrecisionMacro,
  log_loss: (side) => logLoss(side),
  brier,
  accuracy,
  balanced_accuracy: balancedAccuracy,
  precision,
  recall,
  specificity,
  f1,
  f1_macro: f1Macro,
  precision_macro: precisionMacro,
  recall_macro: recallMacro,
  mcc,
  ece,
};
