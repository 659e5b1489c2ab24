import type { Task } from "../report.ts";
import type { MetricSpec } from "./spec.ts";

/** Bins of the expected calibration error and the calibration curve. */
export const calibrationBins = 15;

/** Probabilities are clipped to [ε, 1 − ε] before a logarithm is taken. */
export const logLossEpsilon = 1e-15;

/** Scores from here on are positive, unless the configuration says otherwise. */
export const customaryThreshold = 0.5;

const both: readonly Task[] = ["binary", "multiclass"];
/** Tasks of a metric. */
export const binary: readonly Task[] = ["binary"];
/** Tasks of a metric. */
export const multiclass: readonly Task[] = ["multiclass"];

/** A ratio that is better when it is larger. */
export const ratio = {
  tasks: both,
  higherIsBetter: true,
  min: 0,
  max: 1,
  unit: "pp",
  method: "influence",
  needs: "label",
  needsBothClasses: false,
} as const;

/** A metric of the order of the scores of a binary model. */
export const ranked = { ...ratio, tasks: binary, method: "bootstrap", needs: "score", needsBothClasses: true } as const;
const ovr = { ...ratio, tasks: multiclass, needs: "score", needsBothClasses: true } as const;
const loss = {
  ...ratio,
  higherIsBetter: false,
  max: 2,
  unit: "",
  method: "paired-mean",
  needs: "probability",
} as const;
const binned = { ...ratio, higherIsBetter: false, method: "bootstrap", needs: "probability" } as const;
const correlation = { ...ratio, min: -1, unit: "" } as const;

const averaged = "absent_classes=excluded;undefined_class=undefined";
const bins = `bins=${calibrationBins}`;
const confidence = "binary=positive_class;multiclass=top_label";

/** The metrics of binary and multiclass models, with the threshold that is part of what they are. */
export function classificationSpecs(threshold: number): readonly MetricSpec[] {
  return [...rankSpecs, ...lossSpecs, ...labelSpecs(threshold), ...macroSpecs(threshold), ...calibrationSpecs];
}

const rankSpecs: readonly MetricSpec[] = [
  { ...ranked, id: "roc_auc", label: "ROC AUC", method: "delong", definition: "roc_auc/1;ties=midrank" },
  {
    ...ovr,
    id: "roc_auc_ovr",
    label: "ROC AUC (one vs rest)",
    definition: "roc_auc_ovr/1;ties=midrank;average=macro;absent_class=undefined",
  },
  {
    ...ovr,
    id: "roc_auc_ovr_weighted",
    label: "ROC AUC (one vs rest, by support)",
    definition: "roc_auc_ovr_weighted/1;ties=midrank;average=support;absent_class=undefined",
  },
  {
    ...ovr,
    id: "roc_auc_ovo",
    label: "ROC AUC (one vs one)",
    definition: "roc_auc_ovo/1;ties=midrank;average=macro;pairs=hand_till;absent_class=undefined",
  },
  { ...ranked, id: "gini", label: "Gini", min: -1, method: "delong", definition: "gini/1;ties=midrank" },
  { ...ranked, id: "ks", label: "KS", definition: "ks/1;ties=grouped" },
  {
    ...ranked,
    id: "average_precision",
    label: "average precision",
    definition: "average_precision/1;ties=grouped;interpolation=none",
  },
  {
    ...ovr,
    id: "average_precision_macro",
    label: "macro average precision",
    method: "bootstrap",
    definition: "average_precision_macro/1;ties=grouped;interpolation=none;average=macro;absent_class=undefined",
  },
  {
    ...ranked,
    id: "pr_auc",
    label: "PR AUC (trapezoid)",
    definition: "pr_auc/1;ties=grouped;interpolation=linear;start=1",
  },
];

const lossSpecs: readonly MetricSpec[] = [
  {
    ...loss,
    id: "log_loss",
    label: "log loss",
    max: -Math.log(logLossEpsilon),
    definition: "log_loss/1;clip=1e-15;float=64",
  },
  { ...loss, id: "brier", label: "Brier score", definition: "brier/1;binary=positive_class;multiclass=sum" },
  {
    ...loss,
    id: "log_loss_skill",
    label: "log loss skill",
    higherIsBetter: true,
    min: Number.NEGATIVE_INFINITY,
    max: 1,
    method: "influence",
    definition: "log_loss_skill/1;clip=1e-15;float=64;reference=prevalence",
  },
  {
    ...loss,
    id: "brier_skill",
    label: "Brier skill",
    higherIsBetter: true,
    min: Number.NEGATIVE_INFINITY,
    max: 1,
    method: "influence",
    definition: "brier_skill/1;reference=prevalence",
  },
];

