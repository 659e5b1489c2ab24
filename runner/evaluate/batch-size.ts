import type { Binding } from "./inputs.ts";

/** Rows in a batch unless measured or told otherwise. */
export const customaryRows = 1_024;
const longBlockRows = 8_192;
const maxBatchBytes = 32 * 1024 * 1024;

/**
 * Rows in a batch: as many as the model insists on, else as told, else always the same for rows of that width, so that
 * the number of threads or shards never changes which rows share a batch, nor any rounding.
 */
export function batchOf(bindings: readonly Binding[], told: number | null = null): number {
  const fixed = fixedRows(bindings);
  if (fixed !== null) return fixed;
  if (told !== null) return told;
  let rows = customaryRows;
  while (rows > 1 && rows * bytesPerRow(bindings) > maxBatchBytes) rows /= 2;
  return rows;
}

/** The number of rows that the model insists on, or null. */
export function fixedRows(bindings: readonly Binding[]): number | null {
  return bindings.find((binding) => binding.rows !== null)?.rows ?? null;
}

/** Rows that go to a thread at once, in whole batches: several where there are many rows, because a message costs time. */
export function blockRows(bindings: readonly Binding[], batch: number, isLong: boolean): number {
  if (!isLong) return batch;
  const most = Math.min(longBlockRows, maxBatchBytes / Math.max(1, bytesPerRow(bindings)));
  return batch * Math.max(1, Math.floor(most / batch));
}

/** Bytes of a row's inputs, eight for each element. */
export function bytesPerRow(bindings: readonly Binding[]): number {
  return bindings.reduce((sum, { width }) => sum + width * 8, 0);
}
