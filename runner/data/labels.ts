import type { DuckDBValue } from "@duckdb/node-api";
import type { ModelConfig } from "../../core/config/schema.ts";
import { AssayError } from "../../core/fault.ts";
import { quoteName } from "./sql.ts";
import { dataFault, type Table } from "./table.ts";

export type Labels = {
  /** Per row the index of its class. */
  readonly labels: Int32Array;
  /** Binary: the negative class, then the positive one. */
  readonly classNames: readonly string[];
};

type Evaluate = ModelConfig["evaluate"];
type Label = string | number | boolean;

/** Reads the true classes. Throws data_invalid that shows the first rows with a value that is no class. */
export async function readLabels(table: Table, evaluate: Evaluate): Promise<Labels> {
  const column = quoteName(evaluate.label);
  const texts = await table.read(`CAST(${column} AS VARCHAR)`);
  const values = (await table.read(column)).map((value, row) => plain(value, texts[row] ?? null));
  const classes = evaluate.task === "binary" ? binaryClasses(table, evaluate, values) : namedClasses(evaluate);
  const indices = new Map(
    [...new Set(values)].map((value) => [value, classes.findIndex((known) => same(known, value))]),
  );
  const labels = Int32Array.from(values, (value) => indices.get(value) ?? -1);
  const bad = [...labels.keys()].filter((at) => (labels[at] ?? -1) < 0);
  if (bad.length > 0) {
    const shown = bad
      .slice(0, 5)
      .map((at) => `row ${table.rowNumbers[at]}: ${JSON.stringify(values[at])}`)
      .join("; ");
    const names = classes
      .slice(0, 20)
      .map((name) => JSON.stringify(name))
      .join(", ");
    throw invalid(table, evaluate, `${bad.length} labels are none of the classes ${names} (${shown})`);
  }
  return { labels, classNames: classes.map(String) };
}

/** A database value as text, number or boolean; wide integers and decimals become numbers. */
function plain(value: DuckDBValue, text: DuckDBValue): Label {
  if (typeof value === "boolean" || typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return String(text);
}

/** 1, "1" and "1.0" are one label; so are true, "true" and "True". */
function same(a: Label, b: Label): boolean {
  if (typeof a === "number" || typeof b === "number")
    return (
      typeof a !== "boolean" &&
      typeof b !== "boolean" &&
      (a === b || (`${a}`.trim() !== "" && `${b}`.trim() !== "" && Number(a) === Number(b)))
    );
  if (typeof a === "boolean" || typeof b === "boolean") return String(a).toLowerCase() === String(b).toLowerCase();
  return a === b;
}

/** The negative and the positive label: as configured, else 0/1 or false/true. */
function binaryClasses(table: Table, evaluate: Evaluate, values: readonly Label[]): readonly Label[] {
  const distinct = [...new Set(values)].toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
  const shown = distinct
    .slice(0, 6)
    .map((value) => JSON.stringify(value))
    .join(", ");
  if (distinct.length > 2)
    throw invalid(table, evaluate, `a binary label has two values, this one has ${distinct.length}: ${shown}`);
  const { positive } = evaluate;
  if (positive !== undefined) {
    const negatives = distinct.filter((value) => !same(value, positive));
    const [negative] = negatives;
    if (negatives.length === 2)
      throw invalid(
        table,
        evaluate,
        `the configured positive value ${JSON.stringify(positive)} is not among the values ${shown}`,
      );
    return [negative ?? `not ${String(positive)}`, positive];
  }
  for (const pair of [
    [0, 1],
    [false, true],
  ] as const)
    if (distinct.every((value) => pair.some((known) => same(known, value)))) return pair;
  throw invalid(table, evaluate, `the values are ${shown}; say which one is positive with evaluate.positive`);
}

function namedClasses(evaluate: Evaluate): readonly Label[] {
  if (evaluate.classes !== undefined) return evaluate.classes;
  throw new AssayError({
    reason: "config_invalid",
    message: "a multiclass task needs evaluate.classes: the classes in the order of the model's output",
    place: { path: "evaluate.classes" },
  });
}

function invalid(table: Table, evaluate: Evaluate, message: string): AssayError {
  return dataFault("data_invalid", table.file, `label column ${JSON.stringify(evaluate.label)}: ${message}`);
}