function labelSpecs(threshold: number): readonly MetricSpec[] {
  const at = `threshold=${threshold}`;
  const one = { ...ratio, tasks: binary } as const;
  return [
    { ...ratio, id: "accuracy", label: "accuracy", method: "tango", definition: `accuracy/1;${at}` },
    {
      ...ratio,
      id: "balanced_accuracy",
      label: "balanced accuracy",
      definition: `balanced_accuracy/1;${at};absent_classes=excluded`,
    },
    { ...one, id: "precision", label: "precision", definition: `precision/1;${at}` },
    { ...one, id: "recall", label: "recall", definition: `recall/1;${at}` },
    { ...one, id: "specificity", label: "specificity", definition: `specificity/1;${at}` },
    { ...one, id: "npv", label: "negative predictive value", definition: `npv/1;${at}` },
    {
      ...one,
      id: "false_positive_rate",
      label: "false positive rate",
      higherIsBetter: false,
      definition: `false_positive_rate/1;${at}`,
    },
    {
      ...one,
      id: "false_negative_rate",
      label: "false negative rate",
      higherIsBetter: false,
      definition: `false_negative_rate/1;${at}`,
    },
    { ...one, id: "f1", label: "F1", definition: `f1/1;${at}` },
    { ...one, id: "jaccard", label: "Jaccard index", definition: `jaccard/1;${at}` },
    { ...one, id: "informedness", label: "informedness", min: -1, definition: `informedness/1;${at}` },
    { ...correlation, id: "mcc", label: "MCC", definition: `mcc/1;${at}` },
    { ...correlation, id: "kappa", label: "Cohen's kappa", definition: `kappa/1;${at}` },
    {
      ...correlation,
      tasks: multiclass,
      id: "kappa_linear",
      label: "kappa (linear)",
      definition: "kappa_linear/1;weights=linear",
    },
    {
      ...correlation,
      tasks: multiclass,
      id: "kappa_quadratic",
      label: "kappa (quadratic)",
      definition: "kappa_quadratic/1;weights=quadratic",
    },
    // Neither direction is better by itself; the registry has to name one.
    { ...one, id: "selection_rate", label: "selection rate", definition: `selection_rate/1;${at}` },
  ];
}

function macroSpecs(threshold: number): readonly MetricSpec[] {
  const macro = `threshold=${threshold};average=macro;${averaged}`;
  const several = { ...ratio, tasks: multiclass } as const;
  const averages = [
    { name: "f1", label: "F1" },
    { name: "precision", label: "precision" },
    { name: "recall", label: "recall" },
  ] as const;
  return [
    ...averages.map(({ name, label }) => {
      return { ...ratio, id: `${name}_macro`, label: `macro ${label}`, definition: `${name}_macro/1;${macro}` };
    }),
    ...averages.flatMap(({ name, label }) => [
      {
        ...several,
        id: `${name}_micro`,
        label: `micro ${label}`,
        method: "tango" as const,
        definition: `${name}_micro/1;average=micro`,
      },
      {
        ...several,
        id: `${name}_weighted`,
        label: `${label} by support`,
        definition: `${name}_weighted/1;average=support;undefined_class=undefined`,
      },
    ]),
  ];
}

const calibrationSpecs: readonly MetricSpec[] = [
  { ...binned, id: "ece", label: "calibration error (ECE)", definition: `ece/1;${bins};width=equal;${confidence}` },
  {
    ...binned,
    id: "ece_adaptive",
    label: "calibration error (equal mass)",
    definition: `ece_adaptive/1;${bins};mass=equal;ties=together;${confidence}`,
  },
  {
    ...binned,
    id: "rmsce",
    label: "calibration error (RMS)",
    definition: `rmsce/1;${bins};width=equal;${confidence}`,
  },
  {
    ...binned,
    id: "mce",
    label: "calibration error (largest)",
    definition: `mce/1;${bins};width=equal;${confidence}`,
  },
];
