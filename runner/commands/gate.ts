import { AssayError } from "../../core/fault.ts";
import type { Assumptions } from "../../core/gate/assumption.ts";
import { explainGate } from "../../core/gate/explain.ts";
import { conditionsOf } from "../../core/gate/needs.ts";
import { type GateNode, parseGate } from "../../core/gate/parse.ts";
import { preview } from "../../core/gate/preview.ts";
import { task as taskSchema } from "../../core/report.ts";
import { type Arguments, exitCodes, requiredValue, valueOf } from "../cli/command.ts";
import { badUsage } from "../cli/failure.ts";
import type { World } from "../world.ts";
import { reuseOf } from "./gate-reuse.ts";
import { gateText } from "./gate-text.ts";
import { countOf, shareOf } from "./numbers.ts";

/** `assay gate "EXPR" --n N`: says what a gate means and what it will do, before it is used. */
export async function gate(world: World, given: Arguments): Promise<number> {
  const [expression = ""] = given.positionals;
  const parsed = read(expression, taskOf(given));
  const assumptions = assumptionsOf(given);
  const reuse = reuseOf(parsed, given);
  const result = {
    gate: expression,
    explanation: explainGate(parsed),
    assumptions,
    previews: conditionsOf(parsed).map((condition) => preview(condition, assumptions)),
    ...(reuse === null ? {} : { reuse }),
  };
  if (given.switches.includes("json")) world.stdout(`${JSON.stringify(result)}\n`);
  else world.stdout(gateText(result));
  return exitCodes.pass;
}

/** Parses the gate; a mistake is shown under the gate with a caret. */
function read(expression: string, task: ReturnType<typeof taskOf>): GateNode {
  const parsed = parseGate(expression, task);
  if (parsed.ok) return parsed.gate;
  const { column, message, expected } = parsed.fault;
  // A gate of one line is shown; what would break the line is shown as a space, so that the caret stays in place.
  const line = expression.replaceAll(/\p{Cc}/gu, " ");
  const shown = expression.length > 200 || line.trim() === "" ? "" : `\n  ${line}\n  ${" ".repeat(column - 1)}^`;
  const wanted = expected.length === 0 ? "" : `\nexpected ${expected.slice(0, 30).join(", ")}`;
  throw new AssayError({
    reason: "gate_invalid",
    message: `the gate cannot be read: column ${column}: ${message}${shown}${wanted}`,
  });
}

function taskOf(given: Arguments): ReturnType<typeof taskSchema.parse> | null {
  const text = valueOf(given, "task");
  if (text === null) return null;
  const parsed = taskSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw badUsage(`--task must be one of ${taskSchema.options.join(", ")}, not ${text}`);
}

function assumptionsOf(given: Arguments): Assumptions {
  const n = countOf("n", requiredValue(given, "n"), 2);
  const slices = valueOf(given, "slices");
  return {
    n,
    disagreement: shareOf(given, "disagreement", { low: 0, high: 1 }),
    positives: shareOf(given, "positives", { low: 1 / n, high: 1 - 1 / n }),
    auc: shareOf(given, "auc", { low: 0.5, high: 1 }),
    correlation: shareOf(given, "correlation", { low: 0, high: 0.9999 }),
    sd: shareOf(given, "sd", { low: Number.MIN_VALUE, high: 1e12 }),
    slices: slices === null ? null : countOf("slices", slices, 1),
  };
}
