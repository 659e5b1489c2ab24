import { isNode, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";
import { digestJson } from "../digest.ts";
import type { Fault } from "../fault.ts";
import { type Config, config as schema } from "./schema.ts";
import { semanticFaults } from "./semantics.ts";

export const configPath = ".github/assay.yml";
const maxConfigBytes = 256 * 1024;

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config; readonly digest: string }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Reads `assay.yml` (YAML 1.2, so JSON too). Every mistake is a fault with file, line and column (1-based) and what was
 * expected there. The digest is that of the meaning, so comments and key order do not change it.
 */
export function parseConfig(text: string, file: string): ParsedConfig {
  if (text.length > maxConfigBytes) {
    return refuse([{ reason: "config_too_large", message: "expected at most 256 KiB", place: { file } }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const syntax = [...document.errors, ...document.warnings].map((problem): Fault => {
    const { line, col } = lines.linePos(problem.pos[0]);
    return { reason: "config_invalid", message: firstLine(problem.message), place: { file, line, column: col } };
  });
  if (syntax.length > 0) return refuse(syntax);

  // Aliases may expand one small text to gigabytes; the parser's own limit turns that into an error.
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (cause) {
    return refuse([
      {
        reason: "config_invalid",
        message: cause instanceof Error ? cause.message : "unreadable",
        place: { file, line: 1, column: 1 },
      },
    ]);
  }
  const at: Locate = (path, shown = path) => placeOf(document.contents, path, lines, file, shown);
  const parsed = schema.safeParse(value ?? {}, { reportInput: true });
  if (!parsed.success) return refuse(parsed.error.issues.flatMap((issue) => issueFaults(issue, at)));

  const semantic = semanticFaults(parsed.data).map(
    ({ path, message }): Fault => ({ reason: "config_invalid", message, place: at(path) }),
  );
  if (semantic.length > 0) return refuse(semantic);
  return { ok: true, config: parsed.data, digest: digestJson(parsed.data) };
}

type Locate = (path: readonly PropertyKey[], shown?: readonly PropertyKey[]) => NonNullable<Fault["place"]>;

function refuse(faults: readonly Fault[]): ParsedConfig {
  return { ok: false, faults };
}

/** One fault per unknown key, so that each gets its own line; unions report the branch that came furthest. */
function issueFaults(issue: z.core.$ZodIssue, at: Locate): readonly Fault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => fault(`unknown key "${key}"`, at([...issue.path, key])));
  }
  if (issue.code === "invalid_union") {
    const furthest = issue.errors
      .flat()
      .toSorted((a, b) => b.path.length - a.path.length)
      .at(0);
    if (furthest !== undefined && furthest.path.length > 0) {
      return issueFaults({ ...furthest, path: [...issue.path, ...furthest.path] }, at);
    }
    const expected = issue.errors.flatMap((branch) => branch.map((inner) => inner.message)).join("; or ");
    return [fault(expected === "" ? issue.message : expected, at(issue.path))];
  }
  if (issue.code === "invalid_key") {
    const expected = issue.issues.map((inner) => inner.message).join(", ");
    return [fault(`expected ${expected}`, at(issue.path))];
  }
  if (issue.code === "invalid_format" || issue.code === "custom") {
    return [fault(issue.message.startsWith("Invalid") ? issue.message : `expected ${issue.message}`, at(issue.path))];
  }
  const missing = issue.code === "invalid_type" && issue.input === undefined;
  return [
    fault(
      missing ? `missing key "${String(issue.path.at(-1) ?? "")}"` : issue.message,
      at(missing ? issue.path.slice(0, -1) : issue.path, issue.path),
    ),
  ];
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
