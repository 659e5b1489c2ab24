import type { CompareNode, GateNode, Quantity } from "./tree.ts";

/** A gate as text again; reading that text gives the same gate. */
export function printGate(node: GateNode): string {
  switch (node.kind) {
    case "ni":
    case "sup":
    case "equiv":
    case "limit_gain":
      return `${node.kind}(${named(node)}, ${decimal(node.margin)}) at ${percent(node.level)}`;
    case "no_worse_slices":
      return `no_worse_slices(${node.metric}, ${decimal(node.margin)}${list(node.by)}) at ${percent(node.level)}`;
    case "compare":
      return printComparison(node);
    case "not":
      return `not (${printGate(node.of)})`;
    case "and":
    case "or":
      return node.parts
        .map((part) => (part.kind === "and" || part.kind === "or" ? `(${printGate(part)})` : printGate(part)))
        .join(` ${node.kind} `);
  }
}

function printComparison({ left, operator, right, precision, level }: CompareNode): string {
  const wanted = precision === null ? "" : ` +/- ${decimal(precision)}`;
  const sure = level === null ? "" : ` at ${percent(level)}`;
  return `${printQuantity(left)} ${operator} ${printQuantity(right)}${wanted}${sure}`;
}

function printQuantity(of: Quantity): string {
  switch (of.kind) {
    case "number":
      return of.unit === "rel%" ? `${decimal(hundredfold(of.value))}rel%` : `${decimal(of.value)}${suffix(of.unit)}`;
    case "reference":
      if (of.side === "candidate" || of.side === "baseline") return `${of.side}.${named(of)}`;
      return `${of.side === "relative" ? "delta" : of.side}(${named(of)})`;
    case "flips":
      return of.id;
    case "worst":
    case "gap":
      return `${of.kind}(${of.metric}${list(of.by)})`;
    case "min":
    case "max":
    case "abs":
      return `${of.kind}(${of.of.map(printQuantity).join(", ")})`;
    case "negate":
      return `-${of.of.kind === "arithmetic" ? `(${printQuantity(of.of)})` : printQuantity(of.of)}`;
    case "arithmetic":
      return `(${printQuantity(of.left)} ${of.operator} ${printQuantity(of.right)})`;
  }
}

/** Shares print as plain numbers, which every unit check takes; times and sizes in their basic unit. */
function suffix(unit: Extract<Quantity, { kind: "number" }>["unit"]): string {
  return unit === "ms" || unit === "B" ? unit : "";
}

function named({ metric, slice }: { readonly metric: string; readonly slice: string | null }): string {
  return slice === null ? metric : `${metric}[${slice}]`;
}

function list(by: readonly string[] | null): string {
  if (by === null) return "";
  const entry = (text: string): string => (/[,[\]"']/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `, by=[${by.map(entry).join(", ")}]`;
}

function percent(level: number): string {
  return `${decimal(hundredfold(level))}%`;
}

/** A hundred times the value, by moving the point in the text as reading does. */
function hundredfold(value: number): number {
  const text = String(value);
  return text.includes("e") ? value * 100 : Number(`${text}e2`);
}

function decimal(value: number): string {
  return String(value);
}
