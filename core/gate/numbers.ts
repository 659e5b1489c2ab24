import { formatDelta, formatPercent, formatValue } from "../metrics/format.ts";
import { metricSpec } from "../metrics/registry.ts";
import { flipsLabel } from "./bounds.ts";
import type { Subject } from "./linear.ts";
import { isOperation, nameOf } from "./lookup.ts";

/** What a comparison is about, in words. */
export function subjectName(subject: Subject): string {
  switch (subject.kind) {
    case "flips":
      return `the ${flipsLabel(subject.id)}`;
    case "delta":
      return `the change of ${nameOf(subject)}`;
    case "ratio":
      return `the ratio of ${nameOf(subject)} to the baseline's`;
    case "candidate":
    case "baseline":
      return `the ${subject.kind}'s ${nameOf(subject)}`;
  }
}

/** A value of the subject, in its unit. */
export function subjectValue(subject: Subject, value: number): string {
  switch (subject.kind) {
    case "flips":
      return formatPercent(Number(value.toPrecision(3)));
    case "ratio":
      return plain(value, 4);
    case "delta":
      if (isOperation(subject.metric)) return operational(subject.metric, value);
      return formatDelta(subject.metric, value);
    case "candidate":
    case "baseline":
      return isOperation(subject.metric) ? operational(subject.metric, value) : formatValue(subject.metric, value);
  }
}

/** A number without a unit. */
export function plain(value: number, digits = 6): string {
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

/** `the candidate's accuracy` with an upper-case start, as a sentence begins. */
export function sentence(text: string): string {
  return `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}`;
}

function operational(id: string, value: number): string {
  const unit = metricSpec(id)?.unit ?? "";
  const size = Math.abs(value);
  if (unit === "B" && size >= 1_000) {
    const { scale, name } = byteScale(size);
    return `${plain(value / scale, 4)} ${name}`;
  }
  return unit === "" ? plain(value) : `${plain(value, 4)} ${unit}`;
}

function byteScale(size: number): { readonly scale: number; readonly name: string } {
  if (size >= 1e9) return { scale: 1e9, name: "GB" };
  return size >= 1e6 ? { scale: 1e6, name: "MB" } : { scale: 1e3, name: "kB" };
}
