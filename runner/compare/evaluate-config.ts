import type { ModelConfig } from "../../core/config/schema.ts";
import type { CompareOptions } from "./options.ts";

/** What the flags say, as a configuration would say it: from here on a table is read like any evaluation data. */
export function evaluateConfig(options: CompareOptions): ModelConfig["evaluate"] {
  const { task, label, weight, group, positive, classes, threshold, onNan, metrics, slices, fairness, minRows } =
    options;
  return {
    task,
    data: options.file,
    role: "open",
    label,
    ...(weight === null ? {} : { weight }),
    ...(group === null ? {} : { group }),
    ...(positive === null ? {} : { positive }),
    ...(classes === null ? {} : { classes: [...classes] }),
    inputs: {},
    output: { name: "", kind: task === "binary" || task === "multiclass" ? "probability" : "value", positive: 1 },
    threshold,
    on_nan: onNan,
    metrics: [...metrics],
    slices: [...slices],
    fairness: [...fairness],
    min_rows: minRows,
    shards: 1,
    runner: [],
    timeout: "1d",
  };
}
