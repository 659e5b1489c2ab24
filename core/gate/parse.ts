import type { Task } from "../report.ts";
import { parseAll } from "./grammar.ts";
import { type GateFault, Refusal } from "./refusal.ts";
import { tokenize } from "./tokens.ts";
import type { GateNode } from "./tree.ts";

export type { GateFault } from "./refusal.ts";
export type { GateNode } from "./tree.ts";

export type ParsedGate =
  | { readonly ok: true; readonly gate: GateNode }
  | { readonly ok: false; readonly fault: GateFault };

const maxLength = 1_000;

/**
 * Reads one gate of a configuration. A gate that cannot be judged in this version is refused, never ignored. With a
 * task, metrics of other tasks are refused as well.
 */
export function parseGate(text: string, task: Task | null = null): ParsedGate {
  if (text.length > maxLength) {
    const message = `a gate of ${text.length} characters is too long`;
    return { ok: false, fault: { message, column: maxLength + 1, expected: [`at most ${maxLength} characters`] } };
  }
  try {
    return { ok: true, gate: parseAll(tokenize(text), task) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** A fault as one line: `column 4: there is no metric roc_auk (did you mean roc_auc?); expected …`. */
export function describeGateFault(fault: GateFault): string {
  const expected = fault.expected.length === 0 ? "" : `; expected ${fault.expected.join(", ")}`;
  return `column ${fault.column}: ${fault.message}${expected}`;
}
