import { cutLines, displayWidth, longestWord, pad } from "./terminal-text.ts";

export type TableColumn = { readonly head: string; readonly align: "left" | "right" };
type Row = readonly string[];

const gap = "  ";
const indent = "    ";

/** A last column of words that is narrower than this is read like a ribbon. */
const readable = 24;
/** Words as short as `provably better` stay in their row in any case. */
const brief = 16;

/**
 * Lines of a table that is at most `room` columns wide. Empty columns are left out. Where it is too wide, long words of
 * the last column hang below their row, then heads of numbers break, then columns of words; numbers break last.
 */
export function layOut(
  columns: readonly TableColumn[],
  rows: readonly Row[],
  room: number,
): { readonly head: readonly string[]; readonly body: readonly string[] } {
  const heads = columns.map(({ head }) => head);
  const kept = columns.map((_, at) => at).filter((at) => [heads, ...rows].some((row) => (row[at] ?? "") !== ""));
  const pick = (row: Row): Row => kept.map((at) => row[at] ?? "");
  const shown = kept.flatMap((at) => columns[at] ?? []);
  const cells = rows.map(pick);
  const isHung = hanging(shown, cells, room);
  const inGrid = cells.map((row) => (isHung(row) ? [...row.slice(0, -1), ""] : row));
  const widths = fitted(shown, inGrid, room - gap.length * (shown.length - 1));
  const line = (row: Row): readonly string[] => gridLines(row, shown, widths);
  return {
    head: line(pick(heads)),
    body: inGrid.flatMap((row, at) => {
      const whole = cells[at] ?? row;
      return isHung(whole) ? [...line(row), ...hungLines(whole.at(-1) ?? "", room)] : line(row);
    }),
  };
}

/** Whose last cell, of a column of words beside others, does not fit at its place so that it can be read. */
function hanging(columns: readonly TableColumn[], rows: readonly Row[], room: number): (row: Row) => boolean {
  const last = columns.length - 1;
  if (last < 1 || columns[last]?.align !== "left") return () => false;
  const others = columns.slice(0, last).map(({ head }, at) => widest([head, ...rows.map((row) => row[at] ?? "")]));
  const left = room - others.reduce((sum, width) => sum + width + gap.length, 0);
  const texts = rows.map((row) => row[last] ?? "");
  if (left >= readable && texts.every((text) => longestWord(text) <= left)) return () => false;
  return (row) => displayWidth(row[last] ?? "") > Math.max(left, brief);
}

function hungLines(text: string, room: number): readonly string[] {
  return cutLines(text, room - indent.length).map((line) => indent + line);
}

function gridLines(row: Row, columns: readonly TableColumn[], widths: readonly number[]): readonly string[] {
  const cells = columns.map((_, at) => cutLines(row[at] ?? "", widths[at] ?? 1));
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, n) =>
    cells
      .map((cell, at) => pad(cell[n] ?? "", widths[at] ?? 1, columns[at]?.align ?? "left"))
      .join(gap)
      .trimEnd(),
  );
}

type Wanted = {
  readonly align: TableColumn["align"];
  readonly width: number;
  readonly body: number;
  readonly word: number;
};

/** Down to which width a column may shrink, step by step until the table fits. */
const shrinking: readonly ((of: Wanted) => number)[] = [
  ({ align, width, body, word }) => (align === "right" ? Math.max(body, Math.min(word, 20)) : width),
  ({ align, width }) => (align === "left" ? 18 : width),
  ({ align, width, body, word }) => (align === "right" ? Math.max(body, Math.min(word, 12)) : width),
  ({ align, width }) => (align === "left" ? 12 : width),
  ({ align, width }) => (align === "right" ? 12 : width),
  ({ align, width }) => (align === "right" ? 6 : width),
  ({ align, width }) => (align === "left" ? 4 : width),
  () => 2,
];

function fitted(columns: readonly TableColumn[], rows: readonly Row[], room: number): readonly number[] {
  const wanted = columns.map(({ head, align }, at): Wanted => {
    const body = widest(rows.map((row) => row[at] ?? ""));
    return { align, body, width: Math.max(displayWidth(head), body), word: longestWord(head) };
  });
  const widths = wanted.map(({ width }) => width);
  const excess = (): number => widths.reduce((sum, width) => sum + width, 0) - room;
  for (const least of shrinking) {
    while (excess() > 0) {
      const spare = wanted.map((column, at) => ((widths[at] ?? 0) > least(column) ? (widths[at] ?? 0) : 0));
      const at = spare.indexOf(Math.max(...spare));
      if ((spare[at] ?? 0) === 0) break;
      widths[at] = (widths[at] ?? 1) - 1;
    }
  }
  return widths;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(displayWidth));
}
