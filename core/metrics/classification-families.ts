import { binary, multiclass, ranked, ratio } from "./classification-specs.ts";
import type { MetricFamily } from "./spec.ts";

/** The metrics of binary and multiclass models that have a number in their id. */
export function classificationFamilies(threshold: number): readonly MetricFamily[] {
  const share = (of: number): boolean => of > 0 && of < 1;
  return [
    {
      name: "roc_auc",
      parameter: "the largest false positive rate, above 0 and below 1",
      example: 0.1,
      accepts: share,
      member: (rate) => ({
        ...ranked,
        id: `roc_auc@${rate}`,
        label: `ROC AUC up to FPR ${rate}`,
        definition: `roc_auc_partial/1;max_fpr=${rate};standardized=mcclish;ties=midrank`,
      }),
    },
    {
      name: "recall_at_precision",
      parameter: "the least precision, above 0 and at most 1",
      example: 0.9,
      accepts: (of) => of > 0 && of <= 1,
      member: (precision) => ({
        ...ranked,
        id: `recall_at_precision@${precision}`,
        label: `recall at precision ${precision}`,
        definition: `recall_at_precision/1;precision=${precision};ties=grouped;unreachable=0`,
      }),
    },
    {
      name: "f_beta",
      parameter: "the weight of recall, above 0",
      example: 2,
      accepts: (of) => of > 0 && Number.isFinite(of),
      member: (beta) => ({
        ...ratio,
        tasks: binary,
        id: `f_beta@${beta}`,
        label: `F${beta}`,
        definition: `f_beta/1;beta=${beta};threshold=${threshold}`,
      }),
    },
    {
      name: "top_k_accuracy",
      parameter: "a whole number of at least 1",
      example: 5,
      accepts: (of) => Number.isSafeInteger(of) && of >= 1,
      member: (k) => ({
        ...ratio,
        tasks: multiclass,
        method: "tango",
        needs: "score",
        id: `top_k_accuracy@${k}`,
        label: `top ${k} accuracy`,
        definition: `top_k_accuracy/1;k=${k};ties=first_class`,
      }),
    },
  ];
}
