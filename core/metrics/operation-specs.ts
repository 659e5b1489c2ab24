import type { MetricSpec } from "./spec.ts";

const operation = {
  tasks: ["binary", "multiclass", "regression", "ranking"],
  higherIsBetter: false,
  min: 0,
  max: Number.POSITIVE_INFINITY,
  unit: "",
  method: "operation",
  needs: "label",
  needsBothClasses: false,
} as const;

const latency = { ...operation, unit: "ms" } as const;

/** What running a model costs. Gates and reports know these ids; the runner measures them, not `measure`. */
export const operationSpecs: readonly MetricSpec[] = [
  { ...latency, id: "latency_p50", label: "latency p50", definition: "latency_p50/1;quantile=nearest_rank" },
  { ...latency, id: "latency_p95", label: "latency p95", definition: "latency_p95/1;quantile=nearest_rank" },
  { ...latency, id: "latency_p99", label: "latency p99", definition: "latency_p99/1;quantile=nearest_rank" },
  {
    ...operation,
    id: "throughput",
    label: "throughput",
    higherIsBetter: true,
    unit: "rows/s",
    definition: "throughput/1;offline",
  },
  {
    ...operation,
    id: "model_bytes",
    label: "model size",
    unit: "B",
    definition: "model_bytes/1;external_data=counted",
  },
  { ...operation, id: "parameters", label: "parameters", definition: "parameters/1;initializers" },
  { ...operation, id: "peak_rss", label: "peak memory", unit: "B", definition: "peak_rss/1;above=empty_session" },
];
