import { refuseToken } from "./advice.ts";
import { refuse } from "./refusal.ts";
import type { Token } from "./tokens.ts";

const maxDepth = 50;

/** Where the parser is in the tokens of a gate. */
export class Cursor {
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)] ?? { kind: "end", text: "", column: 1 };
  }

  next(): void {
    this.at++;
  }

  isWord(word: string): boolean {
    const token = this.peek();
    return token.kind === "name" && token.text === word;
  }

  takeWord(word: string): boolean {
    const found = this.isWord(word);
    if (found) this.at++;
    return found;
  }

  isSign(sign: string): boolean {
    const token = this.peek();
    return token.kind === "sign" && token.text === sign;
  }

  takeSign(sign: string): boolean {
    const found = this.isSign(sign);
    if (found) this.at++;
    return found;
  }

  expect(sign: string): void {
    if (!this.takeSign(sign)) refuseToken(this.peek(), sign, [sign]);
  }

  /** Parses a nested part; refuses a nesting that could exhaust the stack. */
  nested<T>(column: number, parse: () => T): T {
    this.depth++;
    if (this.depth > maxDepth) refuse(column, "the gate is nested too deeply", [`at most ${maxDepth} levels`]);
    const parsed = parse();
    this.depth--;
    return parsed;
  }
}
