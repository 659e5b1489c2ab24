import type { OpenModel } from "../onnx/port.ts";
import { type Binding, type Columns, fillInput } from "./inputs.ts";
import { type OutputPlan, toProbabilities } from "./outputs.ts";
import type { RowRange } from "./shard.ts";

// Fixed, so that the number of threads never changes which rows share a batch, nor any rounding.
const batchRows = 1_024;

export type Prediction = {
  readonly model: OpenModel;
  readonly bindings: readonly Binding[];
  readonly columns: Columns;
  readonly plan: OutputPlan;
  /** The rows to predict: from a multiple of the batch on. */
  readonly range: RowRange;
  readonly interrupt: AbortSignal;
  readonly progress: (rowsDone: number) => void;
};

/** Rows in a batch: as many as the model insists on, else always the same. */
export function batchOf(bindings: readonly Binding[]): number {
  return bindings.find((binding) => binding.rows !== null)?.rows ?? batchRows;
}

/** Predicts the rows of the range, each with `plan.classes` scores; every thread of the model takes the next batch that is left. */
export async function predict(task: Prediction): Promise<Float64Array> {
  const { model, bindings, plan, range } = task;
  const size = batchOf(bindings);
  const fixed = bindings.some((binding) => binding.rows !== null);
  const scores = new Float64Array((range.to - range.from) * plan.classes);
  let next = range.from;
  let done = 0;
  await Promise.all(
    model.lanes.map(async (lane) => {
      while (next < range.to) {
        task.interrupt.throwIfAborted();
        const from = next;
        next += size;
        const to = Math.min(from + size, range.to);
        const inputs = bindings.map((binding) => fillInput(binding, task.columns, from, fixed ? from + size : to));
        const output = await lane.run(inputs, plan.name);
        scores.set(toProbabilities(model, plan, output, to - from), (from - range.from) * plan.classes);
        done += to - from;
        task.progress(done);
      }
    }),
  );
  return scores;
}
