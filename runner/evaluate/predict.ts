import type { OpenModel } from "../onnx/port.ts";
import { type Binding, type Columns, fillInput } from "./inputs.ts";
import { type OutputPlan, toProbabilities } from "./outputs.ts";

// Fixed, so that the number of threads never changes which rows share a batch, nor any rounding.
const batchRows = 1_024;

export type Prediction = {
  readonly model: OpenModel;
  readonly bindings: readonly Binding[];
  readonly columns: Columns;
  readonly plan: OutputPlan;
  readonly rows: number;
  readonly interrupt: AbortSignal;
  readonly progress: (rowsDone: number) => void;
};

/** Predicts all rows, `rows` × `plan.classes` scores; every thread of the model takes the next batch that is left. */
export async function predict(task: Prediction): Promise<Float64Array> {
  const { model, bindings, plan, rows } = task;
  const size = bindings.find((binding) => binding.rows !== null)?.rows ?? batchRows;
  const fixed = bindings.some((binding) => binding.rows !== null);
  const scores = new Float64Array(rows * plan.classes);
  let next = 0;
  let done = 0;
  await Promise.all(
    model.lanes.map(async (lane) => {
      while (next < rows) {
        task.interrupt.throwIfAborted();
        const from = next;
        next += size;
        const to = Math.min(from + size, rows);
        const inputs = bindings.map((binding) => fillInput(binding, task.columns, from, fixed ? from + size : to));
        const output = await lane.run(inputs, plan.name);
        scores.set(toProbabilities(model, plan, output, to - from), from * plan.classes);
        done += to - from;
        task.progress(done);
      }
    }),
  );
  return scores;
}
