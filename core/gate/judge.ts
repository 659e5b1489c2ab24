import type { GateMode, GateResult, Verdict } from "../report.ts";
import { conclude, counts } from "./conclude.ts";
import type { GateFacts, Outcome, SliceRules } from "./facts.ts";
import { gateOutcome } from "./outcome.ts";
import { describeGateFault, parseGate } from "./parse.ts";

export type Judgement = { readonly gates: GateResult[]; readonly verdict: Verdict };

/** A gate as the configuration holds it: the condition alone, or with the ways in which it is judged. */
export type GateSpec =
  | string
  | {
      readonly id?: string | undefined;
      readonly require: string;
      readonly mode?: GateMode | undefined;
      readonly correction?: "holm" | "bh" | undefined;
      readonly critical?: boolean | undefined;
      readonly on_insufficient?: "block" | "warn" | "ignore" | undefined;
    };

/** A gate with every default in place. */
export type Gate = {
  readonly id: string | null;
  readonly require: string;
  /** Null where the configuration does not say: the default, fp-free. */
  readonly mode: GateMode | null;
  readonly rules: SliceRules;
};

export function gateOf(spec: GateSpec): Gate {
  const given = typeof spec === "string" ? { require: spec } : spec;
  return {
    id: given.id ?? null,
    require: given.require,
    mode: given.mode ?? null,
    rules: {
      correction: given.correction ?? "holm",
      critical: given.critical ?? false,
      onInsufficient: given.on_insufficient ?? "warn",
    },
  };
}

/**
 * What the report proves about each gate, and about all together. A gate that cannot be read, or whose metric, slice or
 * operation is missing, is an error: it never passes by silence.
 */
export function judge(specs: readonly GateSpec[], facts: GateFacts): Judgement {
  const gates = specs.map((spec) => judgeOne(gateOf(spec), facts));
  return { gates, verdict: conclude(gates.map(counts)) };
}

function judgeOne({ id, require, mode, rules }: Gate, facts: GateFacts): GateResult {
  const parsed = parseGate(require, facts.task);
  const named = { require, ...(id === null ? {} : { id }), ...(mode === null ? {} : { mode }) };
  if (parsed.ok) return { ...named, ...inMode(gateOutcome(parsed.gate, { facts, rules }), mode) };
  const message = `The gate cannot be read: ${describeGateFault(parsed.fault)}.`;
  return { ...named, verdict: "error", reason: "gate_invalid", bound: null, needs: null, message };
}

/** An open gate says what its mode makes of that; its own verdict stays inconclusive. */
function inMode(outcome: Outcome, mode: GateMode | null): Outcome {
  if (outcome.verdict !== "inconclusive") return outcome;
  switch (mode) {
    case "fn-free":
      return { ...outcome, message: `${outcome.message} The gate's mode fn-free lets what is open pass.` };
    case "ask":
      return {
        ...outcome,
        reason: "person_decides",
        message: `${outcome.message} The gate's mode ask leaves the decision to a person.`,
      };
    case "fp-free":
    case null:
      return outcome;
  }
}
