import type { OpenModel, OutputTensor } from "../onnx/port.ts";
import { customaryRows } from "./batch-size.ts";
import { type Batch, cutBlock, rowsOf } from "./batches.ts";

/** A model that accepts any number of rows, with the first rows of the data. */
export type Calibrated = { readonly model: OpenModel; readonly output: string; readonly sample: Batch };

const sizes = [customaryRows, 256, 4_096, 16_384] as const;
/** What a batch costs beside the model's own work is nothing to a batch of this long. */
const tooSlowMs = 100;
/** A size must be this much faster than the customary one: less is noise. */
const worthwhile = 0.97;

/**
 * The number of rows per batch with which the models predict fastest. Time decides, so no number may depend on it: where
 * any size gives any row another bit than the customary size does, it is the customary size.
 */
export async function calibrate(models: readonly Calibrated[]): Promise<number> {
  const times: Awaited<ReturnType<typeof timesOf>>[] = [];
  // One after the other, because the models share their threads.
  for (const model of models) times.push(await timesOf(model));
  const total = (at: number): number =>
    times.reduce((sum, of) => sum + (of === null ? Number.POSITIVE_INFINITY : (of[at] ?? Number.POSITIVE_INFINITY)), 0);
  const usual = total(0);
  if (!Number.isFinite(usual)) return customaryRows;
  const [best] = sizes
    .map((rows, at) => ({ rows, ms: total(at) }))
    .filter(({ ms }) => ms < usual * worthwhile)
    .toSorted((a, b) => a.ms - b.ms);
  return best?.rows ?? customaryRows;
}

/** Milliseconds by size, or null where the outputs are not the same to the bit. */
async function timesOf({ model, output, sample }: Calibrated): Promise<readonly number[] | null> {
  const [lane] = model.lanes;
  if (lane === undefined) return null;
  const run = (batch: Batch): Promise<OutputTensor> => lane.run(rowsOf(batch, 0, batch.rows).inputs, output);
  // The first run allocates what the others use; a model that takes its time is not asked four times.
  const begin = performance.now();
  await run(rowsOf(sample, 0, Math.min(sample.rows, customaryRows)));
  if (performance.now() - begin > tooSlowMs) return null;
  let usual: readonly OutputTensor[] = [];
  const times: number[] = [];
  for (const size of sizes) {
    const batches = [...cutBlock(sample, size, size)];
    const start = performance.now();
    const outputs: OutputTensor[] = [];
    for (const batch of batches) outputs.push(await run(batch));
    times.push(performance.now() - start);
    if (size === customaryRows) usual = outputs;
    else if (!isSame(usual, outputs)) return null;
  }
  return times;
}

function isSame(a: readonly OutputTensor[], b: readonly OutputTensor[]): boolean {
  const [x, y] = [flat(a), flat(b)];
  return x.length === y.length && x.every((value, at) => Object.is(value, y[at]));
}

function flat(outputs: readonly OutputTensor[]): readonly (number | string)[] {
  return outputs.flatMap(({ data }) => [...data]);
}
