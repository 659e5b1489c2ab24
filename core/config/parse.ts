import { utf8ToBytes } from "@noble/hashes/utils.js";
import { type Document, isNode, LineCounter, type Node, parseDocument, visit, type YAMLError } from "yaml";
import type { z } from "zod";
import { digestJson } from "../digest.ts";
import type { Fault } from "../fault.ts";
import { storable } from "../storable.ts";
import { describeIssue, keysAt } from "./issue.ts";
import { type Config, gateExpression, config as schema } from "./schema.ts";
import { semanticFaults } from "./semantics.ts";
import { suggest } from "./suggest.ts";

/** The line of a gate in the file; `gate` is its condition, by which it is found in another version of the file. */
export type GatePlace = { readonly gate: string; readonly line: number; readonly column: number };

export const configPath = ".github/assay.yml";
const maxConfigBytes = 64 * 1024;

export type ParsedConfig =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly digest: string;
      /** Where each gate of each model stands, in the order of the configuration. */
      readonly gatePlaces: Readonly<Record<string, readonly GatePlace[]>>;
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Reads `assay.yml` (YAML 1.2, so JSON too). Every mistake is a fault with file, line and column (1-based) and what was
 * expected there. The digest is that of the meaning, so comments and key order do not change it.
 */
export function parseConfig(text: string, file: string): ParsedConfig {
  if (text.length > maxConfigBytes || utf8ToBytes(text).length > maxConfigBytes) return configTooLarge(file);
  const lines = new LineCounter();
  const raw = firstUnstorable(text);
  if (raw !== null) return refuse([fault(unstorable, { file, ...placeIn(text, raw) })]);
  const options = { lineCounter: lines, uniqueKeys: true, prettyErrors: false, logLevel: "error" } as const;
  const document = parseDocument(text, options);
  const syntax = [...document.errors, ...document.warnings].map((problem): Fault => {
    const { line, col } = lines.linePos(problem.pos[0]);
    return { reason: "config_invalid", message: syntaxMessage(problem), place: { file, line, column: col } };
  });
  if (syntax.length > 0) return refuse(syntax);
  const texts = [...keyFaults(document, lines, file), ...textFaults(document, lines, file)];
  if (texts.length > 0) return refuse(texts);

  // Aliases may expand one small text to gigabytes; the parser's own limit turns that into an error.
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (cause) {
    return refuse([
      {
        reason: "config_invalid",
        message: cause instanceof ReferenceError ? "expected fewer aliases (*name)" : "the file cannot be read",
        place: { file, line: 1, column: 1 },
      },
    ]);
  }
  const at: Locate = (path, shown = path) => placeOf(document.contents, path, lines, file, shown);
  if (value == null) return refuse([fault("the file is empty; assay init writes one", at([]))]);
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) return refuse(parsed.error.issues.flatMap((issue) => issueFaults(issue, at)));

  const semantic = semanticFaults(parsed.data).map(
    ({ path, message }): Fault => ({ reason: "config_invalid", message, place: at(path) }),
  );
  if (semantic.length > 0) return refuse(semantic);
  return { ok: true, config: parsed.data, digest: digestJson(parsed.data), gatePlaces: gatePlaces(parsed.data, at) };
}

type Locate = (path: readonly PropertyKey[], shown?: readonly PropertyKey[]) => NonNullable<Fault["place"]>;

function gatePlaces({ models }: Config, at: Locate): Readonly<Record<string, readonly GatePlace[]>> {
  return Object.fromEntries(
    Object.entries(models).map(([name, { gates }]) => [
      name,
      gates.map((gate, index) => {
        const { line = 1, column = 1 } = at(["models", name, "gates", index]);
        return { gate: gateExpression(gate), line, column };
      }),
    ]),
  );
}

/** More mistakes than anybody reads are not told: a file can hold thousands. */
const maxFaults = 50;

function refuse(all: readonly Fault[]): ParsedConfig {
  const faults = all.slice(0, maxFaults);
  return { ok: false, faults };
}

