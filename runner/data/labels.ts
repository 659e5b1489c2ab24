import type { ModelConfig } from "../../core/config/schema.ts";
import { AssayError } from "../../core/fault.ts";
import type { Codes } from "./collect.ts";
import { counted } from "./counted.ts";
import { type Naming, settingName } from "./naming.ts";
import { isNumeric } from "./numeric.ts";
import { dataFault } from "./source.ts";
import { quoteName, quoteText } from "./sql.ts";

export type Labels = {
  /** Per row the index of its class. */
  readonly labels: Int32Array;
  /** Binary: the negative class, then the positive one. */
  readonly classNames: readonly string[];
};

type Evaluate = Pick<ModelConfig["evaluate"], "task" | "label" | "positive" | "classes">;
export type Label = string | number | boolean;

/** Where labels come from, for messages: the file, the row numbers of the rows that have one, and who names the column. */
type Place = { readonly file: string; readonly rowNumbers: Uint32Array; readonly naming: Naming };

/**
 * A label column as SQL reads it: classes as VARCHAR, numbers as DOUBLE, both NULL where there is no label. NaN is none:
 * that is how missing numbers are written, unless a class is called so.
 */
export function labelExpression({ task, label, positive, classes }: Evaluate, type: string): string {
  const column = quoteName(label);
  const isFloat = type === "FLOAT" || type === "DOUBLE";
  if (task === "regression" || task === "ranking") {
    const number = `TRY_CAST(${column} AS DOUBLE)`;
    return `CASE WHEN NOT isnan(${number}) THEN ${number} END`;
  }
  const text = `CAST(${column} AS VARCHAR)`;
  if (isFloat) return `CASE WHEN NOT isnan(${column}) THEN ${text} END`;
  const named = [positive, ...(classes ?? [])].some((value) => String(value).trim().toLowerCase() === "nan");
  return type === "VARCHAR" && !named ? `CASE WHEN lower(trim(${text})) <> ${quoteText("nan")} THEN ${text} END` : text;
}

/** The classes of label texts; `type` is that of the column. Throws data_invalid that shows the first rows without one. */
export function classLabels({ codes, values }: Codes, evaluate: Evaluate, type: string, place: Place): Labels {
  const found = values.map((text) => plain(text, type));
  const classes = evaluate.task === "binary" ? binaryClasses(place, evaluate, found) : namedClasses(evaluate);
  const indices = Int32Array.from(found, (value) => classes.findIndex((known) => same(known, value)));
  const labels = new Int32Array(codes.length);
  const bad: number[] = [];
  for (let row = 0; row < codes.length; row++) {
    const index = indices[codes[row] ?? 0] ?? -1;
    labels[row] = index;
    if (index < 0) bad.push(row);
  }
  if (bad.length > 0) {
    const shown = bad
      .slice(0, 5)
      .map((row) => `row ${place.rowNumbers[row]}: ${JSON.stringify(found[codes[row] ?? 0])}`)
      .join("; ");
    const names = classes
      .slice(0, 20)
      .map((name) => JSON.stringify(name))
      .join(", ");
    throw invalid(
      place.file,
      evaluate,
      `${counted(bad.length, "label is", "labels are")} none of the classes ${names} (${shown})`,
    );
  }
  return { labels, classNames: classes.map(String) };
}

/** A text of the database as what its column holds: text, number or boolean. */
function plain(text: string, type: string): Label {
  if (type === "BOOLEAN") return text === "true";
  return isNumeric(type) ? Number(text) : text;
}

/** 1, "1" and "1.0" are one label; so are true, "true" and "True". */
export function same(a: Label, b: Label): boolean {
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
function binaryClasses({ file, naming }: Place, evaluate: Evaluate, values: readonly Label[]): readonly Label[] {
  const distinct = values.toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
  const shown = distinct
    .slice(0, 6)
    .map((value) => JSON.stringify(value))
    .join(", ");
  if (distinct.length > 2)
    throw invalid(file, evaluate, `a binary label has two values, this one has ${distinct.length}: ${shown}`);
  const { positive } = evaluate;
  if (positive !== undefined) {
    const negatives = distinct.filter((value) => !same(value, positive));
    const [negative] = negatives;
    if (negatives.length === 2)
      throw invalid(
        file,
        evaluate,
        `${settingName(naming, "positive")} is ${JSON.stringify(positive)}, which is not among the values ${shown}`,
      );
    return [negative ?? `not ${String(positive)}`, positive];
  }
  for (const pair of [
    [0, 1],
    [false, true],
  ] as const)
    if (distinct.every((value) => pair.some((known) => same(known, value)))) return pair;
  throw invalid(
    file,
    evaluate,
    `the values are ${shown}; say which one is positive with ${settingName(naming, "positive")}`,
  );
}

function namedClasses(evaluate: Evaluate): readonly Label[] {
  if (evaluate.classes !== undefined) return evaluate.classes;
  throw new AssayError({
    reason: "config_invalid",
    message: "a multiclass task needs evaluate.classes: the classes in the order of the model's output",
    place: { path: "evaluate.classes" },
  });
}

function invalid(file: string, evaluate: Evaluate, message: string): AssayError {
  return dataFault("data_invalid", file, `label column ${JSON.stringify(evaluate.label)}: ${message}`);
}
