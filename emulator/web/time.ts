/** Times as people read them. The script keeps relative texts current; the exact time is in the tooltip. */
import { type Html, html } from "./html.ts";

const steps = [
  { unit: "year", seconds: 31_536_000 },
  { unit: "month", seconds: 2_592_000 },
  { unit: "week", seconds: 604_800 },
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3600 },
  { unit: "minute", seconds: 60 },
] as const;

/** "3 minutes ago", with the exact UTC time on hover; nothing for a missing or unreadable time. */
export function ago(iso: string | null | undefined, now: Date): Html | null {
  const at = parse(iso);
  if (at === null) return null;
  const exact = at.toISOString();
  return html`<time datetime="${exact}" title="${exact.slice(0, 19).replace("T", " ")} UTC">${relative(at, now)}</time>`;
}

/** How long something took ("1m 12s"); counts on in the browser while `end` is null. */
export function duration(start: string | null | undefined, end: string | null | undefined, now: Date): Html | null {
  const from = parse(start);
  if (from === null) return null;
  const to = parse(end);
  if (to !== null) return html`${span(to.getTime() - from.getTime())}`;
  return html`<time datetime="${from.toISOString()}" data-since>${span(now.getTime() - from.getTime())}</time>`;
}

/** "5 minutes ago", "now"; a time in the future reads as "now", since two clocks are rarely equal. */
export function relative(at: Date, now: Date): string {
  const seconds = Math.floor((now.getTime() - at.getTime()) / 1000);
  const step = steps.find((candidate) => seconds >= candidate.seconds);
  if (step === undefined) return seconds < 10 ? "now" : `${seconds} seconds ago`;
  const count = Math.floor(seconds / step.seconds);
  return `${count} ${step.unit}${count === 1 ? "" : "s"} ago`;
}

/** Milliseconds as "42s", "1m 12s" or "2h 5m". */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m`;
}

function parse(iso: string | null | undefined): Date | null {
  if (!iso) return null;
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? null : at;
}
