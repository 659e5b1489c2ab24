import { z } from "zod";
import { suggest } from "./suggest.ts";

/** What is wrong with a value and what was expected, in words a newcomer knows: `expected a list, found the text "x"`. */
export function describeIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${typeWord(issue.expected)}, found ${found(issue.input)}`;
    case "invalid_value": {
      const known = issue.values.map(String);
      const one = known.length === 1 ? `expected ${known.join("")}` : `expected one of ${known.join(", ")}`;
      const texts = issue.values.filter((value) => typeof value === "string");
      const meant = typeof issue.input === "string" ? suggest(issue.input, texts, { list: false }) : "";
      return `${one}, found ${found(issue.input)}${meant}`;
    }
    case "too_small":
      return `expected at least ${size(issue.minimum, issue.origin)}`;
    case "too_big":
      return issue.message.startsWith("Too") ? `expected at most ${size(issue.maximum, issue.origin)}` : issue.message;
    case "invalid_union": {
      const words = issue.errors.flat().flatMap((inner) => (inner.code === "invalid_type" ? [inner.expected] : []));
      const expected = [...new Set(words)].map(typeWord).join(" or ");
      return expected === "" ? issue.message : `expected ${expected}, found ${found(issue.input)}`;
    }
    case "invalid_key":
      return `expected ${issue.issues.map((inner) => inner.message).join(", ")}`;
    default:
      return issue.message.startsWith("Invalid") ? issue.message : `expected ${issue.message}`;
  }
}

function typeWord(type: string): string {
  const words: Readonly<Record<string, string>> = {
    string: "a text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    array: "a list",
    object: "a map of keys",
    record: "a map of names",
  };
  return words[type] ?? type;
}

function size(limit: number | bigint, origin: string): string {
  if (origin === "array") return limit === 1 ? "one item" : `${limit} items`;
  if (origin === "string") return limit === 1 ? "one character" : `${limit} characters`;
  return String(limit);
}

function found(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "string") return `the text "${short(value)}"`;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : `a ${typeof value}`;
}

/** Its first forty characters, of which the last is not cut in half. */
function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40).replace(/\p{Surrogate}$/u, "")}…` : text;
}

/** The keys that the schema allows at a path of a value, for suggestions; none where any name may stand. */
export function keysAt(root: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  let schema = unwrap(root);
  for (const key of path) {
    const next = child(schema, key);
    if (next === null) return [];
    schema = unwrap(next);
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysAt(option, []));
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function child(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | null {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    return Object.hasOwn(shape, key) ? (shape[String(key)] ?? null) : null;
  }
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? schema.element : null;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}
