import { type Need, needsOf } from "../gate/needs.ts";
import { describeGateFault, parseGate } from "../gate/parse.ts";
import { equality, squeezed } from "../gate/slice-text.ts";
import { metricSpec } from "../metrics/registry.ts";
import { nearest } from "../nearest.ts";
import { gateExpression, type ModelConfig } from "./schema.ts";
import type { SemanticFault } from "./semantic-fault.ts";

/** Gates that cannot be read, or that need what the evaluation does not measure: paths start at the list of gates. */
export function gateFaults({ gates, evaluate }: ModelConfig): readonly SemanticFault[] {
  const faults: SemanticFault[] = [];
  const ids = gates.map((gate) => (typeof gate === "string" ? undefined : gate.id));
  gates.forEach((gate, index) => {
    const parsed = parseGate(gateExpression(gate), evaluate.task);
    const message = parsed.ok ? unmeasured(needsOf(parsed.gate), evaluate) : `gate, ${describeGateFault(parsed.fault)}`;
    if (message !== null) faults.push({ path: [index], message });
    const id = ids[index];
    if (id !== undefined && ids.indexOf(id) !== index) {
      faults.push({ path: [index, "id"], message: `two gates have the id ${id}` });
    }
  });
  return faults;
}

/** The first thing that a gate needs and no report will hold, or null. */
function unmeasured(needs: readonly Need[], { metrics, slices }: ModelConfig["evaluate"]): string | null {
  for (const { metric, slice, by, column } of needs) {
    // What a model costs is measured with every evaluation.
    if (metricSpec(metric)?.method !== "operation" && !metrics.includes(metric)) {
      return `the gate needs ${metric}, which evaluate.metrics does not list`;
    }
    const message = unsliced({ slice, by }, slices, "evaluate.slices");
    if (message !== null) return `gate, column ${column}: ${message}`;
  }
  return null;
}

/** The slice that a gate needs and that is not among those measured, which `setting` lists; null where all are. */
export function unsliced(
  { slice, by }: Pick<Need, "slice" | "by">,
  slices: readonly string[],
  setting: string,
): string | null {
  if (by === null && slices.length === 0) return `the gate is about slices, but ${setting} lists none`;
  const unknown = (by ?? []).find((entry) => !isListed(entry, slices));
  if (unknown !== undefined) return `${setting} does not list ${unknown}${hint(unknown, slices)}`;
  if (slice === null || isListed(slice, slices)) return null;
  const column = equality(slice)?.column ?? null;
  if (column !== null && slices.includes(column)) return null;
  const [what, near] = column === null ? [`the slice ${slice}`, ""] : [column, hint(column, slices)];
  return `${setting} does not list ${what}${near}`;
}

function isListed(entry: string, slices: readonly string[]): boolean {
  return slices.some((slice) => squeezed(slice) === squeezed(entry));
}

function hint(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === null ? "" : ` (did you mean ${near}?)`;
}
