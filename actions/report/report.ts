import * as core from "@actions/core";
import { AssayError, describeFault, type Fault } from "../../core/fault.ts";
import { conclude } from "../../core/gate/conclude.ts";
import type { Report, Verdict } from "../../core/report.ts";
import { renderComment } from "../../report/comment.ts";
import type { Octokit } from "../client.ts";
import { plainText } from "../plain-text.ts";
import { retryFaults, statusOf } from "../retry.ts";
import { type Posted, postComment } from "./post-comment.ts";
import { pullViewOf } from "./pull-view.ts";
import { readReports } from "./read-reports.ts";
import type { FailOn, ReportWorld } from "./report-world.ts";
import { markerOf, stampOf } from "./stamp.ts";
import { appName, renderSummary } from "./summary.ts";

/** As the assay command ends. */
const exitCodes: Readonly<Record<Verdict, number>> = {
  pass: 0,
  fail: 1,
  inconclusive: 2,
  insufficient: 2,
  no_baseline: 2,
  error: 2,
};
const badInput = 3;

/**
 * Shows reports without the App: on the page of the run and, in a pull request, in its one comment. What the reports say
 * fails the step as `fail-on` asks; a comment that cannot be written does not.
 */
export async function report(world: ReportWorld, octokit: Octokit): Promise<void> {
  const reports = await readReports(world.workspace, world.patterns).catch(faultOf);
  if ("reason" in reports) return await refuse(world, reports);
  const verdict = conclude(reports.map((each) => each.verdict));
  core.setOutput("verdict", verdict);
  core.setOutput("exit-code", String(exitCodes[verdict]));
  await writeSummary(world, renderSummary(pullViewOf(world, reports, null), reports));
  const posted = await comment(world, reports, octokit);
  core.setOutput("comment-id", posted === null ? "" : String(posted.id));
  if (isFailure(verdict, world.failOn)) core.setFailed(failureOf(reports, verdict));
}

/** Whether a verdict fails the step. An error is never less than a fail. */
export function isFailure(verdict: Verdict, failOn: FailOn): boolean {
  if (failOn === "never") return false;
  return failOn === "inconclusive" ? verdict !== "pass" : verdict === "fail" || verdict === "error";
}

function failureOf(reports: readonly Report[], verdict: Verdict): string {
  const models = reports.filter((each) => each.verdict === verdict).map(({ model }) => JSON.stringify(model));
  return `the verdict is ${verdict}: ${models.join(", ")}`;
}

function faultOf(error: unknown): Fault {
  if (error instanceof AssayError) return error.fault;
  throw error;
}

async function refuse(world: ReportWorld, fault: Fault): Promise<void> {
  core.setOutput("verdict", "");
  core.setOutput("exit-code", String(badInput));
  core.setOutput("comment-id", "");
  await writeSummary(world, `**${fault.reason}**. ${plainText(describeFault(fault))}`);
  core.setFailed(`${fault.reason}: ${describeFault(fault)}`);
}

async function writeSummary({ hasSummary }: ReportWorld, text: string): Promise<void> {
  if (hasSummary) await core.summary.addRaw(text, true).write();
}

async function comment(world: ReportWorld, reports: readonly Report[], octokit: Octokit): Promise<Posted | null> {
  const { pull, key, runId, attempt, commit, repository } = world;
  if (!world.comment) return null;
  if (pull === null) {
    core.info("This run is for no pull request: the reports are in the job summary only.");
    return null;
  }
  try {
    const { owner, name: repo } = repository;
    const ask = () => octokit.rest.pulls.get({ owner, repo, pull_number: pull.number });
    const { data } = await retryFaults(ask);
    const state = data.merged ? "merged" : data.state;
    const view = pullViewOf(world, reports, { head: data.head.sha, state });
    const marker = markerOf(pull.number, key);
    const alone = {
      marker: stampOf(pull.number, key, { runId, attempt, head: commit }),
      fullReport: "the summary of the workflow run",
    };
    const body = renderComment(view, { charts: {}, appName, alone });
    const posted = await postComment({ octokit, owner, repo }, { pull: pull.number, body, marker });
    core.info(outcomes[posted.kind]);
    return posted;
  } catch (error) {
    tellWhyNot(error, pull.isFork);
    return null;
  }
}

const outcomes: Readonly<Record<Posted["kind"], string>> = {
  created: "The comment was made.",
  edited: "The comment was edited.",
  unchanged: "The comment says this already.",
  newer: "The comment is left alone: a newer run wrote it.",
};

/** A token that may not write is the rule in pull requests from forks, so it is told, and no fault. */
function tellWhyNot(error: unknown, isFork: boolean): void {
  const status = statusOf(error);
  const answer = error instanceof Error ? error.message : String(error);
  if (status !== 401 && status !== 403 && status !== 404) {
    core.warning(`The comment could not be written, the reports are in the job summary: ${answer}`);
    return;
  }
  const why = isFork
    ? "in a pull request from a fork the token can only read"
    : "the token may not write to pull requests; the job needs `permissions: pull-requests: write`";
  core.notice(`No comment, the reports are in the job summary: ${why} (${answer}).`);
}
