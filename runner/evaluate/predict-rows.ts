import type { ModelConfig } from "../../core/config/schema.ts";
import type { Console } from "../cli/console.ts";
import type { Demand } from "../data/demands.ts";
import { type InputTaker, type Rows, readRows } from "../data/read-rows.ts";
import type { SelectList } from "../data/select-list.ts";
import { batchOf, fixedRows } from "./batch-size.ts";
import { cutBlock } from "./batches.ts";
import { type Prediction, startPrediction } from "./predict.ts";
import { resolveLabels } from "./predicted-labels.ts";
import type { Prepared, Side } from "./prepare.ts";
import { type BlockReader, planInputs } from "./read-inputs.ts";
import type { RowRange } from "./shard.ts";

export type PredictRows = {
  readonly prepared: Prepared;
  readonly evaluate: ModelConfig["evaluate"];
  /** Models that predict, with how many rows at once. */
  readonly sides: readonly { readonly side: Side; readonly size: number }[];
  /** The rows that are predicted, from the beginning of a batch on; null: all. */
  readonly range: RowRange | null;
  /** Told by the caller: see batchOf. */
  readonly batch: number | null;
  readonly interrupt: AbortSignal;
  readonly console: Console;
};

/** The rows, and what each model says of those in the range: `plan.width` numbers per row. */
export type PredictedRows = { readonly rows: Rows; readonly values: readonly Float64Array[] };

/** Reads the data once, while the models predict what was read. Throws AssayError for bad input. */
export async function predictRows(options: PredictRows): Promise<PredictedRows> {
  const { prepared, evaluate, interrupt, console } = options;
  const { source, plan } = prepared;
  const predictions = options.sides.map(({ side: { model, bindings } }) =>
    startPrediction({
      model,
      plan,
      fixedRows: fixedRows(bindings),
      interrupt,
      progress: (done) => console.progress(`${model.role}: ${done} rows`),
    }),
  );
  const inputs = (list: SelectList): { readonly taker: InputTaker; readonly demands: readonly Demand[] } => {
    const feeds = options.sides.map(({ side: { bindings }, size }, at): Feed => {
      const tail = batchOf(bindings, options.batch);
      const reader = planInputs(source, bindings, list, Math.max(size, tail));
      return { reader, prediction: predictions[at], size, tail };
    });
    return { taker: takerOf(feeds, options.range), demands: feeds.flatMap(({ reader }) => reader.demands) };
  };
  const taken = options.sides.length === 0 ? null : inputs;
  const rows = await readRows({ source, evaluate, inputs: taken, say: console.say });
  const { from, to } = options.range ?? { from: 0, to: rows.rowNumbers.length };
  const numbers = rows.rowNumbers.subarray(from, to);
  const values: Float64Array[] = [];
  for (const [at, prediction] of predictions.entries()) {
    const raw = await prediction.finish();
    const model = options.sides[at]?.side.model;
    values.push(
      model !== undefined && plan.kind === "label" ? resolveLabels(model, raw, rows.classNames, numbers) : raw.values,
    );
  }
  return { rows, values };
}

type Feed = {
  readonly reader: BlockReader;
  readonly prediction: Prediction | undefined;
  readonly size: number;
  readonly tail: number;
};

/** Cuts what is read into batches; a model that is slow holds up the reading, and that the other model. */
function takerOf(feeds: readonly Feed[], range: RowRange | null): InputTaker {
  let seen = 0;
  const pushBlock = async ({ reader, prediction, size, tail }: Feed, isLast: boolean): Promise<void> => {
    const block = reader.finish(isLast);
    if (block === null) return;
    for (const batch of cutBlock(block, size, tail)) await prediction?.push(batch);
  };
  return {
    take: async (chunk, rows) => {
      const { from, to } = range ?? { from: 0, to: Number.POSITIVE_INFINITY };
      const first = Math.max(0, from - seen);
      const wanted = rows.subarray(0, Math.max(0, Math.min(rows.length, to - seen)));
      seen += rows.length;
      await Promise.all(
        feeds.map(async (feed) => {
          for (let at = first; at < wanted.length; ) {
            at += feed.reader.take(chunk, wanted, at);
            await pushBlock(feed, false);
          }
        }),
      );
    },
    end: async () => void (await Promise.all(feeds.map((feed) => pushBlock(feed, true)))),
  };
}
