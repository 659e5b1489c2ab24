import type { Task } from "../report.ts";
import { judgedForms, refuseToken } from "./advice.ts";
import { Calls } from "./calls.ts";
import { checkLevel, checkLogic } from "./lint.ts";
import { checkComparison } from "./lint-comparison.ts";
import { refuse } from "./refusal.ts";
import { asRelative } from "./relative.ts";
import type { Token } from "./tokens.ts";
import { type CompareNode, type GateNode, isCondition, type Quantity } from "./tree.ts";
import { checkPrecision, checkSame } from "./units.ts";

type Node = GateNode | Quantity;

/** Where a required precision stands without a level, this one holds. */
const defaultLevel = 0.95;

/** Parses a whole gate: a condition and nothing after it. */
export function parseAll(tokens: readonly Token[], task: Task | null): GateNode {
  return new Parser(tokens, task).all();
}

/** Recursive descent; conditions and numbers share the ladder of operators, so parentheses need no look-ahead. */
class Parser extends Calls {
  all(): GateNode {
    const first = this.peek();
    if (first.kind === "end") refuse(first.column, "the gate is empty", judgedForms);
    const gate = this.disjunction();
    const rest = this.peek();
    if (rest.kind !== "end") this.refuseRest(rest);
    return this.condition(gate);
  }

  protected override argument(): Quantity {
    return this.quantity(this.sum());
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
    return checkLogic({ kind: word, parts, column });
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
    this.next();
    const right = this.sum();
    const sides = asRelative(this.quantity(left), this.quantity(right));
    checkSame(sides.left, sides.right, operator.column);
    const precision = this.precision(sides.left);
    const level = this.isWord("at") ? this.level() : null;
    const next = this.peek();
    if (next.kind === "compare") refuse(next.column, "comparisons do not chain", ["two comparisons joined by and"]);
    const node: CompareNode = {
      kind: "compare",
      ...sides,
      operator: operator.text,
      precision,
      level: precision === null ? level : (level ?? defaultLevel),
      column: operator.column,
    };
    return checkComparison(node);
  }

  private precision(of: Quantity): number | null {
    if (!this.takeSign("+/-")) return null;
    const token = this.peek();
    if (token.kind !== "number") return refuseToken(token, "the required precision", ["a number such as 1pp"]);
    this.next();
    checkPrecision(of, token);
    if (token.value > 0) return token.value;
    return refuse(token.column, "a required precision is larger than 0", ["a number such as 1pp"]);
  }

  private level(): number {
    this.next();
    const token = this.peek();
    if (token.kind !== "number" || token.unit !== "%") {
      return refuseToken(token, "a confidence level", ["a percentage such as 95%"]);
    }
    this.next();
    checkLevel(token.value, token.text, token.column);
    return token.value;
  }

  protected override levelOr(otherwise: number): number {
    return this.isWord("at") ? this.level() : otherwise;
  }

  private sum(): Node {
    return this.arithmetic(["+", "-"], () => this.arithmetic(["*", "/"], () => this.atom()));
  }

  private arithmetic(operators: readonly ("+" | "-" | "*" | "/")[], part: () => Node): Node {
    let left = part();
    for (;;) {
      const { column } = this.peek();
      const operator = operators.find((each) => this.isSign(each));
      if (operator === undefined) return left;
      this.next();
      const [a, b] = [this.quantity(left), this.quantity(part())];
      if (operator === "+" || operator === "-") checkSame(a, b, column);
      left = { kind: "arithmetic", operator, left: a, right: b, column };
    }
  }

  private atom(): Node {
    const token = this.peek();
    if (token.kind === "number") {
      this.next();
      return { kind: "number", value: token.value, unit: token.unit, column: token.column };
    }
    if (token.kind === "name") return this.named(token.text, token.column);
    if (this.isSign("-")) {
      this.next();
      return this.nested(token.column, () => ({
        kind: "negate",
        of: this.quantity(this.atom()),
        column: token.column,
      }));
    }
    if (this.isSign("(")) {
      this.next();
      const inner = this.nested(token.column, () => this.disjunction());
      this.expect(")");
      return inner;
    }
    return refuseToken(token, "a number or a metric", judgedForms);
  }

  private refuseRest(token: Token): never {
    if (this.isWord("at")) {
      refuse(token.column, "a confidence level belongs right after a comparison or a function", ["the end"]);
    }
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
}
