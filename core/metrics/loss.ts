import { meanOf, tabulate } from "../stats/sums.ts";
import type { MaybeEstimate } from "./estimate.ts";
import { logLossEpsilon } from "./registry.ts";
import { probability, type Side } from "./side.ts";

/** −mean ln p of the true class, p clipped to [ε, 1 − ε]. */
export function logLoss(side: Side, epsilon: number = logLossEpsilon): MaybeEstimate {
  return mean(side, (label, row) => {
    const p = probability(side.predictions, row, label);
    return -Math.log(Math.min(1 - epsilon, Math.max(epsilon, p)));
  });
}

/** Binary: mean (p − y)². Multiclass: mean Σ (p_k − y_k)² over the classes. */
export function brier(side: Side): MaybeEstimate {
  if (side.predictions.kind === "binary") {
    return mean(side, (label, row) => (probability(side.predictions, row, 1) - label) ** 2);
  }
  return mean(side, (label, row) => {
    let sum = 0;
    for (let k = 0; k < side.classes; k++) {
      sum += (probability(side.predictions, row, k) - (k === label ? 1 : 0)) ** 2;
    }
    return sum;
  });
}

function mean(side: Side, loss: (label: number, row: number) => number): MaybeEstimate {
  if (side.n === 0) return null;
  const perRow = tabulate(side.n, (row) => loss(side.labels[row] ?? 0, row));
  return { value: meanOf(perRow), perRow };
}
