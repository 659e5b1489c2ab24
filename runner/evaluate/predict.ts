import { withRoom } from "../data/collect.ts";
import type { Lane, OpenModel } from "../onnx/port.ts";
import { type Batch, padBatch } from "./batches.ts";
import { type OutputPlan, readOutput } from "./outputs.ts";
import type { RawLabels } from "./predicted-labels.ts";

export type Predicting = {
  readonly model: OpenModel;
  readonly plan: OutputPlan;
  /** The model accepts only this many rows at once; null: any number. */
  readonly fixedRows: number | null;
  readonly interrupt: AbortSignal;
  readonly progress: (rowsDone: number) => void;
};

/** A model at work on batch after batch. */
export type Prediction = {
  /** Hands a batch to a thread; waits while all of them have enough to do. Throws what went wrong with one before. */
  readonly push: (batch: Batch) => Promise<void>;
  /** What the model said of all rows, `plan.width` numbers each, in the order of the batches. */
  readonly finish: () => Promise<RawLabels>;
};

/** One batch is predicted and one lies ready: a thread never waits, and the rest of the data stays on disk. */
const batchesPerLane = 2;

/** Starts to predict. Every batch goes to the thread with the least to do; its place decides where its rows are kept. */
export function startPrediction({ model, plan, fixedRows, interrupt, progress }: Predicting): Prediction {
  const lanes = model.lanes.map((lane) => ({ lane, pending: new Set<Promise<void>>() }));
  const texts = createTexts();
  let scores = new Float64Array(0);
  let [given, done] = [0, 0];
  const failures: unknown[] = [];

  const runBatch = async (lane: Lane, batch: Batch, from: number): Promise<void> => {
    const { inputs } = fixedRows === null ? batch : padBatch(batch, fixedRows);
    const output = await lane.run(inputs, plan.name);
    const values = readOutput(model, plan, output, batch.rows, texts.codeOf);
    scores = withRoom(scores, (from + batch.rows) * plan.width);
    scores.set(values, from * plan.width);
    done += batch.rows;
    progress(done);
  };
  const throwFailure = (): void => {
    interrupt.throwIfAborted();
    if (failures.length > 0) throw failures[0];
  };
  return {
    push: async (batch) => {
      let [free] = lanes.toSorted((a, b) => a.pending.size - b.pending.size);
      while (free !== undefined && free.pending.size >= batchesPerLane) {
        await Promise.race(lanes.flatMap(({ pending }) => [...pending]));
        [free] = lanes.toSorted((a, b) => a.pending.size - b.pending.size);
      }
      throwFailure();
      if (free === undefined) throw new Error("the model has no thread");
      const { lane, pending } = free;
      const run = runBatch(lane, batch, given)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => pending.delete(run));
      pending.add(run);
      given += batch.rows;
    },
    finish: async () => {
      await Promise.all(lanes.flatMap(({ pending }) => [...pending]));
      throwFailure();
      return { values: scores.subarray(0, given * plan.width), texts: texts.values() };
    },
  };
}

/** Numbers the texts of label outputs; there are none where a model gives numbers. */
function createTexts() {
  const places = new Map<string, number>();
  return {
    codeOf: (text: string): number => {
      const place = places.get(text) ?? places.size;
      places.set(text, place);
      return place;
    },
    values: (): readonly string[] | null => (places.size === 0 ? null : [...places.keys()]),
  };
}
