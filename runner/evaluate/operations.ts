import { gateExpression, type ModelConfig } from "../../core/config/schema.ts";
import { levelsOf, metricsOf } from "../../core/gate/needs.ts";
import { parseGate } from "../../core/gate/parse.ts";
import { metricSpec } from "../../core/metrics/registry.ts";
import type { Report } from "../../core/report.ts";
import type { Console } from "../cli/console.ts";
import { type MeasuredModel, measureOperations } from "../operations/measure.ts";
import { fillInput } from "./inputs.ts";
import { batchOf } from "./predict.ts";
import type { Prepared, Side } from "./prepare.ts";

export type OperationsOptions = {
  readonly config: ModelConfig;
  readonly provider: string;
  readonly interrupt: AbortSignal;
  readonly console: Console;
};

/** Whether an id is an operational metric, which is measured on the machine and not on the rows. */
export function isOperation(id: string): boolean {
  return metricSpec(id)?.method === "operation";
}

/** What running the models costs, as far as metrics or gates ask for it: timed with the first rows of the data. */
export async function operationsOf(
  prepared: Prepared,
  { config, provider, interrupt, console }: OperationsOptions,
): Promise<Report["operations"]> {
  const gates = config.gates
    .map((gate) => parseGate(gateExpression(gate), config.evaluate.task))
    .flatMap((parsed) => (parsed.ok ? [parsed.gate] : []));
  return measureOperations({
    candidate: measuredModel(prepared.candidate, prepared),
    baseline: prepared.baseline === null ? null : measuredModel(prepared.baseline, prepared),
    provider,
    wanted: [...config.evaluate.metrics, ...gates.flatMap(metricsOf)].filter(isOperation),
    levels: [...new Set(gates.flatMap(levelsOf))],
    interrupt,
    progress: console.progress,
  });
}

/** A model of a fixed batch is asked for whole batches only; what is missing is filled up as in predictions. */
function measuredModel({ model, bindings }: Side, { columns, plan, rows }: Prepared): MeasuredModel {
  const batch = batchOf(bindings);
  const isFixed = bindings.some((binding) => binding.rows !== null);
  const [single, batchRows] = isFixed ? [batch, batch] : [1, Math.min(batch, rows)];
  const request = (to: number) => bindings.map((binding) => fillInput(binding, columns, 0, to));
  const { bytes, parameters } = model.description;
  return {
    file: model.file,
    role: model.role,
    requests: { single: request(single), batch: request(batchRows), output: plan.name },
    bytes,
    parameters,
    batchRows,
  };
}
