import { displayWidth, pad } from "../../terminal-text.ts";

/** A value with its interval; without one, `low` and `high` are the value. */
export type TextRow = {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly words: string;
};

const trackWidth = 33;

/** A forest plot of characters: `├──●──┤` on a common scale; with `zero`, a dotted line where nothing changes. */
export function textForest(rows: readonly TextRow[], zero: boolean, nameWidth = widest(rows)): string {
  const ends = rows.flatMap(({ low, high }) => [low, high]);
  const [low, high] = [Math.min(...ends, ...(zero ? [0] : [])), Math.max(...ends, ...(zero ? [0] : []))];
  const place = placeOf(low, high);
  return rows
    .map((row) => {
      const [from, to, at] = [place(row.low), place(row.high), place(row.value)];
      const track = Array.from({ length: trackWidth }, (_, column) => {
        if (column === at) return "●";
        if (column === from) return "├";
        if (column === to) return "┤";
        const isZero = zero && column === place(0);
        if (column > from && column < to) return isZero ? "┼" : "─";
        return isZero ? "┊" : " ";
      });
      return `${pad(row.name, nameWidth, "left")}  ${track.join("")}  ${row.words}`.trimEnd();
    })
    .join("\n");
}

/** Columns that the longest name takes. */
export function widest(rows: readonly Pick<TextRow, "name">[]): number {
  return Math.max(...rows.map(({ name }) => displayWidth(name)));
}

/** Predicted ○ and observed ● of each bin, both between 0 and 1. */
export function textDots(
  rows: readonly { readonly marks: readonly [number, number]; readonly words: string }[],
): string {
  const place = placeOf(0, 1);
  const lines = rows.map(({ marks: [expected, seen], words }) => {
    const [open, filled] = [place(expected), place(seen)];
    const track = Array.from({ length: trackWidth }, (_, column) => {
      if (column === open && column === filled) return "◉";
      return column === filled ? "●" : column === open ? "○" : "·";
    });
    return `${track.join("")}  ${words}`;
  });
  return [`0${" ".repeat(trackWidth - 2)}1`, ...lines].join("\n");
}

/** Columns of eight heights; something is never drawn as nothing. */
export function textBars(values: readonly number[], low: number, high: number): string {
  const heights = "▁▂▃▄▅▆▇█";
  return values
    .map((value) => {
      if (value <= low && low === 0) return " ";
      const share = high > low ? (value - low) / (high - low) : 0;
      return heights[Math.min(7, Math.max(0, Math.ceil(share * 8) - 1))] ?? " ";
    })
    .join("");
}

/** The column of a value; of no extent, the middle. */
function placeOf(low: number, high: number): (value: number) => number {
  const extent = high - low;
  return (value) => {
    if (!(extent > 0)) return Math.floor(trackWidth / 2);
    return Math.min(trackWidth - 1, Math.max(0, Math.round(((value - low) / extent) * (trackWidth - 1))));
  };
}
