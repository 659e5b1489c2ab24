/** Evaluates templates and conditions with GitHub's own expression engine. */
import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { data } from "@actions/expressions";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";
import type { Token } from "@actions/expressions/lexer";
import type { Parser } from "./parser.ts";
import type { Template } from "./template.ts";

/** What an expression can see. A context that is absent cannot be named: the engine reports it. */
export type Scope = {
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly status: { readonly success: boolean; readonly failure: boolean; readonly cancelled: boolean };
  /** Root of `hashFiles`; null where there is no workspace yet. */
  readonly workspace: string | null;
};

export type Evaluator = {
  /** Plain JSON value of a template. */
  readonly value: (template: Template, scope: Scope) => unknown;
  /** Text of a template, coerced as GitHub does: null is empty, an object is `Object`. */
  readonly text: (template: Template, scope: Scope) => string;
  /** Texts of a mapping such as `env:` or `with:`. */
  readonly texts: (template: Template | null, scope: Scope) => Readonly<Record<string, string>>;
  /** Truth of an `if:` that already names a status function. */
  readonly holds: (condition: string, scope: Scope) => boolean;
};

/** An evaluator; every function throws the engine's own error for an expression that does not parse. */
export function createEvaluator(parser: Parser): Evaluator {
  const evaluate = (expression: string, scope: Scope): data.ExpressionData => {
    const { Lexer, Parser, Evaluator: Engine, data } = parser.expressions;
    const functions = functionsOf(parser, scope);
    const tokens = new Lexer(expression).lex().tokens.map(unescaped);
    const tree = new Parser(tokens, Object.keys(scope.contexts), functions).parse();
    const context = new data.Dictionary(
      ...Object.entries(scope.contexts).map(([key, value]) => ({ key, value: toData(parser, value) })),
    );
    return new Engine(tree, context, new Map(functions.map((each) => [each.name.toLowerCase(), each]))).evaluate();
  };
  const value = (template: Template, scope: Scope): unknown => {
    switch (template.kind) {
      case "literal":
        return template.value;
      case "expression":
        return fromData(parser, evaluate(template.expression, scope));
      case "list":
        return template.items.map((item) => value(item, scope));
      case "map":
        return Object.fromEntries(
          template.entries.map((entry) => [text(entry.key, scope), value(entry.value, scope)] as const),
        );
    }
  };
  const text = (template: Template, scope: Scope): string => {
    switch (template.kind) {
      case "literal":
        return template.value === null ? "" : String(template.value);
      case "expression":
        return evaluate(template.expression, scope).coerceString();
      case "list":
        return "Array";
      case "map":
        return "Object";
    }
  };
  const texts = (template: Template | null, scope: Scope): Readonly<Record<string, string>> => {
    if (template === null) return {};
    if (template.kind === "map") {
      return Object.fromEntries(
        template.entries.map((entry) => [text(entry.key, scope), text(entry.value, scope)] as const),
      );
    }
    const whole = value(template, scope);
    if (!isRecord(whole)) return {};
    return Object.fromEntries(Object.entries(whole).map(([key, each]) => [key, coerce(parser, each)] as const));
  };
  const holds = (condition: string, scope: Scope): boolean => parser.truthiness.truthy(evaluate(condition, scope));
  return { value, text, texts, holds };
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The lexer of 0.3.61 unescapes only the first doubled quote of a string; GitHub's own unescapes all. */
function unescaped(token: Token): Token {
  if (typeof token.value !== "string" || !token.lexeme.startsWith("'")) return token;
  return { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") };
}

function coerce(parser: Parser, value: unknown): string {
  return toData(parser, value).coerceString();
}

function functionsOf(parser: Parser, scope: Scope): FunctionDefinition[] {
  const { data } = parser.expressions;
  const status = (name: string, holds: boolean): FunctionDefinition => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(holds),
  });
  return [
    status("always", true),
    status("success", scope.status.success),
    status("failure", scope.status.failure),
    status("cancelled", scope.status.cancelled),
    {
      name: "hashFiles",
      minArgs: 1,
      maxArgs: 255,
      call: (...patterns) =>
        new data.StringData(
          hashFiles(
            scope.workspace,
            patterns.map((each) => each.coerceString()),
          ),
        ),
    },
  ];
}

/** SHA-256 over the SHA-256 digests of the matching files of the workspace; empty if there is none. */
function hashFiles(workspace: string | null, patterns: readonly string[]): string {
  if (workspace === null) return "";
  const lines = patterns.flatMap((each) => each.split("\n")).map((each) => each.trim());
  const included = lines.filter((line) => line !== "" && !line.startsWith("!") && !line.startsWith("#"));
  const excluded = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const isInside = (file: string) => !path.relative(workspace, path.resolve(workspace, file)).startsWith("..");
  const files = globSync(included, { cwd: workspace, exclude: excluded })
    .filter((file) => isInside(file) && statSync(path.resolve(workspace, file)).isFile())
    .sort();
  if (files.length === 0) return "";
  const whole = createHash("sha256");
  for (const file of files) {
    whole.update(
      createHash("sha256")
        .update(readFileSync(path.resolve(workspace, file)))
        .digest(),
    );
  }
  return whole.digest("hex");
}

function toData(parser: Parser, value: unknown): data.ExpressionData {
  const { data } = parser.expressions;
  if (typeof value === "string") return new data.StringData(value);
  if (typeof value === "number") return new data.NumberData(value);
  if (typeof value === "boolean") return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map((item: unknown) => toData(parser, item)));
  if (isRecord(value)) {
    return new data.Dictionary(...Object.entries(value).map(([key, item]) => ({ key, value: toData(parser, item) })));
  }
  return new data.Null();
}

function fromData(parser: Parser, value: data.ExpressionData): unknown {
  const { Kind } = parser.expressions.data;
  switch (value.kind) {
    case Kind.Array:
      return value.values().map((item) => fromData(parser, item));
    case Kind.Dictionary:
      return Object.fromEntries(value.pairs().map((pair) => [pair.key, fromData(parser, pair.value)] as const));
    case Kind.Null:
      return null;
    case Kind.String:
    case Kind.Number:
    case Kind.Boolean:
      return value.value;
  }
}
