import { type Batch, cutsOf, rowsOf } from "../onnx/batches.ts";
import type { OpenModel, OutputTensor } from "../onnx/port.ts";
import { customaryRows } from "./batch-size.ts";

/** A model that accepts any number of rows, with the first rows of the data. */
export type Calibrated = { readonly model: OpenModel; readonly output: string; readonly sample: Batch };

const [small, large, largest] = [256, 4_096, 16_384] as const;
/** What a batch costs beside the model's own work is nothing to a batch of this long. */
const tooSlowMs = 100;
/** A size must be this much faster than another: less is noise. */
const worthwhile = 0.97;

/**
 * The number of rows per batch with which the models predict fastest. Time decides, so no number may depend on it: where
 * any size that is tried gives any row another bit than the customary size does, it is the customary size. Few rows tell
 * that no other size is worth while, as is most often so; one that seems to be is tried again.
 */
export async function calibrate(models: readonly Calibrated[]): Promise<number> {
  // The first run allocates what the others use; a model that takes its time is not asked again.
  const first = await measure(models, customaryRows, customaryRows);
  if (first.slowestMs > tooSlowMs) return customaryRows;
  const [usual, smaller, larger] = [
    await measure(models, customaryRows, large),
    await measure(models, small, large),
    await measure(models, large, large),
  ];
  if (!isSame(usual, smaller) || !isSame(usual, larger)) return customaryRows;
  const size = larger.ms < smaller.ms ? large : small;
  if (!isFaster(size === large ? larger : smaller, usual)) return customaryRows;
  const again = await measure(models, customaryRows, largest);
  const wanted = await measure(models, size, largest);
  if (!isSame(again, wanted) || !isFaster(wanted, again)) return customaryRows;
  if (size === small) return small;
  const whole = await measure(models, largest, largest);
  if (!isSame(again, whole)) return customaryRows;
  return isFaster(whole, wanted) ? largest : large;
}

/** How long all models took for the first rows, and what they gave. */
type Measured = { readonly ms: number; readonly slowestMs: number; readonly given: readonly (number | string)[] };

async function measure(models: readonly Calibrated[], size: number, upTo: number): Promise<Measured> {
  const times: number[] = [];
  const given: OutputTensor[] = [];
  // One after the other, because the models share their threads.
  for (const { model, output, sample } of models) {
    const rows = Math.min(sample.rows, upTo);
    const { inputs } = rowsOf(sample, 0, rows);
    const start = performance.now();
    const [outputs = []] =
      (await model.lanes[0]?.run({
        models: [model.place],
        inputs,
        cuts: cutsOf(rows, size, size),
        fixedRows: null,
        output,
      })) ?? [];
    times.push(performance.now() - start);
    given.push(...outputs);
  }
  return {
    ms: times.reduce((sum, ms) => sum + ms, 0),
    slowestMs: Math.max(...times),
    given: given.flatMap(({ data }) => [...data]),
  };
}

function isFaster(a: Measured, b: Measured): boolean {
  return a.ms < b.ms * worthwhile;
}

function isSame(a: Measured, b: Measured): boolean {
  return a.given.length === b.given.length && a.given.every((value, at) => Object.is(value, b.given[at]));
}
