import type { Block, Column, Inline, Text } from "./document.ts";
import { oneLine, printable } from "./escape.ts";
import { withSigns } from "./signs.ts";
import { cutLines, displayWidth, pad } from "./terminal-text.ts";

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
      return block.items.map((item) => tinted(wrap(words(item), terminal, "  "), terminal)).join("\n");
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

function wrap(text: string, { columns }: Terminal, indent = ""): string {
  return cutLines(text.trim(), columns - indent.length)
    .map((line, at) => (at === 0 ? line : `${indent}${line}`))
    .join("\n");
}

const gap = "  ";

function writeTable(columns: readonly Column[], rows: readonly (readonly Text[])[], terminal: Terminal): string {
  const texts = [
    columns.map((column) => words(column.head)),
    ...rows.map((row) => columns.map((_, at) => words(row[at] ?? []).trim())),
  ];
  const kept = columns.map((_, at) => at).filter((at) => texts.some((row) => (row[at] ?? "") !== ""));
  const widths = fitted(
    kept.map((at) => Math.max(...texts.map((row) => displayWidth(row[at] ?? "")))),
    kept.map((at) => columns[at]?.align ?? "left"),
    terminal.columns - gap.length * (kept.length - 1),
  );
  const lines = texts.map((row, line) => {
    const cells = kept.map((at, k) => cutLines(row[at] ?? "", widths[k] ?? 1));
    const height = Math.max(...cells.map((cell) => cell.length));
    const out = Array.from({ length: height }, (_, n) =>
      cells
        .map((cell, k) => pad(cell[n] ?? "", widths[k] ?? 1, columns[kept[k] ?? 0]?.align ?? "left"))
        .join(gap)
        .trimEnd(),
    );
    return out.map((text) => (line === 0 ? styled("dim", text, terminal) : tinted(text, terminal))).join("\n");
  });
  return lines.join("\n");
}

/** Takes space from the widest columns of words first; columns of numbers keep theirs as long as possible. */
function fitted(widths: readonly number[], aligns: readonly ("left" | "right")[], room: number): readonly number[] {
  const result = [...widths];
  const total = (): number => result.reduce((sum, width) => sum + width, 0);
  for (const [align, least] of [
    ["left", 12],
    ["right", 6],
    ["left", 4],
  ] as const) {
    while (total() > room) {
      const candidates = result.map((width, at) => (aligns[at] === align && width > least ? width : 0));
      const widest = candidates.indexOf(Math.max(...candidates));
      if ((candidates[widest] ?? 0) === 0) break;
      result[widest] = (result[widest] ?? 1) - 1;
    }
  }
  return result;
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
    .replace(/(^|\s)([?!])(?=\s)/g, (_, before: string, sign: string) => before + styled("yellow", sign, terminal))
    .replace(/\bprovably worse\b/g, (claim) => styled("red", claim, terminal))
    .replace(/\bprovably better\b/g, (claim) => styled("green", claim, terminal));
}
