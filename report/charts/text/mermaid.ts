/** A line of a Mermaid chart: its values stand at equal distances over the horizontal axis. */
export type MermaidLine = { readonly name: string; readonly color: string; readonly values: readonly number[] };

export type MermaidChart = {
  /** A range of numbers, or one name for each value. */
  readonly x: { readonly title: string; readonly of: readonly [number, number] | readonly string[] };
  readonly y: { readonly title: string; readonly range: readonly [number, number] };
  readonly lines: readonly MermaidLine[];
};

/** Intervals between the points of a line. A power of two: Mermaid adds up steps, and these add up without rounding. */
export const mermaidSteps = 32;

/**
 * Source of a Mermaid xychart. Null where the numbers have more digits than its grammar, which knows no exponents, can
 * hold readably.
 */
export function mermaidChart({ x, y, lines }: MermaidChart): string | null {
  const numbers = lines.flatMap(({ values }) => values);
  const digits = decimalsFor(y.range);
  const isShown = [...numbers, ...y.range].every((value) => Math.abs(value) < 1e12) && digits <= 12;
  if (!isShown || !(y.range[1] > y.range[0]) || lines.length === 0) return null;
  const palette = lines.map(({ color }) => color).join(", ");
  const look = { xyChart: { width: 480, height: 320 }, themeVariables: { xyChart: { plotColorPalette: palette } } };
  const number = (value: number): string => plainNumber(value, digits);
  return [
    `%%{init: ${JSON.stringify(look)}}%%`,
    "xychart-beta",
    `x-axis ${quoted(x.title)} ${isRange(x.of) ? `${x.of[0]} --> ${x.of[1]}` : `[${x.of.map(quoted).join(", ")}]`}`,
    `y-axis ${quoted(y.title)} ${number(y.range[0])} --> ${number(y.range[1])}`,
    ...lines.map(({ name, values }) => `line ${quoted(name)} [${values.map(number).join(", ")}]`),
  ].join("\n");
}

function isRange(of: readonly [number, number] | readonly string[]): of is readonly [number, number] {
  return typeof of[0] === "number";
}

/** Four digits of the axis's extent. */
function decimalsFor([low, high]: readonly [number, number]): number {
  return Math.max(0, 3 - Math.floor(Math.log10(Math.max(high - low, Number.MIN_VALUE))));
}

function plainNumber(value: number, digits: number): string {
  const text = value.toFixed(digits);
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return short === "-0" ? "0" : short;
}

/** A text that Mermaid reads as nothing but text: no quote, directive, entity, tag or Markdown can be in it. */
export function mermaidText(text: string): string {
  return text
    .replace(/[^\p{L}\p{M}\p{N} _.,+=()/@-]/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim();
}

function quoted(text: string): string {
  return `"${mermaidText(text)}"`;
}
