import type { Task } from "../report.ts";
import { judgedForms, refuseName, refuseToken } from "./advice.ts";
import { checkComparison, checkLevel, checkMargin, checkMetric } from "./lint.ts";
import { refuse } from "./refusal.ts";
import type { Token } from "./tokens.ts";
import { type GateNode, isCondition, type Quantity } from "./tree.ts";

const maxDepth = 50;
const defaultLevel = 0.95;

type Node = GateNode | Quantity;

/** Parses a whole gate: a condition and nothing after it. */
export function parseAll(tokens: readonly Token[], task: Task | null): GateNode {
  const parser = new Parser(tokens, task);
  return parser.all();
}

/** Recursive descent; conditions and numbers share the ladder of operators, so parentheses need no look-ahead. */
class Parser {
  private readonly tokens: readonly Token[];
  private readonly task: Task | null;
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly Token[], task: Task | null) {
    this.tokens = tokens;
    this.task = task;
  }

  all(): GateNode {
    const first = this.peek();
    if (first.kind === "end") refuse(first.column, "the gate is empty", judgedForms);
    const gate = this.disjunction();
    const rest = this.peek();
    if (rest.kind !== "end") this.refuseRest(rest);
    return this.condition(gate);
  }

  private disjunction(): Node {
    return this.chain("or", () => this.chain("and", () => this.negation()));
  }

  private chain(word: "and" | "or", part: () => Node): Node {
    const { column } = this.peek();
    const first = part();
    if (!this.isWord(word)) return first;
    const parts = [this.condition(first)];
    while (this.takeWord(word)) parts.push(this.condition(part()));
    return { kind: word, parts, column };
  }

  private negation(): Node {
    const { column } = this.peek();
    if (!this.takeWord("not")) return this.comparison();
    return this.nested(column, () => ({ kind: "not", of: this.condition(this.negation()), column }));
  }

  private comparison(): Node {
    const left = this.sum();
    const operator = this.peek();
    if (operator.kind !== "compare") return left;
    this.at++;
    const right = this.sum();
    const next = this.peek();
    if (next.kind === "compare") refuse(next.column, "comparisons do not chain", ["two comparisons joined by and"]);
    if (this.isWord("at")) {
      const forms = ["ni(METRIC, MARGIN) at 95%", "sup(METRIC, GAIN) at 95%"];
      refuse(next.column, "a comparison is judged by its value in this version, without a confidence level", forms);
    }
    return checkComparison({
      kind: "compare",
      left: this.quantity(left),
      operator: operator.text,
      right: this.quantity(right),
      column: operator.column,
    });
  }

  private sum(): Node {
    return this.arithmetic(["+", "-"], () => this.arithmetic(["*", "/"], () => this.atom()));
  }

  private arithmetic(operators: readonly ("+" | "-" | "*" | "/")[], part: () => Node): Node {
    let left = part();
    for (;;) {
      const { column, text } = this.peek();
      const operator = operators.find((each) => this.isSign(each));
      if (operator === undefined) return left;
      this.at++;
      if (text === "+" && this.isSign("/")) {
        refuse(column, "a required precision (+/-) is not judged in this version", judgedForms);
      }
      left = { kind: "arithmetic", operator, left: this.quantity(left), right: this.quantity(part()), column };
    }
  }

  private atom(): Node {
    const token = this.peek();
    if (token.kind === "number") {
      this.at++;
      return { kind: "number", value: token.value, column: token.column };
    }
    if (token.kind === "name") return this.named(token.text, token.column);
    if (this.isSign("-")) {
      this.at++;
      return this.nested(token.column, () => ({
        kind: "negate",
        of: this.quantity(this.atom()),
        column: token.column,
      }));
    }
    if (this.isSign("(")) {
      this.at++;
      const inner = this.nested(token.column, () => this.disjunction());
      this.expect(")");
      return inner;
    }
    return refuseToken(token, "a number or a metric", judgedForms);
  }

  private named(text: string, column: number): Node {
    this.at++;
    switch (text) {
      case "candidate":
      case "baseline":
        this.expect(".");
        return { kind: "reference", side: text, metric: this.metric(), column };
      case "delta": {
        this.expect("(");
        const metric = this.metric();
        this.expect(")");
        return { kind: "reference", side: "delta", metric, column };
      }
      case "ni":
      case "sup":
        return this.proof(text, column);
      default:
        return refuseName(text, column);
    }
  }

  private proof(kind: "ni" | "sup", column: number): GateNode {
    this.expect("(");
    const metric = this.metric();
    this.expect(",");
    const margin = this.margin(kind, metric);
    this.expect(")");
    return { kind, metric, margin, level: this.level(), column };
  }

  private margin(kind: "ni" | "sup", metric: string): number {
    const token = this.peek();
    const word = kind === "ni" ? "margin" : "gain";
    if (this.isSign("-")) refuse(token.column, `a ${word} is a size without a sign`, ["a number such as 0.5pp"]);
    if (token.kind !== "number") return refuseToken(token, `the ${word}`, ["a number such as 0.5pp"]);
    this.at++;
    checkMargin(metric, word, token);
    return token.value;
  }

  private level(): number {
    if (!this.takeWord("at")) return defaultLevel;
    const token = this.peek();
    if (token.kind !== "number" || token.unit !== "%") {
      return refuseToken(token, "a confidence level", ["a percentage such as 95%"]);
    }
    this.at++;
    checkLevel(token.value, token.text, token.column);
    return token.value;
  }

  private metric(): string {
    const token = this.peek();
    if (token.kind !== "name") return refuseToken(token, "a metric", ["a metric such as roc_auc"]);
    this.at++;
    checkMetric(token.text, this.task, token.column);
    return token.text;
  }

  private refuseRest(token: Token): never {
    if (this.isWord("at")) refuse(token.column, "a confidence level belongs right after ni(…) or sup(…)", ["the end"]);
    refuseToken(token, "the end of the condition", ["and", "or", "the end"]);
  }

  private condition(node: Node): GateNode {
    if (isCondition(node)) return node;
    return refuse(node.column, "this is a number, not a condition: compare it with something", ["<", "<=", ">", ">="]);
  }

  private quantity(node: Node): Quantity {
    if (!isCondition(node)) return node;
    return refuse(node.column, "this is a condition, not a number", ["a number", "candidate.METRIC", "delta(METRIC)"]);
  }

  private nested<T>(column: number, parse: () => T): T {
    this.depth++;
    if (this.depth > maxDepth) refuse(column, "the gate is nested too deeply", [`at most ${maxDepth} levels`]);
    const parsed = parse();
    this.depth--;
    return parsed;
  }

  private expect(sign: string): void {
    const token = this.peek();
    if (!this.isSign(sign)) refuseToken(token, sign, [sign]);
    this.at++;
  }

  private takeWord(word: string): boolean {
    const found = this.isWord(word);
    if (found) this.at++;
    return found;
  }

  private isWord(word: string): boolean {
    const token = this.peek();
    return token.kind === "name" && token.text === word;
  }

  private isSign(sign: string): boolean {
    const token = this.peek();
    return token.kind === "sign" && token.text === sign;
  }

  private peek(): Token {
    return this.tokens[Math.min(this.at, this.tokens.length - 1)] ?? { kind: "end", text: "", column: 1 };
  }
}
