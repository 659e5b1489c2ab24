import type { ObservedCheck } from "../core/plan/observe.ts";
import { type Client, orNull } from "./octokit.ts";

export type CheckContent = {
  readonly name: string;
  readonly headSha: string;
  /** Ours, stable: the way back to a check run whose id was lost. */
  readonly externalId: string;
  readonly detailsUrl: string | null;
  readonly startedAt: string | null;
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion: "success" | "failure" | "neutral" | "action_required" | "cancelled" | null;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly annotations: readonly {
    readonly path: string;
    readonly line: number;
    readonly column: number | null;
    readonly level: "failure" | "warning";
    readonly message: string;
  }[];
};

const maxAnnotations = 50;

/** What the button on a check at work asks for: its `requested_action`. */
export const cancelAction = "cancel";
const buttons = [{ label: "Cancel", description: "Stop the runs behind this check", identifier: cancelAction }];

/**
 * Makes a check run or brings the known one up to date; with `search`, looks for a lost one before it makes one.
 * `beforeMaking` is awaited right before that, and stops it by throwing. Gives the check run's id.
 */
export async function upsertCheck(
  client: Client,
  content: CheckContent,
  known: { readonly id: number | null; readonly search: boolean; readonly beforeMaking?: () => Promise<void> },
): Promise<number> {
  const { octokit, owner, repo } = client;
  const fields = {
    owner,
    repo,
    name: content.name,
    external_id: content.externalId,
    output: output(content),
    actions: content.status === "completed" ? [] : buttons,
    ...state(content),
  };
  const details = {
    ...(content.detailsUrl === null ? {} : { details_url: content.detailsUrl }),
    ...(content.startedAt === null ? {} : { started_at: content.startedAt }),
  };
  const isUpdated = async (id: number) =>
    (await orNull(octokit.rest.checks.update({ ...fields, ...details, check_run_id: id }))) !== null;
  if (known.id !== null && (await isUpdated(known.id))) return known.id;
  const found = known.search ? await findCheck(client, content) : null;
  if (found !== null && (await isUpdated(found))) return found;
  await known.beforeMaking?.();
  const made = await octokit.rest.checks.create({ ...fields, ...details, head_sha: content.headSha });
  return made.data.id;
}

/** The check runs of a commit, the newest hundred; also those that share their name with a newer one. */
export async function listChecks(client: Client, commit: string): Promise<readonly ObservedCheck[]> {
  const { octokit, owner, repo } = client;
  const { data } = await octokit.rest.checks.listForRef({ owner, repo, ref: commit, filter: "all", per_page: 100 });
  return data.check_runs.map(observe);
}

/** A check run as GitHub has it now; null when it has none of that id. */
export async function readCheck(client: Client, id: number): Promise<ObservedCheck | null> {
  const { octokit, owner, repo } = client;
  const check = await orNull(octokit.rest.checks.get({ owner, repo, check_run_id: id }));
  return check === null ? null : observe(check.data);
}

function observe({ id, status, conclusion }: ObservedCheck): ObservedCheck {
  return { id, status, conclusion };
}

async function findCheck(client: Client, content: CheckContent): Promise<number | null> {
  const { octokit, owner, repo } = client;
  const found = await octokit.rest.checks.listForRef({
    owner,
    repo,
    ref: content.headSha,
    check_name: content.name,
    per_page: 100,
  });
  return found.data.check_runs.find((check) => check.external_id === content.externalId)?.id ?? null;
}

function state(content: CheckContent) {
  if (content.status !== "completed") return { status: content.status };
  return { status: content.status, conclusion: content.conclusion ?? "neutral" };
}

function output(content: CheckContent) {
  const annotations = content.annotations.slice(0, maxAnnotations).map(({ path, line, column, level, message }) => ({
    path,
    start_line: line,
    end_line: line,
    ...(column === null ? {} : { start_column: column, end_column: column }),
    annotation_level: level,
    message,
  }));
  return {
    title: content.title,
    summary: content.summary,
    text: content.text,
    ...(annotations.length > 0 ? { annotations } : {}),
  };
}
