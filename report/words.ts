import { formatCount as count } from "../core/metrics/format.ts";

export { count };

/** `1 row`, `2,481 rows` */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** `a`, `a and b`, `a, b and c` */
export function enumeration(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** `0.4 s`, `41 s`, `13 min 2 s`, `3 h 12 min` */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return [`${Math.floor(whole / 60)} min`, ...(whole % 60 > 0 ? [`${whole % 60} s`] : [])].join(" ");
  const minutes = Math.round(whole / 60);
  return [`${count(Math.floor(minutes / 60))} h`, ...(minutes % 60 > 0 ? [`${minutes % 60} min`] : [])].join(" ");
}

/** A duration that is only an estimate: `less than a minute`, `8 min`, `2.5 h` */
export function roughly(seconds: number): string {
  if (seconds < 60) return "less than a minute";
  const minutes = seconds / 60;
  return minutes < 90 ? `${Math.round(minutes)} min` : `${(Math.round(minutes / 30) / 2).toLocaleString("en-US")} h`;
}

/** The first 12 characters of a commit: enough to be unique, short enough to read. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 12);
}

/** `sha256:3f2a91bc04d7…`: enough to tell two apart. */
export function shortDigest(digest: string): string {
  return `${digest.slice(0, "sha256:".length + 12)}…`;
}

/** A share such as 0.012 as `1.2 %`. */
export function percent(share: number): string {
  const points = share * 100;
  return `${Number.isInteger(Number(points.toFixed(6))) ? points.toFixed(0) : points.toFixed(points < 0.1 ? 2 : 1)} %`;
}

/** A p-value: `0.032`, `< 0.001`. */
export function chance(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

export function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
