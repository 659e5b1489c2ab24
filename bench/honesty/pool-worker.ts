import { parentPort } from "node:worker_threads";
import { type Cell, simulate, type Tally } from "./simulate.ts";
import { type SliceCell, type SliceTally, simulateSlices } from "./slices.ts";

export type PoolTask =
  | { readonly kind: "gates"; readonly cell: Cell }
  | { readonly kind: "slices"; readonly cell: SliceCell };
export type PoolResult =
  | { readonly kind: "gates"; readonly cell: Cell; readonly tally: Tally }
  | { readonly kind: "slices"; readonly cell: SliceCell; readonly tally: SliceTally };

parentPort?.on("message", (task: PoolTask) => parentPort?.postMessage(run(task), []));

function run(task: PoolTask): PoolResult {
  switch (task.kind) {
    case "gates":
      return { ...task, tally: simulate(task.cell) };
    case "slices":
      return { ...task, tally: simulateSlices(task.cell) };
  }
}
