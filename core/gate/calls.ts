import { metricSpec } from "../metrics/registry.ts";
import type { Task } from "../report.ts";
import { refuseName, refuseToken } from "./advice.ts";
import { Cursor } from "./cursor.ts";
import { checkFlips, checkMargin, checkMetric, checkProvable, checkRows } from "./lint.ts";
import { refuse } from "./refusal.ts";
import { checkDivisor } from "./relative.ts";
import { listEntries } from "./slice-text.ts";
import type { Token } from "./tokens.ts";
import type { GateNode, ProofNode, Quantity, Reference } from "./tree.ts";

const defaultLevel = 0.95;

const marginWords = {
  ni: "margin",
  equiv: "margin",
  no_worse_slices: "margin",
  sup: "gain",
  limit_gain: "gain",
} as const;

type Named = { readonly metric: string; readonly slice: string | null };

/** Everything in a gate that starts with a name: metrics, functions and the short names of ease.ml/ci. */
export abstract class Calls extends Cursor {
  private readonly task: Task | null;

  constructor(tokens: readonly Token[], task: Task | null) {
    super(tokens);
    this.task = task;
  }

  protected abstract argument(): Quantity;
  protected abstract levelOr(otherwise: number): number;

  protected named(text: string, column: number): GateNode | Quantity {
    this.next();
    switch (text) {
      case "candidate":
      case "baseline":
        this.expect(".");
        return { kind: "reference", side: text, ...this.metric(), column };
      case "n":
      case "o": {
        checkMetric("accuracy", this.task, column);
        return {
          kind: "reference",
          side: text === "n" ? "candidate" : "baseline",
          metric: "accuracy",
          slice: null,
          column,
        };
      }
      case "d":
        return this.flips("flip_rate", column);
      case "flip_rate":
      case "nfr":
      case "pfr":
        return this.flips(text, column);
      case "delta":
      case "ratio":
        return this.change(text, column);
      case "ni":
      case "sup":
      case "equiv":
      case "limit_gain":
        return this.proof(text, column);
      case "no_worse_slices":
        return this.slices(column);
      case "worst":
      case "gap":
        return this.across(text, column);
      case "min":
      case "max":
      case "abs":
        return this.call(text, column);
      default:
        return refuseName(text, column);
    }
  }

  private flips(id: "flip_rate" | "nfr" | "pfr", column: number): Quantity {
    checkFlips(id, this.task, column);
    return { kind: "flips", id, column };
  }

  private change(side: "delta" | "ratio", column: number): Reference {
    this.expect("(");
    const { column: at } = this.peek();
    const named = this.metric();
    if (side === "ratio") checkDivisor(named.metric, at);
    this.expect(")");
    return { kind: "reference", side, ...named, column };
  }

  private proof(kind: ProofNode["kind"], column: number): ProofNode {
    this.expect("(");
    const { column: at } = this.peek();
    const named = this.metric();
    checkProvable(named.metric, at);
    this.expect(",");
    const margin = this.margin(kind, named.metric);
    this.expect(")");
    return { kind, ...named, margin, level: this.levelOr(defaultLevel), column };
  }

  private slices(column: number): GateNode {
    this.expect("(");
    const { column: at } = this.peek();
    const { metric } = this.metric({ sliced: false });
    checkProvable(metric, at);
    this.expect(",");
    const margin = this.margin("no_worse_slices", metric);
    const by = this.by();
    this.expect(")");
    return { kind: "no_worse_slices", metric, margin, by, level: this.levelOr(defaultLevel), column };
  }

  private across(kind: "worst" | "gap", column: number): Quantity {
    this.expect("(");
    const { column: at } = this.peek();
    const { metric } = this.metric({ sliced: false });
    checkRows(metric, at);
    const by = this.by();
    this.expect(")");
    return { kind, metric, by, column };
  }

  /** `, by=[a, b]`, or null where it is left out: every slice of the report. */
  private by(): readonly string[] | null {
    if (!this.takeSign(",")) return null;
    if (!this.takeWord("by")) refuseToken(this.peek(), "by=[…]", ["by=[COLUMN]"]);
    this.expect("=");
    const token = this.peek();
    if (token.kind !== "bracket") return refuseToken(token, "the columns in brackets", ["by=[COLUMN]"]);
    this.next();
    const entries = listEntries(token.text);
    if (entries.some((entry) => entry === "")) refuse(token.column, "a column is missing here", ["by=[COLUMN]"]);
    const twice = entries.find((entry, at) => entries.indexOf(entry) !== at);
    if (twice !== undefined) refuse(token.column, `${twice} is listed twice`, ["each column once"]);
    return entries;
  }

  private call(kind: "min" | "max" | "abs", column: number): Quantity {
    this.expect("(");
    return this.nested(column, () => {
      const of = [this.argument()];
      while (this.takeSign(",")) of.push(this.argument());
      this.expect(")");
      if (kind === "abs" && of.length !== 1) refuse(column, "abs takes one number", ["abs(delta(METRIC))"]);
      if (kind !== "abs" && of.length < 2) refuse(column, `${kind} takes two numbers or more`, [`${kind}(A, B)`]);
      return { kind, of, column };
    });
  }

  private margin(kind: keyof typeof marginWords, metric: string): number {
    const token = this.peek();
    const word = marginWords[kind];
    if (this.isSign("-")) refuse(token.column, `a ${word} is a size without a sign`, ["a number such as 0.5pp"]);
    if (token.kind !== "number") return refuseToken(token, `the ${word}`, ["a number such as 0.5pp"]);
    this.next();
    checkMargin(metric, word, token);
    if (kind === "equiv" && token.value === 0) {
      refuse(token.column, "a margin of 0 can never be proven equivalent", ["a number such as 1pp"]);
    }
    return token.value;
  }

  /** A metric's name with its number (`ndcg@10`) and, where it may have one, the slice in brackets. */
  private metric(allow: { readonly sliced: boolean } = { sliced: true }): Named {
    const token = this.peek();
    if (token.kind !== "name") return refuseToken(token, "a metric", ["a metric such as roc_auc"]);
    this.next();
    const metric = this.takeSign("@") ? `${token.text}@${this.parameter()}` : token.text;
    checkMetric(metric, this.task, token.column);
    const bracket = this.peek();
    if (bracket.kind !== "bracket") return { metric, slice: null };
    this.next();
    if (!allow.sliced) refuse(bracket.column, "this function looks at slices itself", ["by=[COLUMN]"]);
    if (bracket.text === "") refuse(bracket.column, "the slice is empty", ["[phase = 'Climb']"]);
    if (metricSpec(metric)?.method === "operation") checkRows(metric, token.column);
    return { metric, slice: bracket.text };
  }

  private parameter(): string {
    const token = this.peek();
    if (token.kind !== "number" || token.unit !== "") {
      return refuseToken(token, "the metric's number", ["a number such as 10"]);
    }
    this.next();
    return token.text.trim();
  }
}
