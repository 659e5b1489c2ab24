import { gateExpression, type ModelConfig } from "../../core/config/schema.ts";
import { levelsOf, metricsOf } from "../../core/gate/needs.ts";
import { parseGate } from "../../core/gate/parse.ts";
import { metricSpec } from "../../core/metrics/registry.ts";
import type { Report } from "../../core/report.ts";
import type { Console } from "../cli/console.ts";
import { type Batch, padBatch, rowsOf } from "../onnx/batches.ts";
import { type MeasuredModel, measureOperations } from "../operations/measure.ts";
import { batchOf, fixedRows } from "./batch-size.ts";
import type { Prepared, Side } from "./prepare.ts";
import type { Sample } from "./sample.ts";

export type OperationsOptions = {
  readonly config: ModelConfig;
  readonly interrupt: AbortSignal;
  readonly console: Console;
};

/** Whether an id is an operational metric, which is measured on the machine and not on the rows. */
export function isOperation(id: string): boolean {
  return metricSpec(id)?.method === "operation";
}

/** What running the models costs, as far as metrics or gates ask for it: timed with the first rows of the data. */
export async function operationsOf(
  { candidate, baseline, plan }: Prepared,
  sample: Sample,
  { config, interrupt, console }: OperationsOptions,
): Promise<Report["operations"]> {
  const gates = config.gates
    .map((gate) => parseGate(gateExpression(gate), config.evaluate.task))
    .flatMap((parsed) => (parsed.ok ? [parsed.gate] : []));
  return measureOperations({
    candidate: measuredModel(candidate, sample.batches[0], plan.name),
    baseline: baseline === null ? null : measuredModel(baseline, sample.batches[1], plan.name),
    provider: candidate.model.description.provider,
    wanted: [...config.evaluate.metrics, ...gates.flatMap(metricsOf)].filter(isOperation),
    levels: [...new Set(gates.flatMap(levelsOf))],
    interrupt,
    progress: console.progress,
  });
}

/** A model of a fixed batch is asked for whole batches only; what is missing is filled up as in predictions. */
function measuredModel({ model, bindings }: Side, sample: Batch | undefined, output: string): MeasuredModel {
  if (sample === undefined) throw new Error("there are no rows to measure with");
  const fixed = fixedRows(bindings);
  const request = (rows: number) => {
    const batch = rowsOf(sample, 0, Math.min(rows, sample.rows));
    return (fixed === null ? batch : padBatch(batch, fixed)).inputs;
  };
  const batchRows = fixed ?? Math.min(batchOf(bindings), sample.rows);
  const { bytes, parameters } = model.description;
  return {
    file: model.file,
    role: model.role,
    requests: { single: request(fixed ?? 1), batch: request(batchRows), output },
    bytes,
    parameters,
    batchRows,
  };
}
