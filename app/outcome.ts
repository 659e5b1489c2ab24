import type { Run } from "../core/job/state.ts";
import type { Outcome } from "../core/plan/facts.ts";
import { report as reportSchema } from "../core/report.ts";
import { artifactFiles, artifactNames, runResult } from "../core/run-result.ts";
import { type ArtifactEntry, listArtifacts, readArtifact } from "../github/artifacts.ts";
import type { Client } from "../github/octokit.ts";

/** A report of 200 metrics over 50 slices with its curves stays well below this. */
const maxResultBytes = 16 * 1024 * 1024;

/**
 * How a run of ours ended, from its artifacts: untrusted input, so capped in size and checked against its schema. Null
 * when the run left no result at all, as a cancelled or lost one does.
 */
export async function readOutcome(
  client: Client,
  runId: number,
  run: Run,
  conclusion: string,
): Promise<Outcome | null> {
  const artifacts = await listArtifacts(client, runId);
  const entry = artifacts.find((artifact) => artifact.name === artifactNames.result(run.nonce));
  if (entry === undefined) return null;
  const model = modelOf(artifacts, runId, run);
  // Of a training that went well the model is all that matters now; the evaluation's result tells the rest.
  if (run.stage === "train" && conclusion === "success" && model !== null) return trainedWell(run, model);
  const files = await read(client, entry);
  if (files === null) return invalid("the result artifact is gone or cannot be unpacked");
  const result = runResult.safeParse(json(files[artifactFiles.result]));
  if (!result.success) return invalid(`result.json: ${firstProblem(result.error)}`);
  if (result.data.nonce !== run.nonce || result.data.stage !== run.stage)
    return invalid("result.json belongs to another run");

  const reportBytes = files[artifactFiles.report];
  const report = reportBytes === undefined ? null : reportSchema.safeParse(json(reportBytes));
  if (report !== null && !report.success) return invalid(`report.json: ${firstProblem(report.error)}`);
  return { kind: "result", result: result.data, report: report?.data ?? null, model };
}

type Model = Extract<Outcome, { kind: "result" }>["model"];

function modelOf(artifacts: readonly ArtifactEntry[], runId: number, run: Run): Model {
  const model = artifacts.find((artifact) => artifact.name === artifactNames.model(run.nonce));
  return model?.digest == null ? null : { kind: "artifact", runId, artifactId: model.id, artifactDigest: model.digest };
}

function trainedWell({ nonce, stage }: Run, model: Model): Outcome {
  const result = { schema: 1, stage, nonce, outcome: "succeeded", fault: null, training: null } as const;
  return { kind: "result", result, report: null, model };
}

async function read(client: Client, entry: ArtifactEntry): Promise<Readonly<Record<string, Uint8Array>> | null> {
  try {
    return await readArtifact(client, entry, [artifactFiles.result, artifactFiles.report], maxResultBytes);
  } catch (error) {
    // Too large, or not a zip: the runner's doing, so the job fails rather than the delivery.
    if (error instanceof RangeError || (error instanceof Error && "code" in error && typeof error.code === "number"))
      return null;
    throw error;
  }
}

/** Refuses text that no database keeps: NUL characters and halves of surrogate pairs, in names and in values. */
function storable(key: string, value: unknown): unknown {
  for (const text of typeof value === "string" ? [key, value] : [key]) {
    if (text.includes("\0") || !text.isWellFormed()) throw new TypeError("text that cannot be kept");
  }
  return value;
}

function json(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes), storable);
  } catch {
    return undefined;
  }
}

function firstProblem(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}): string {
  const [issue] = error.issues;
  return issue === undefined ? "not readable" : `${issue.path.map(String).join(".")}: ${issue.message}`;
}

function invalid(message: string): Outcome {
  return { kind: "fault", fault: { reason: "report_invalid", message } };
}
