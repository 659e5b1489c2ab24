import { html as escapeHtml } from "../../report/escape.ts";
import type { Status } from "../store/status.ts";

/** One page for the operator: what is going on, what was decided, what is stuck. */
export function renderDashboard(status: Status): string {
  const jobs = status.jobs.map((job) => [
    job.model,
    `#${job.pull}`,
    job.commit.slice(0, 12),
    job.phase,
    job.verdict ?? job.fault?.reason ?? "",
    job.updatedAt,
  ]);
  const promotions = status.promotions.map((one) => [
    `${one.model}@v${one.version}`,
    one.environment,
    one.state,
    one.updatedAt,
  ]);
  const decisions = status.decisions.map((one) => [one.at, one.what, one.by, one.reason ?? "", one.subject]);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Assay</title>
<style>
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
  body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.4rem } h2 { font-size: 1.05rem; margin-top: 2rem }
  .wide { overflow-x: auto } table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); vertical-align: top }
  td:first-child { white-space: nowrap } td:last-child { overflow-wrap: anywhere }
</style>
<h1>Assay</h1>
<p>Deliveries: ${summary(status.deliveries)}. Effects: ${summary(status.effects)}.</p>
${table("Jobs", ["model", "pull request", "commit", "phase", "verdict or reason", "updated"], jobs)}
${table("Versions in environments", ["version", "environment", "state", "updated"], promotions)}
${table("Decisions", ["at", "what", "by", "reason", "about"], decisions)}
</html>
`;
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return `<h2>${escapeHtml(title)}</h2><p>None yet.</p>`;
  const cells = (tag: "th" | "td", values: readonly string[]) =>
    values.map((value) => `<${tag}>${escapeHtml(value)}</${tag}>`).join("");
  const body = rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("\n");
  return `<h2>${escapeHtml(title)}</h2><div class="wide"><table><tr>${cells("th", head)}</tr>\n${body}</table></div>`;
}

function summary(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([state, count]) => `${count} ${state}`);
  return parts.length === 0 ? "none" : escapeHtml(parts.join(", "));
}
