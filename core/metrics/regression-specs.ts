import type { MetricFamily, MetricSpec } from "./spec.ts";

const loss = {
  tasks: ["regression"],
  higherIsBetter: false,
  min: 0,
  max: Number.POSITIVE_INFINITY,
  unit: "",
  method: "paired-mean",
  needs: "score",
  needsBothClasses: false,
} as const;

const fit = { ...loss, higherIsBetter: true, min: Number.NEGATIVE_INFINITY, max: 1, method: "influence" } as const;
const correlation = { ...fit, min: -1 } as const;
const constants = "constant=undefined";

/** The metrics of models that predict a number. Those in the unit of the label have no unit of their own. */
export const regressionSpecs: readonly MetricSpec[] = [
  { ...loss, id: "rmse", label: "RMSE", method: "influence", definition: "rmse/1" },
  { ...loss, id: "mse", label: "MSE", definition: "mse/1" },
  { ...loss, id: "mae", label: "MAE", definition: "mae/1" },
  {
    ...loss,
    id: "medae",
    label: "median absolute error",
    method: "bootstrap",
    definition: "medae/1;middle=mean_of_two",
  },
  { ...loss, id: "max_error", label: "largest error", method: "none", definition: "max_error/1" },
  { ...loss, id: "mape", label: "MAPE", unit: "pp", definition: "mape/1;zero_truth=undefined" },
  { ...loss, id: "smape", label: "sMAPE", max: 2, unit: "pp", definition: "smape/1;range=0_to_2;both_zero=0" },
  {
    ...loss,
    id: "wape",
    label: "WAPE",
    unit: "pp",
    method: "influence",
    definition: "wape/1;all_zero_truth=undefined",
  },
  { ...loss, id: "msle", label: "MSLE", definition: "msle/1;at_most_minus_one=undefined" },
  { ...fit, id: "r2", label: "R²", definition: `r2/1;${constants}` },
  { ...fit, id: "explained_variance", label: "explained variance", definition: `explained_variance/1;${constants}` },
  // Neither direction is better by itself; the registry has to name one. Above 0 the model predicts too much.
  { ...loss, id: "bias", label: "bias", min: Number.NEGATIVE_INFINITY, definition: "bias/1;predicted_minus_truth" },
  { ...correlation, id: "pearson", label: "Pearson correlation", definition: `pearson/1;${constants}` },
  { ...correlation, id: "spearman", label: "Spearman correlation", definition: `spearman/1;ties=midrank;${constants}` },
  { ...correlation, id: "kendall_tau_b", label: "Kendall's τ", definition: `kendall_tau_b/1;${constants}` },
  {
    ...loss,
    id: "poisson_deviance",
    label: "Poisson deviance",
    definition: "poisson_deviance/1;negative_truth=undefined;prediction_not_above_0=undefined",
  },
];

/** The metrics of predicted numbers that have a number in their id. */
export const regressionFamilies: readonly MetricFamily[] = [
  {
    name: "pinball",
    parameter: "the quantile that the model predicts, above 0 and below 1",
    example: 0.9,
    accepts: (quantile) => quantile > 0 && quantile < 1,
    member: (quantile) => ({
      ...loss,
      id: `pinball@${quantile}`,
      label: `pinball loss at ${quantile}`,
      definition: `pinball/1;quantile=${quantile}`,
    }),
  },
];
