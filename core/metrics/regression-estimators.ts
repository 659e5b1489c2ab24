import type { MaybeEstimate } from "./estimate.ts";
import {
  bias,
  mae,
  mape,
  mse,
  msle,
  pinball,
  poissonDeviance,
  smape,
  type ValueMetric,
  type ValueSample,
} from "./regression.ts";
import { pearson, spearman } from "./regression-correlation.ts";
import { explainedVariance, maxError, medae, r2, rmse, wape } from "./regression-fit.ts";
import { kendallTauB } from "./regression-kendall.ts";
import { splitId } from "./spec.ts";

/** How each metric of predicted numbers is computed, by its id. */
export const regressionEstimators: Readonly<Record<string, ValueMetric>> = {
  rmse,
  mse,
  mae,
  medae,
  max_error: maxError,
  mape,
  smape,
  wape,
  msle,
  r2,
  explained_variance: explainedVariance,
  bias,
  pearson,
  spearman,
  kendall_tau_b: kendallTauB,
  poisson_deviance: poissonDeviance,
};

/** How each metric with a number in its id is computed, by its name. */
export const regressionFamilyEstimators: Readonly<Record<string, (parameter: number) => ValueMetric>> = { pinball };

/** A metric of predicted numbers; throws RangeError for an id that is none. */
export function regressionEstimate(id: string, sample: ValueSample): MaybeEstimate {
  const { name, parameter } = splitId(id);
  const metric = parameter === null ? regressionEstimators[name] : regressionFamilyEstimators[name]?.(parameter);
  if (metric === undefined) throw new RangeError(`no estimator for ${id}`);
  return metric(sample);
}
