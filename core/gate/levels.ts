import { type GateSpec, gateOf } from "./judge.ts";
import { levelsOf } from "./needs.ts";
import { parseGate } from "./parse.ts";

/** The one-sided levels at which the gates ask for bounds, each once, ascending: `measure` gives them exactly. */
export function gateLevels(specs: readonly GateSpec[]): readonly number[] {
  const levels = specs.flatMap((spec) => {
    const parsed = parseGate(gateOf(spec).require);
    return parsed.ok ? levelsOf(parsed.gate) : [];
  });
  return [...new Set(levels)].toSorted((a, b) => a - b);
}
