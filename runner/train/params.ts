import type { ParamValue } from "../../core/config/schema.ts";
import { AssayError } from "../../core/fault.ts";
import { nearest } from "../../core/nearest.ts";

export type Params = Readonly<Record<string, ParamValue>>;

/**
 * The configured parameters with `name=value` changes applied. A value is read as the type of the configured one.
 * Throws param_unknown or bad_argument, naming what would have been valid.
 */
export function applyParams(configured: Params, changes: readonly string[]): Params {
  const result: Record<string, ParamValue> = { ...configured };
  for (const change of changes) {
    const at = change.indexOf("=");
    if (at < 1)
      throw new AssayError({ reason: "bad_argument", message: `--param ${change} is not of the form NAME=VALUE` });
    const name = change.slice(0, at);
    const before = Object.hasOwn(configured, name) ? configured[name] : undefined;
    if (before === undefined) throw unknownParam(name, Object.keys(configured));
    result[name] = readAs(before, name, change.slice(at + 1));
  }
  return result;
}

function readAs(before: ParamValue, name: string, text: string): ParamValue {
  if (typeof before === "string") return text;
  if (typeof before === "boolean") {
    if (text === "true" || text === "false") return text === "true";
    throw mistyped(name, text, "true or false");
  }
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw mistyped(name, text, "a number");
  return value;
}

function mistyped(name: string, text: string, wanted: string): AssayError {
  const message = `parameter ${name} must be ${wanted}, as in the configuration, not ${JSON.stringify(text)}`;
  return new AssayError({ reason: "bad_argument", message });
}

function unknownParam(name: string, known: readonly string[]): AssayError {
  const guess = nearest(name, known);
  const list = known.length === 0 ? "the model has no parameters" : `the parameters are ${known.join(", ")}`;
  const hint = guess === null ? list : `did you mean ${guess}? ${list}`;
  return new AssayError({ reason: "param_unknown", message: `there is no parameter ${JSON.stringify(name)}: ${hint}` });
}
