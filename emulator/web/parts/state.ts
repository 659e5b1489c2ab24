/** How a status and a conclusion look and read: one table for checks, runs, jobs, steps and deployments. */
import type { Html } from "../html.ts";
import type { CheckRun, CommitStatus } from "../shapes.ts";
import { type IconName, icon } from "./icon.ts";

export type Tone = "good" | "bad" | "busy" | "quiet" | "warn";
export type Look = { readonly icon: IconName; readonly tone: Tone; readonly text: string };

const looks: Readonly<Record<string, Look>> = {
  success: { icon: "check", tone: "good", text: "Successful" },
  failure: { icon: "cross", tone: "bad", text: "Failed" },
  error: { icon: "cross", tone: "bad", text: "Error" },
  startup_failure: { icon: "cross", tone: "bad", text: "Startup failure" },
  timed_out: { icon: "clock", tone: "bad", text: "Timed out" },
  cancelled: { icon: "skip", tone: "quiet", text: "Cancelled" },
  skipped: { icon: "skip", tone: "quiet", text: "Skipped" },
  stale: { icon: "neutral", tone: "quiet", text: "Stale" },
  neutral: { icon: "neutral", tone: "quiet", text: "Neutral" },
  action_required: { icon: "alert", tone: "warn", text: "Action required" },
  queued: { icon: "dot", tone: "busy", text: "Queued" },
  requested: { icon: "dot", tone: "busy", text: "Requested" },
  pending: { icon: "dot", tone: "busy", text: "Pending" },
  waiting: { icon: "clock", tone: "busy", text: "Waiting for review" },
  in_progress: { icon: "spin", tone: "busy", text: "In progress" },
  active: { icon: "check", tone: "good", text: "Active" },
  inactive: { icon: "neutral", tone: "quiet", text: "Inactive" },
};

/** The look of a conclusion if there is one, else of the status; unknown words are shown as they are. */
export function look(status: string | null | undefined, conclusion: string | null | undefined): Look {
  const word = conclusion ?? status ?? "pending";
  return looks[word] ?? { icon: "neutral", tone: "quiet", text: word };
}

/** The icon of a look; its text is read aloud. */
export function stateIcon(of: Look): Html {
  return icon(of.icon, of.tone, of.text);
}

/** One line of the list of checks: a check run, or a commit status shown as one. */
export type CheckRow = {
  readonly name: string;
  readonly app: string | null;
  readonly word: string;
  readonly look: Look;
  readonly title: string | null;
  readonly id: number | bigint | null;
  readonly detailsUrl: string | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
};

/** Check runs and commit statuses of one commit, in one shape. */
export function checkRows(runs: readonly CheckRun[], statuses: readonly CommitStatus[]): readonly CheckRow[] {
  const fromRuns = runs.map(
    (run): CheckRow => ({
      name: run.name,
      app: run.app?.name ?? null,
      word: run.conclusion ?? run.status,
      look: look(run.status, run.conclusion),
      title: run.output.title,
      id: run.id,
      detailsUrl: run.details_url,
      startedAt: run.started_at,
      completedAt: run.completed_at,
    }),
  );
  const fromStatuses = statuses.map(
    (status): CheckRow => ({
      name: status.context,
      app: null,
      word: status.state,
      look: look(null, status.state),
      title: status.description,
      id: null,
      detailsUrl: status.target_url,
      startedAt: status.created_at,
      completedAt: status.updated_at,
    }),
  );
  return [...fromRuns, ...fromStatuses];
}

/** The state of all checks together, worst first as GitHub has it; null without any check. */
export function rollup(rows: readonly CheckRow[]): Look | null {
  if (rows.length === 0) return null;
  const count = (...tones: readonly Tone[]) => rows.filter((row) => tones.includes(row.look.tone)).length;
  const bad = count("bad", "warn");
  const busy = count("busy");
  const passed = rows.length - bad - busy;
  const text = [bad > 0 && `${bad} failing`, busy > 0 && `${busy} in progress`, passed > 0 && `${passed} completed`]
    .filter((part) => part !== false)
    .join(", ");
  if (bad > 0) return { icon: "cross", tone: "bad", text };
  if (busy > 0) return { icon: "dot", tone: "busy", text };
  return { icon: "check", tone: "good", text };
}
