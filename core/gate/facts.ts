import type { GateResult, Metric } from "../report.ts";

/** What a gate is judged from. */
export type GateFacts = { readonly metrics: readonly Metric[]; readonly hasBaseline: boolean };

/** A judged condition, without the text it was written as. */
export type Outcome = Omit<GateResult, "require">;
