import type { ModelConfig } from "../../core/config/schema.ts";
import type { Console } from "../cli/console.ts";
import type { Demand } from "../data/demands.ts";
import { type InputTaker, type Rows, readRows } from "../data/read-rows.ts";
import type { SelectList } from "../data/select-list.ts";
import type { OpenModel } from "../onnx/port.ts";
import { batchOf, blockRows, fixedRows } from "./batch-size.ts";
import type { Binding } from "./inputs.ts";
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
  /** Whether there are so many rows that every thread gets its share of several batches at once. */
  readonly isLong: boolean;
  readonly interrupt: AbortSignal;
  readonly console: Console;
};

/** The rows, and what each model says of those in the range: `plan.width` numbers per row. */
export type PredictedRows = { readonly rows: Rows; readonly values: readonly Float64Array[] };

/** Reads the data once, while the models predict what was read. Throws AssayError for bad input. */
export async function predictRows(options: PredictRows): Promise<PredictedRows> {
  const { prepared, evaluate, console } = options;
  const { source, plan } = prepared;
  const teams = teamsOf(options);
  const inputs = (list: SelectList): { readonly taker: InputTaker; readonly demands: readonly Demand[] } => {
    const feeds = teams.map(({ bindings, capacity, prediction }): Feed => {
      return { reader: planInputs(source, bindings, list, capacity), prediction };
    });
    return { taker: takerOf(feeds, options.range), demands: feeds.flatMap(({ reader }) => reader.demands) };
  };
  const taken = options.sides.length === 0 ? null : inputs;
  const rows = await readRows({ source, evaluate, inputs: taken, say: console.say });
  const { from, to } = options.range ?? { from: 0, to: rows.rowNumbers.length };
  const numbers = rows.rowNumbers.subarray(from, to);
  const said = new Map<OpenModel, Float64Array>();
  for (const { models, prediction } of teams)
    for (const [at, raw] of (await prediction.finish()).entries()) {
      const model = models[at];
      if (model === undefined) continue;
      said.set(model, plan.kind === "label" ? resolveLabels(model, raw, rows.classNames, numbers) : raw.values);
    }
  return { rows, values: options.sides.map(({ side: { model } }) => said.get(model) ?? new Float64Array(0)) };
}

/** Models that take the same inputs: what is read is made into tensors once, and one message takes it to a thread. */
type Team = {
  readonly models: readonly OpenModel[];
  readonly bindings: readonly Binding[];
  /** Rows that are sent at once. */
  readonly capacity: number;
  readonly prediction: Prediction;
};

function teamsOf({ prepared: { plan }, sides, batch, isLong, interrupt, console }: PredictRows): readonly Team[] {
  const alike = Map.groupBy(sides, ({ side, size }) => JSON.stringify([side.bindings, size]));
  return [...alike.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const { size } = first;
    const { bindings } = first.side;
    const models = members.map(({ side }) => side.model);
    const roles = models.map(({ role }) => role).join(" and ");
    const tail = batchOf(bindings, batch);
    const prediction = startPrediction({
      models,
      plan,
      size,
      tail,
      fixedRows: fixedRows(bindings),
      interrupt,
      progress: (done) => console.progress(`${roles}: ${done} rows`),
    });
    return [{ models, bindings, capacity: blockRows(bindings, Math.max(size, tail), isLong), prediction }];
  });
}

type Feed = { readonly reader: BlockReader; readonly prediction: Prediction };

/** Makes what is read into blocks; a model that is slow holds up the reading, and that the other model. */
function takerOf(feeds: readonly Feed[], range: RowRange | null): InputTaker {
  let seen = 0;
  const pushBlock = async ({ reader, prediction }: Feed, isLast: boolean): Promise<void> => {
    const block = reader.finish(isLast);
    if (block !== null) await prediction.push(block);
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
