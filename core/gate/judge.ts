import type { GateResult, Metric, Task, Verdict } from "../report.ts";
import { conclude } from "./conclude.ts";
import type { GateFacts } from "./facts.ts";
import { gateOutcome } from "./outcome.ts";
import { describeGateFault, parseGate } from "./parse.ts";

export type Judgement = { readonly gates: GateResult[]; readonly verdict: Verdict };

/**
 * What the report proves about each gate, and about all together. Gates look at metrics over all rows. A gate that
 * cannot be read, or whose metric is missing, is an error: it never passes by silence.
 */
export function judge(
  expressions: readonly string[],
  facts: { readonly task: Task; readonly metrics: readonly Metric[]; readonly hasBaseline: boolean },
): Judgement {
  const gates = expressions.map((expression) => judgeOne(expression, facts));
  return { gates, verdict: conclude(gates.map((gate) => gate.verdict)) };
}

function judgeOne(require: string, facts: GateFacts & { readonly task: Task }): GateResult {
  const parsed = parseGate(require, facts.task);
  if (parsed.ok) return { require, ...gateOutcome(parsed.gate, facts) };
  const message = `The gate cannot be read: ${describeGateFault(parsed.fault)}.`;
  return { require, verdict: "error", reason: "gate_invalid", bound: null, needs: null, message };
}
