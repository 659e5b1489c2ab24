import type { GateFacts } from "../../core/gate/facts.ts";
import { findDelta } from "../../core/gate/lookup.ts";
import { conditionsOf, metricsOf } from "../../core/gate/needs.ts";
import { type GateNode, parseGate } from "../../core/gate/parse.ts";
import { acceptable } from "../../core/gate/prove.ts";
import { measuredParts } from "../../core/gate/tree.ts";
import { compareValues } from "../../core/gate/values.ts";
import { formatDelta } from "../../core/metrics/format.ts";
import { metricSpec } from "../../core/metrics/registry.ts";
import type { GateResult } from "../../core/report.ts";
import type { GateStep } from "./explorer-data.ts";
import { dependsOnThreshold } from "./threshold-facts.ts";

export type MovingGate = { readonly gate: GateResult; readonly node: GateNode };

/** The gates that another threshold can decide otherwise. */
export function movingGates(gates: readonly GateResult[]): readonly MovingGate[] {
  return gates.flatMap((gate) => {
    const parsed = parseGate(gate.require);
    return parsed.ok && moves(parsed.gate) ? [{ gate, node: parsed.gate }] : [];
  });
}

function moves(node: GateNode): boolean {
  const isAboutFlips = conditionsOf(node).some(
    (of) =>
      of.kind === "compare" &&
      [...measuredParts(of.left), ...measuredParts(of.right)].some((part) => part.kind === "flips"),
  );
  return isAboutFlips || metricsOf(node).some(dependsOnThreshold);
}

/** Whether a gate would hold by its values alone: the verdict asks for more, that intervals prove it. */
export function gateAt(node: GateNode, facts: GateFacts): GateStep {
  switch (node.kind) {
    case "compare": {
      const { verdict, message } = compareValues({ ...node, level: null, precision: null }, { facts, rules });
      if (verdict === "pass" || verdict === "fail")
        return { state: verdict === "pass" ? "holds" : "broken", words: message };
      return unknown;
    }
    case "ni":
    case "sup":
    case "equiv":
    case "limit_gain": {
      const found = findDelta(node, facts);
      if (!found.ok) return unknown;
      const change = found.value.delta.value ?? 0;
      const gain = metricSpec(node.metric)?.higherIsBetter === false ? -change : change;
      const { low, high } = acceptable(node);
      const label = metricSpec(node.metric)?.label ?? node.metric;
      const words = `${label} changes by ${formatDelta(node.metric, change)}.`;
      return { state: gain > low && gain < high ? "holds" : "broken", words };
    }
    case "no_worse_slices":
      return unknown;
    case "not": {
      const { state, words } = gateAt(node.of, facts);
      return { state: state === "unknown" ? state : state === "holds" ? "broken" : "holds", words };
    }
    case "and":
    case "or":
      return combined(
        node.kind,
        node.parts.map((part) => gateAt(part, facts)),
      );
  }
}

const rules = { correction: "holm", critical: false, onInsufficient: "block" } as const;

const unknown: GateStep = { state: "unknown", words: "Cannot be told from these counts." };

/** Kleene's logic: what decides, decides; else one unknown part leaves it open. */
function combined(kind: "and" | "or", parts: readonly GateStep[]): GateStep {
  const states = parts.map((part) => part.state);
  const words = [...new Set(parts.map((part) => part.words))].join(" ");
  const [decides, otherwise] = kind === "and" ? (["broken", "holds"] as const) : (["holds", "broken"] as const);
  if (states.includes(decides)) return { state: decides, words };
  return { state: states.includes("unknown") ? "unknown" : otherwise, words };
}
