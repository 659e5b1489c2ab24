import type { Block, Column, Inline, Text } from "./document.ts";
import { oneLine, printable } from "./escape.ts";
import { withSigns } from "./signs.ts";
import { layOut } from "./terminal-table.ts";
import { cutLines } from "./terminal-text.ts";

export type Terminal = { readonly columns: number; readonly colour: boolean };

/** Blocks for a terminal: tables fitted to its width, folds opened, charts left out, colors only where wished. */
export function writeTerminal(blocks: readonly Block[], terminal: Terminal): string {
  return blocks
    .map((block) => writeBlock(block, terminal))
    .filter((text) => text !== "")
    .join("\n\n");
}

function writeBlock(block: Block, terminal: Terminal): string {
  switch (block.kind) {
    case "heading":
      return styled("bold", wrap(words(block.of), terminal), terminal);
    case "paragraph":
      return tinted(wrap(words(block.of), terminal), terminal);
    case "list":
      return block.items.map((item) => tinted(wrap(bulleted(words(item)), terminal, "  "), terminal)).join("\n");
    case "table":
      return writeTable(block.columns, block.rows, terminal);
    case "fence":
      return printable(block.text)
        .split("\n")
        .map((line) => `  ${line}`)
        .join("\n");
    case "charts":
      return "";
    case "details": {
      const inner = writeTerminal(block.blocks, terminal);
      return inner === "" ? "" : `${styled("bold", wrap(words(block.summary), terminal), terminal)}\n${inner}`;
    }
  }
}

function words(of: Text): string {
  return of.map(wordsOf).join("");
}

function wordsOf(part: Inline): string {
  if (typeof part !== "string") return part.kind === "code" ? oneLine(part.text) : words(part.of);
  return withSigns(oneLine(part));
}

/** An item that starts with a sign needs no bullet. */
function bulleted(text: string): string {
  return /^[✓✗?~!] /.test(text) ? text : `- ${text}`;
}

function wrap(text: string, { columns }: Terminal, indent = ""): string {
  return cutLines(text.trim(), columns - indent.length)
    .map((line, at) => (at === 0 ? line : `${indent}${line}`))
    .join("\n");
}

function writeTable(columns: readonly Column[], rows: readonly (readonly Text[])[], terminal: Terminal): string {
  const lines = layOut(
    columns.map(({ head, align }) => ({ head: words(head), align })),
    rows.map((row) => columns.map((_, at) => words(row[at] ?? []).trim())),
    terminal.columns,
  );
  return [
    ...lines.head.map((line) => styled("dim", line, terminal)),
    ...lines.body.map((line) => tinted(line, terminal)),
  ].join("\n");
}

const codes = { bold: "1", dim: "2", green: "32", red: "31", yellow: "33" } as const;

function styled(style: keyof typeof codes, text: string, { colour }: Terminal): string {
  return colour ? text.replace(/[^\n]+/g, `\u001B[${codes[style]}m$&\u001B[0m`) : text;
}

/** Colors the signs of verdicts; the sign alone says the same without color. */
function tinted(text: string, terminal: Terminal): string {
  if (!terminal.colour) return text;
  return text
    .replace(/✓/g, (sign) => styled("green", sign, terminal))
    .replace(/✗/g, (sign) => styled("red", sign, terminal))
    .replace(/(^|\s)([?!~])(?=\s)/g, (_, before: string, sign: string) => before + styled("yellow", sign, terminal))
    .replace(/\bprovably worse\b/g, (claim) => styled("red", claim, terminal))
    .replace(/\bprovably better\b/g, (claim) => styled("green", claim, terminal));
}
