/** A column of a Markdown table; numbers stand at the right. */
export type Column = { readonly title: string; readonly align: "left" | "right" };

/** Columns of numbers after a first column of names. */
export function columnsOf(first: string, ...numbers: readonly string[]): readonly Column[] {
  return [{ title: first, align: "left" }, ...numbers.map((title): Column => ({ title, align: "right" }))];
}

/** A Markdown table; pipes in cells are escaped. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = `|${columns.map(({ align }) => (align === "right" ? "--:" : "---")).join("|")}|`;
  return [line(columns.map(({ title }) => title)), rule, ...rows.map(line)].join("\n");
}

/** Milliseconds with three digits that matter: 0.42, 7.31, 108, 2,150. */
export function formatMs(ms: number): string {
  return ms >= 100 ? formatInteger(ms) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2);
}

export function formatInteger(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A ratio such as `6.4 ×`. */
export function formatTimes(ratio: number): string {
  return `${ratio >= 100 ? formatInteger(ratio) : ratio.toFixed(ratio >= 10 ? 0 : 1)} ×`;
}

/** A share such as `4.9 %`. */
export function formatShare(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
