/**
 * A metric's value with one number per row from which its uncertainty follows: the placement (ROC AUC), the loss
 * (means), being right (0/1 metrics), or the influence of the row on the value, whose weighted mean is 0. Null where
 * nothing sound is known.
 */
export type Estimate = { readonly value: number; readonly perRow: Float64Array | null };

/** A metric that is not defined on these rows: one class only, no positives, no rows. Never 0, never 1. */
export type MaybeEstimate = Estimate | null;
