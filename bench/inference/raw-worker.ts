import { parentPort, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { readRawBatches } from "./raw-batches.ts";

/** What one thread does: all batches of the file, again and again, until each model has predicted `rows` rows. */
export type RawTask = {
  readonly models: readonly string[];
  readonly data: string;
  readonly batch: number;
  readonly rows: number;
};

const port = parentPort;
if (port !== null) {
  const { models, data, batch, rows }: RawTask = workerData;
  const batches = await readRawBatches(data, batch);
  const sessions = await Promise.all(
    models.map((model) => InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 })),
  );
  const feeds = batches.map((one) => ({
    rows: one.rows,
    tensors: {
      calendar: new Tensor("int64", one.calendar, [one.rows, 3]),
      distance: new Tensor("float32", one.distance, [one.rows, 1]),
      airports: new Tensor("string", one.airports, [one.rows, 2]),
    },
  }));
  const run = async (upTo: number): Promise<void> => {
    for (let done = 0, at = 0; done < upTo; at = (at + 1) % feeds.length) {
      const feed = feeds[at];
      if (feed === undefined) throw new Error(`no rows in ${data}`);
      for (const session of sessions) await session.run(feed.tensors, ["late"]);
      done += feed.rows;
    }
  };
  await run(Math.min(rows, 20_000));
  port.on("message", () => void run(rows).then(() => port.postMessage("done")));
  port.postMessage("ready");
}
