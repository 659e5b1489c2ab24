/** A value of a workflow file as plain data, with its expressions still to be evaluated. */
import type { MappingToken, SequenceToken, TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { parse } from "yaml";
import type { Parser } from "./parser.ts";

export type Literal = string | number | boolean | null;

export type Template =
  | { readonly kind: "literal"; readonly value: Literal }
  | { readonly kind: "expression"; readonly expression: string }
  | { readonly kind: "list"; readonly items: readonly Template[] }
  | { readonly kind: "map"; readonly entries: readonly { readonly key: Template; readonly value: Template }[] };

/** The plain form of a token of the official parser; throws on `${{ insert }}`, which workflows have no use for. */
export function toTemplate(parser: Parser, token: TemplateToken): Template {
  const { isMapping, isSequence, isBasicExpression, isString, isNumber, isBoolean } = parser.workflows;
  if (isMapping(token)) {
    return {
      kind: "map",
      entries: entriesOf(token).map((entry) => ({
        key: toTemplate(parser, entry.key),
        value: toTemplate(parser, entry.value),
      })),
    };
  }
  if (isSequence(token)) return { kind: "list", items: itemsOf(token).map((item) => toTemplate(parser, item)) };
  if (isBasicExpression(token)) return { kind: "expression", expression: token.expression };
  if (isString(token) || isNumber(token) || isBoolean(token)) return { kind: "literal", value: token.value };
  if (token.isExpression) throw new Error(`Line ${token.line}: this kind of expression is not supported here`);
  return { kind: "literal", value: null };
}

/** The value under a literal key of a mapping, or null. */
export function at(template: Template | null, key: string): Template | null {
  if (template?.kind !== "map") return null;
  for (const entry of template.entries) {
    if (entry.key.kind === "literal" && String(entry.key.value) === key) return entry.value;
  }
  return null;
}

/** The entries of a mapping whose keys are literal; none for any other template. */
export function literalEntries(
  template: Template | null,
): readonly { readonly key: string; readonly value: Template }[] {
  if (template?.kind !== "map") return [];
  return template.entries.flatMap(({ key, value }) =>
    key.kind === "literal" ? [{ key: String(key.value), value }] : [],
  );
}

/** The text of a literal; null for anything that is absent or not literal. */
export function literalText(template: Template | null): string | null {
  return template?.kind === "literal" && template.value !== null ? String(template.value) : null;
}

/** A scalar or a list of scalars as a list, as `on:`, `needs:` and `runs-on:` allow. */
export function literalTexts(template: Template | null): readonly string[] {
  if (template?.kind === "list") return template.items.flatMap((item) => literalText(item) ?? []);
  const text = literalText(template);
  return text === null ? [] : [text];
}

/**
 * The same YAML without a line break in any value. The parser takes texts of several lines as they are indented in the file,
 * which is good for an editor's positions and wrong for a script; what stands on one line it takes as the value it is.
 */
export function onOneLine(source: string): string {
  return JSON.stringify(parse(source));
}

function entriesOf(token: MappingToken): readonly { key: TemplateToken; value: TemplateToken }[] {
  return [...token];
}

function itemsOf(token: SequenceToken): readonly TemplateToken[] {
  return [...token];
}
