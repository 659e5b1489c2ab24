import { withRoom } from "../data/collect.ts";
import { type Batch, cutsOf } from "../onnx/batches.ts";
import type { Lane, OpenModel, OutputTensor } from "../onnx/port.ts";
import { type OutputPlan, readOutput } from "./outputs.ts";
import type { RawLabels } from "./predicted-labels.ts";

export type Predicting = {
  /** Models that take the same inputs, in the same threads. */
  readonly models: readonly OpenModel[];
  readonly plan: OutputPlan;
  /** How blocks are cut into batches: see cutsOf. */
  readonly size: number;
  readonly tail: number;
  /** The models accept only this many rows at once; null: any number. */
  readonly fixedRows: number | null;
  readonly interrupt: AbortSignal;
  readonly progress: (rowsDone: number) => void;
};

/** Models at work on block after block of rows. */
export type Prediction = {
  /** Hands a block to a thread; waits while all of them have enough to do. Throws what went wrong with one before. */
  readonly push: (block: Batch) => Promise<void>;
  /** What each model said of all rows, `plan.width` numbers each, in the order of the blocks. */
  readonly finish: () => Promise<readonly RawLabels[]>;
};

/** One block is predicted and one lies ready: a thread never waits, and the rest of the data stays on disk. */
const blocksPerLane = 2;

/** Starts to predict. Every block goes to the thread with the least to do; its place decides where its rows are kept. */
export function startPrediction(options: Predicting): Prediction {
  const { models, plan, size, tail, fixedRows, interrupt, progress } = options;
  const lanes = (models[0]?.lanes ?? []).map((lane) => ({ lane, pending: new Set<Promise<void>>() }));
  const said = models.map((model) => collectOutputs(model, plan));
  const places = models.map(({ place }) => place);
  let [given, done] = [0, 0];
  const failures: unknown[] = [];

  const runBlock = async (lane: Lane, { rows, inputs }: Batch, from: number): Promise<void> => {
    const cuts = cutsOf(rows, size, tail);
    const outputs = await lane.run({ models: places, inputs, cuts, fixedRows, output: plan.name });
    for (const [at, { put }] of said.entries()) put(outputs[at] ?? [], cuts, from);
    done += rows;
    progress(done);
  };
  const throwFailure = (): void => {
    interrupt.throwIfAborted();
    if (failures.length > 0) throw failures[0];
  };
  return {
    push: async (block) => {
      let [free] = lanes.toSorted((a, b) => a.pending.size - b.pending.size);
      while (free !== undefined && free.pending.size >= blocksPerLane) {
        await Promise.race(lanes.flatMap(({ pending }) => [...pending]));
        [free] = lanes.toSorted((a, b) => a.pending.size - b.pending.size);
      }
      throwFailure();
      if (free === undefined) throw new Error("the model has no thread");
      const { lane, pending } = free;
      const run = runBlock(lane, block, given)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => pending.delete(run));
      pending.add(run);
      given += block.rows;
    },
    finish: async () => {
      await Promise.all(lanes.flatMap(({ pending }) => [...pending]));
      throwFailure();
      return said.map(({ result }) => result(given));
    },
  };
}

/** Keeps what one model says where its rows belong. */
function collectOutputs(model: OpenModel, plan: OutputPlan) {
  const texts = createTexts();
  let scores = new Float64Array(0);
  return {
    put: (outputs: readonly OutputTensor[], cuts: readonly number[], first: number): void => {
      let from = first;
      for (const [at, output] of outputs.entries()) {
        const rows = cuts[at] ?? 0;
        const values = readOutput(model, plan, output, rows, texts.codeOf);
        scores = withRoom(scores, (from + rows) * plan.width);
        scores.set(values, from * plan.width);
        from += rows;
      }
    },
    result: (rows: number): RawLabels => ({ values: scores.subarray(0, rows * plan.width), texts: texts.values() }),
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