/** One fault per unknown key, so that each gets its own line; unions report the branch that came furthest. */
function issueFaults(issue: z.core.$ZodIssue, at: Locate): readonly Fault[] {
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) =>
      fault(`unknown key "${key}"${suggest(key, known, { list: true })}`, at([...issue.path, key])),
    );
  }
  if (issue.code === "invalid_union") {
    const furthest = issue.errors
      .flat()
      .toSorted((a, b) => b.path.length - a.path.length)
      .find((inner) => inner.path.length > 0 || inner.code === "unrecognized_keys");
    if (furthest !== undefined) return issueFaults({ ...furthest, path: [...issue.path, ...furthest.path] }, at);
  }
  const missing = issue.input === undefined && (issue.code === "invalid_type" || issue.code === "invalid_value");
  return [
    missing
      ? fault(`missing key "${String(issue.path.at(-1) ?? "")}"`, at(issue.path.slice(0, -1), issue.path))
      : fault(describeIssue(issue), at(issue.path)),
  ];
}

/** Keys that are no names: JavaScript would drop `__proto__` in silence, and turn a list into a text. */
function keyFaults(document: Document, lines: LineCounter, file: string): readonly Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      if (!isNode(key)) return;
      const name = "value" in key ? key.value : undefined;
      if (name !== undefined && name !== null && name !== "__proto__") return;
      const { line, col } = lines.linePos(start(key));
      const message = name === "__proto__" ? `"__proto__" cannot be a key` : "expected a name as key";
      faults.push(fault(message, { file, line, column: col }));
    },
  });
  return faults;
}

const unstorable = "expected text without NUL characters and halves of surrogate pairs";

/** Where text has a character that no database keeps; null when it has none. */
function firstUnstorable(text: string): number | null {
  const index = text.search(/\0|\p{Surrogate}/u);
  return index < 0 ? null : index;
}

function placeIn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

/** Values and keys that are written with escapes for such characters. */
function textFaults(document: Document, lines: LineCounter, file: string): readonly Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value !== "string" || firstUnstorable(node.value) === null) return;
      const { line, col } = lines.linePos(start(node));
      faults.push(fault(unstorable, { file, line, column: col }));
    },
  });
  return faults;
}

/** The answer for a file so large that it is not read at all. */
export function configTooLarge(file: string): ParsedConfig {
  const place = { file, line: 1, column: 1 };
  return refuse([{ reason: "config_too_large", message: "expected at most 64 KiB", place }]);
}

function syntaxMessage(problem: YAMLError): string {
  if (problem.code === "MULTIPLE_DOCS") return "expected one document; a second one starts here";
  if (problem.code === "DUPLICATE_KEY") return "this key stands here for the second time";
  // A tag may be written with escapes of its own.
  return storable(firstLine(problem.message));
}

function fault(message: string, place: Fault["place"]): Fault {
  return place === undefined ? { reason: "config_invalid", message } : { reason: "config_invalid", message, place };
}

/** Position of the key (or item) at a path; of the nearest existing parent when the path is not there. */
function placeOf(
  root: unknown,
  path: readonly PropertyKey[],
  lines: LineCounter,
  file: string,
  shown: readonly PropertyKey[],
): NonNullable<Fault["place"]> {
  let node: unknown = root;
  let offset = isNode(root) ? (root.range?.[0] ?? 0) : 0;
  for (const key of path) {
    const found = child(node, key);
    if (found === null) break;
    offset = found.offset;
    node = found.node;
  }
  const { line, col } = lines.linePos(offset);
  return { file, line, column: col, path: shown.map(String).join(".") };
}

type Pair = { readonly key: unknown; readonly value: unknown };

function child(node: unknown, key: PropertyKey): { node: unknown; offset: number } | null {
  if (!isNode(node) || !("items" in node) || !Array.isArray(node.items)) return null;
  const items: readonly unknown[] = node.items;
  if (typeof key === "number") {
    const item = items[key];
    return isNode(item) ? { node: item, offset: start(item) } : null;
  }
  for (const item of items) {
    if (!isPair(item)) continue;
    const itemKey = item.key;
    if (isNode(itemKey) && "value" in itemKey && String(itemKey.value) === String(key)) {
      return { node: item.value, offset: start(itemKey) };
    }
  }
  return null;
}

function isPair(item: unknown): item is Pair {
  return typeof item === "object" && item !== null && "key" in item && "value" in item;
}

function start(node: Node): number {
  return node.range?.[0] ?? 0;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}
