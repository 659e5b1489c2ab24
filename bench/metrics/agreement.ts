import type { Metric } from "../../core/report.ts";
import type { PeerAnswer } from "../peer/peer.ts";

const tolerance = 1e-9;

/** Whether a metric's interval comes from draws of the rows, which no two programs share. */
export function isResampled({ delta }: Metric): boolean {
  return delta?.method.includes("bootstrap") === true;
}

/** How many numbers were compared, and those that differ by more than 1e-9. */
export type Agreement = { readonly compared: number; readonly differences: readonly string[] };

/** Compares the product's numbers with its peer's: values, and intervals by formula where both have one. */
export function compareNumbers(metrics: readonly Metric[], peer: PeerAnswer["values"]["formula"]): Agreement {
  const differences: string[] = [];
  let compared = 0;
  const compare = (own: number, theirs: number, what: string): void => {
    compared += 1;
    if (!(Math.abs(own - theirs) <= tolerance)) differences.push(`${what}: ${own} here, ${theirs} by the peer`);
  };
  for (const metric of metrics) {
    for (const part of ["candidate", "baseline", "delta"] as const) {
      const [value, interval] = peer[metric.id]?.[part] ?? [null, null];
      const own = metric[part];
      if (value === null || own === null) continue;
      compare(own.value ?? Number.NaN, value, `${metric.id}, ${part}`);
      if (isResampled(metric) || own.interval === null || interval === null) continue;
      compare(own.interval[0], interval[0], `${metric.id}, ${part}, lower bound`);
      compare(own.interval[1], interval[1], `${metric.id}, ${part}, upper bound`);
    }
  }
  return { compared, differences };
}
