import type { HistogramReading } from "../histogram.ts";

type Labels = Readonly<Record<string, string | number>>;

/** One value of a metric; a value that is not a number is left out. */
export type Sample = { readonly labels?: Labels; readonly value: number | null };

/** One metric in Prometheus' text format 0.0.4, with its help and type. */
export function family(name: string, type: "counter" | "gauge", help: string, samples: readonly Sample[]): string {
  return `${head(name, type, help)}${samples.map(({ labels = {}, value }) => line(name, labels, value)).join("")}`;
}

/** A histogram: cumulative buckets, the sum and the count; or one of these for each value of its labels. */
export function histogram(
  name: string,
  help: string,
  readings: HistogramReading | readonly { readonly labels: Labels; readonly reading: HistogramReading }[],
): string {
  const all = "buckets" in readings ? [{ labels: {}, reading: readings }] : readings;
  return `${head(name, "histogram", help)}${all.map(({ labels, reading }) => lines(name, labels, reading)).join("")}`;
}

function lines(name: string, labels: Labels, { buckets, sum, count }: HistogramReading): string {
  return [
    ...buckets.map(([bound, times]) => line(`${name}_bucket`, { ...labels, le: bound }, times)),
    line(`${name}_bucket`, { ...labels, le: "+Inf" }, count),
    line(`${name}_sum`, labels, sum),
    line(`${name}_count`, labels, count),
  ].join("");
}

function head(name: string, type: string, help: string): string {
  return `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}\n`;
}

function line(name: string, labels: Labels, value: number | null): string {
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
