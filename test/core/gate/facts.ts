import type { GateFacts } from "../../../core/gate/facts.ts";
import { type GateSpec, judge } from "../../../core/gate/judge.ts";
import { metricSpec } from "../../../core/metrics/registry.ts";
import { type GateResult, gateResult, type Metric, type Operation, type Slice } from "../../../core/report.ts";
import { pairedStandardError } from "../../../core/stats/proportion.ts";

/** A metric of a report whose difference has the value and the standard error. */
export function changed(
  id: string,
  delta: number,
  standardError: number | null,
  more: { readonly n?: number; readonly slice?: Slice | null; readonly base?: number } & Partial<
    NonNullable<Metric["delta"]>
  > = {},
): Metric {
  const { n = 1_000, slice = null, base = 0.5, ...rest } = more;
  return {
    id,
    slice,
    definition: metricSpec(id)?.definition ?? "?",
    candidate: { value: base + delta, status: "ok", n, interval: null },
    baseline: { value: base, status: "ok", n, interval: null },
    delta: {
      value: delta,
      interval: null,
      level: 0.95,
      method: metricSpec(id)?.method ?? "none",
      standardError,
      z: null,
      p: null,
      ...rest,
    },
  };
}

/** The difference of accuracy with those counts of flips. */
export function flips(gained: number, lost: number, n: number, slice: Slice | null = null): Metric {
  return changed("accuracy", (gained - lost) / n, pairedStandardError({ gained, lost, n }), { n, slice });
}

/** The metric of a slice that is too small to say anything. */
export function tooFew(id: string, slice: Slice | null): Metric {
  const { delta, ...rest } = changed(id, 0, null, { slice });
  const few = { value: null, status: "insufficient", n: 9, interval: null } as const;
  return { ...rest, candidate: few, baseline: few, delta: delta === null ? null : { ...delta, value: null } };
}

export function operation(value: number, more: Partial<Operation> = {}): Operation {
  return { value, unit: "ms", interval: null, ratio: null, ...more };
}

export function factsWith(metrics: readonly Metric[], more: Partial<GateFacts> = {}): GateFacts {
  return { task: "binary", metrics, hasBaseline: true, operations: {}, behaviour: null, ...more };
}

/** The result of one gate, which must be what a report can hold. */
export function judged(spec: GateSpec, facts: GateFacts): GateResult {
  const [result] = judge([spec], facts).gates;
  if (result === undefined) throw new Error("no gate was judged");
  return gateResult.parse(result);
}
