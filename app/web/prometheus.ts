import type { HistogramReading } from "../histogram.ts";

/** One value of a metric; a value that is not a number is left out. */
export type Sample = { readonly labels?: Readonly<Record<string, string | number>>; readonly value: number | null };

/** One metric in Prometheus' text format 0.0.4, with its help and type. */
export function family(name: string, type: "counter" | "gauge", help: string, samples: readonly Sample[]): string {
  return `${head(name, type, help)}${samples.map(({ labels = {}, value }) => line(name, labels, value)).join("")}`;
}

/** A histogram: cumulative buckets, the sum and the count. */
export function histogram(name: string, help: string, { buckets, sum, count }: HistogramReading): string {
  return [
    head(name, "histogram", help),
    ...buckets.map(([bound, times]) => line(`${name}_bucket`, { le: bound }, times)),
    line(`${name}_bucket`, { le: "+Inf" }, count),
    line(`${name}_sum`, {}, sum),
    line(`${name}_count`, {}, count),
  ].join("");
}

function head(name: string, type: string, help: string): string {
  return `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}\n`;
}

function line(name: string, labels: Readonly<Record<string, string | number>>, value: number | null): string {
  if (value === null || Number.isNaN(value)) return "";
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(String(text))}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${number(value)}\n`;
}

function escapeLabel(text: string): string {
  return text.toWellFormed().replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

function number(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}
