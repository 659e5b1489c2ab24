import { createHash } from "node:crypto";
import type { Job, Run } from "../../core/job/state.ts";
import { hideSecrets } from "../secrets.ts";
import { limits } from "../store/budgets.ts";
import type { Place, Status } from "../store/status.ts";
import type { RateLimit } from "../traffic.ts";
import { type Concern, concerns } from "./attention.ts";
import { dashboardStyle } from "./dashboard-style.ts";
import { ago, code, duration, type Html, join, lasting, link, type Tone, table, text, toned } from "./page-parts.ts";

export type DashboardView = {
  readonly status: Status;
  readonly ready: boolean;
  readonly rates: readonly RateLimit[];
  readonly now: Date;
  readonly version: string;
  /** Where GitHub's own pages are. */
  readonly webUrl: string;
};

/** Nothing but the page's own style counts. */
export const dashboardPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(dashboardStyle).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** One page for the operator: what needs attention, what is at work, what runs where, what was decided. No script. */
export function renderDashboard(view: DashboardView): string {
  const { status, now, version, ready } = view;
  const state = ready ? toned("good", text("ready")) : toned("warn", text("not ready"));
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Assay</title>
<style>${dashboardStyle}</style>
<header><h1>Assay</h1><span class="state">${state.html}</span><small>version ${text(version).html}, as of ${text(now.toISOString().slice(0, 19).replace("T", " ")).html} UTC</small></header>
${attention(concerns(status, view.rates, now))}
${cards(status, now)}
${deadLetters(view)}
${atWork(view)}
${places(view)}
${ended(view)}
${decisions(view)}
${github(view)}
${upkeep(view)}
</html>
`;
}

function attention(found: readonly Concern[]): string {
  if (found.length === 0) return `<section class="attention good-edge"><p>Nothing needs attention.</p></section>`;
  const lines = found.map(({ tone, message }) => `<li>${toned(tone, text(message)).html}</li>`);
  const edge = found.some(({ tone }) => tone === "bad") ? " bad-edge" : "";
  return `<section class="attention${edge}"><ul>${lines.join("")}</ul></section>`;
}

function cards(status: Status, now: Date): string {
  const pending = status.unfinished.filter(({ state }) => state === "pending");
  const oldest = pending.map(({ since }) => since).toSorted()[0] ?? null;
  const count = (counts: Readonly<Record<string, number>>, state: string) => counts[state] ?? 0;
  const waits = (since: string | null): Html =>
    since === null ? text("nothing waits") : join(text("oldest"), ago(since, now));
  const all: readonly (readonly [value: string | number, of: string, more: Html])[] = [
    [count(status.deliveries, "pending"), "deliveries to work off", waits(status.oldestDelivery)],
    [count(status.effects, "pending"), "effects to perform", waits(oldest)],
    [count(status.deliveries, "dead") + count(status.effects, "dead"), "dead letters", text("given up")],
    [
      sum(status.jobs),
      "jobs at work",
      text(`${count(status.jobs, "training")} training, ${count(status.jobs, "evaluating")} evaluating`),
    ],
    [count(status.deliveries, "done"), "deliveries done", join(text("last one came"), ago(status.lastDelivery, now))],
    [
      count(status.effects, "done"),
      "effects done",
      text(`${count(status.effects, "replaced")} overtaken by newer wishes`),
    ],
  ];
  const items = all.map(
    ([value, of, more]) => `<li><b>${text(value).html}</b>${text(of).html}<br><small>${more.html}</small></li>`,
  );
  return `<ul class="cards">${items.join("\n")}</ul>`;
}

function deadLetters({ status, now }: DashboardView): string {
  const count = (status.deliveries["dead"] ?? 0) + (status.effects["dead"] ?? 0);
  if (count === 0) return "";
  const rows = status.deadLetters.map((letter) => [
    join(text(`${letter.kind} ${letter.what}`), { html: "<br>" }, code(letter.id)),
    text(letter.repository),
    ago(letter.since, now),
    text(letter.attempts),
    toned("bad", text(hideSecrets(letter.error).slice(0, 500))),
  ]);
  const how = `<p>Once the cause is gone, let them be tried again, where the App is installed and with its settings (stop the App before, unless it uses DATABASE_URL):</p><pre><code>node app/main.ts --retry-dead</code></pre>`;
  return table("Dead letters", ["what", "repository", "came", "attempts", "error"], rows, "") + how;
}

function atWork(view: DashboardView): string {
  const { status, now } = view;
  const rows = status.atWork.map((job) => {
    const run = job.runs.findLast((one) => one.state !== "completed") ?? null;
    return [text(job.model), pullOf(job, view), code(job.commit.slice(0, 12)), text(job.phase), runOf(run, now)];
  });
  return table("At work", ["model", "pull request", "commit", "phase", "run"], rows, "No job is at work.");
}

function runOf(run: Run | null, now: Date): Html {
  if (run === null) return text("none yet");
  const words = run.state === "dispatched" ? "queued" : "running";
  return join(link(words, run.url), toned("soft", lasting(run.startedAt ?? run.dispatchedAt, now)));
}

function places(view: DashboardView): string {
  const { status, now } = view;
  const rows = status.places.map((place) => [
    text(repositoryOf(place.repositoryId, view)),
    text(place.model),
    text(place.environment),
    place.deployed === null ? toned("soft", text("nothing")) : { html: `<b>${text(place.deployed).html}</b>` },
    place.since === null ? text("") : ago(place.since, now),
    onItsWay(place),
  ]);
  const head = ["repository", "model", "environment", "version", "since", "last attempt"];
  return table("Environments", head, rows, "Nothing is deployed yet.");
}

const tones: Readonly<Record<string, Tone>> = {
  pass: "good",
  fail: "bad",
  failed: "bad",
  error: "bad",
  rejected: "bad",
  inconclusive: "warn",
  insufficient: "warn",
  no_baseline: "warn",
};

function onItsWay({ newest, model }: Place): Html {
  if (newest === null) return text("");
  const words = join(text(`${model}@v${newest.version}`), link(newest.state, newest.run?.url ?? null));
  return toned(tones[newest.state] ?? null, words);
}

function ended(view: DashboardView): string {
  const rows = view.status.ended.map((job) => {
    const result = job.verdict ?? job.phase;
    const why = job.fault === null ? null : toned("soft", text(job.fault.reason));
    return [
      text(job.model),
      pullOf(job, view),
      code(job.commit.slice(0, 12)),
      join(toned(tones[result] ?? null, text(result)), why),
      ago(job.updatedAt, view.now),
    ];
  });
  return table("Results", ["model", "pull request", "commit", "result", "ended"], rows, "No job has ended yet.");
}

function decisions({ status, now }: DashboardView): string {
  const rows = status.decisions.map((one) => {
    const about = Object.entries(one.subject).filter(([, value]) => value !== null);
    const words = about.map(([key, value]) => text(`${key} ${shorten(String(value))}`).html).join(", ");
    return [
      ago(one.at, now),
      text(one.what),
      text(one.by),
      text(one.reason ?? ""),
      text(one.repository),
      { html: `<small>${words}</small>` },
    ];
  });
  const head = ["when", "decision", "by", "reason", "repository", "about"];
  return table("Latest decisions of the ledger", head, rows, "Nothing was decided yet.");
}

/** Digests and commits by their beginning; the ledger has the rest. */
function shorten(value: string): string {
  const [, start] = /^((?:sha256:)?[0-9a-f]{12})[0-9a-f]{20,}$/.exec(value) ?? [];
  return start === undefined ? value : `${start}…`;
}

function github({ status, rates, now }: DashboardView): string {
  const ids = [
    ...new Set([...rates.map((rate) => rate.installationId), ...status.budgets.map((one) => one.installationId)]),
  ];
  const rows = ids.map((id) => {
    const budget = status.budgets.find((one) => one.installationId === id);
    const left = rates
      .filter((rate) => rate.installationId === id)
      .map(({ remaining, limit, resource }) => `${remaining} of ${limit} (${resource})`);
    const spent =
      budget === undefined
        ? "nothing"
        : `${budget.pointsLastMinute} of ${limits.pointsPerMinute} points a minute, ${budget.creationsLastHour} of ${limits.creationsPerHour} pieces of content an hour`;
    const paused = budget === undefined || budget.pausedSeconds === 0 ? "" : `for ${duration(budget.pausedSeconds)}`;
    const reset = rates.find((rate) => rate.installationId === id && Date.parse(rate.resetAt) > now.getTime());
    const anew =
      reset === undefined ? "" : `, anew in ${duration((Date.parse(reset.resetAt) - now.getTime()) / 1_000)}`;
    return [
      text(id === null ? "the App itself" : `installation ${id}`),
      text(left.length === 0 ? "not asked yet" : `${left.join(", ")}${anew}`),
      text(id === null ? "" : spent),
      toned(paused === "" ? null : "warn", text(paused)),
    ];
  });
  return table(
    "GitHub's limits",
    ["for", "requests left", "spent", "paused"],
    rows,
    "GitHub was not asked anything yet.",
  );
}

function upkeep({ status, now }: DashboardView): string {
  const { missed } = status;
  const gap =
    missed.count === 0
      ? [text("missed deliveries"), text("none"), text("")]
      : [
          text("missed deliveries"),
          toned("warn", text(`${missed.count} to be asked for`)),
          text(`oldest ${duration(missed.oldestSeconds)} ago`),
        ];
  const cursors = status.cursors.map(({ name, value, ageSeconds }) => [
    text(`cursor ${name}`),
    code(JSON.stringify(value).slice(0, 200)),
    text(`${duration(ageSeconds)} ago`),
  ]);
  const heals = status.heals.map(({ kind, count, lastAt }) => [
    text(`healed: ${kind.replaceAll("_", " ")}`),
    text(`${count} ×`),
    join(text("last"), ago(lastAt, now)),
  ]);
  return table("Upkeep", ["what", "state", "when"], [gap, ...cursors, ...heals], "");
}

function pullOf(job: Job, view: DashboardView): Html {
  const name = view.status.repositories.get(job.repositoryId);
  if (name === undefined) return text(`#${job.pull}`);
  const path = name.split("/").map(encodeURIComponent).join("/");
  return link(`${name}#${job.pull}`, `${view.webUrl}/${path}/pull/${job.pull}`);
}

function repositoryOf(id: number, { status }: DashboardView): string {
  return status.repositories.get(id) ?? String(id);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
