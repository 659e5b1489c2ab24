import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { fateOf, modelDigest } from "./fate.ts";

/**
 * What the actions of the campaign do on a machine: nothing is trained or measured; results, reports and models are made
 * from the ticket. What it did is appended to a file, for the invariants to read. Ends the process with 1 as a failed
 * training does.
 */
type Claims = {
  readonly jti: string;
  readonly stage: "train" | "evaluate" | "deploy";
  readonly model: string;
  readonly fingerprint: string;
  readonly environment: string | null;
  readonly candidate: { readonly digest: string | null; readonly version: string | null } | null;
  readonly baseline: { readonly digest: string; readonly version: string } | null;
};

export type Doing = {
  readonly stage: Claims["stage"];
  readonly nonce: string;
  readonly fingerprint: string;
  readonly environment: string | null;
  readonly digest: string | null;
  readonly version: string | null;
};

type Metric = { readonly id: string; readonly slice: unknown; readonly delta: object | null };

const environment = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

export async function work(): Promise<number> {
  const claims: Claims = decode(environment("INPUT_TICKET").split(".")[1]);
  const { jti, stage, fingerprint } = claims;
  const digest = claims.candidate?.digest ?? (stage === "deploy" ? null : modelDigest(fingerprint));
  const doing: Doing = {
    stage,
    nonce: jti,
    fingerprint,
    environment: claims.environment,
    digest,
    version: claims.candidate?.version ?? null,
  };
  appendFileSync(environment("FAULTS_DOINGS"), `${JSON.stringify(doing)}\n`);
  const result = { schema: 1, stage, nonce: jti, outcome: "succeeded", fault: null, training: null };
  switch (stage) {
    case "train": {
      if (fateOf(fingerprint) === "training_fails") {
        const fault = { reason: "training_failed", message: "exit code 1" };
        await upload(`assay-result-${jti}`, { "result.json": bytes({ ...result, outcome: "failed", fault }) });
        return 1;
      }
      await upload(`assay-model-${jti}`, { "model.onnx": bytes(`model of ${fingerprint}`) });
      await upload(`assay-result-${jti}`, { "result.json": bytes(result) });
      return 0;
    }
    case "evaluate":
      await upload(`assay-result-${jti}`, { "result.json": bytes(result), "report.json": bytes(report(claims)) });
      return 0;
    case "deploy": {
      const serve = join(environment("GITHUB_WORKSPACE"), "serve");
      mkdirSync(serve, { recursive: true });
      writeFileSync(join(serve, "deploy.sh"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
      return 0;
    }
  }
}

function report(claims: Claims): object {
  const file = new URL("../../fixtures/reports/pass.json", import.meta.url);
  const view: { models: { report: { candidate: object; metrics: Metric[] } }[] } = JSON.parse(
    readFileSync(file, "utf8"),
  );
  const passing = view.models[0]?.report ?? { candidate: {}, metrics: [] };
  const worse = fateOf(claims.fingerprint) === "evaluation_fails";
  return {
    ...passing,
    model: claims.model,
    candidate: { ...passing.candidate, digest: claims.candidate?.digest ?? modelDigest(claims.fingerprint) },
    baseline: claims.baseline === null ? null : { digest: claims.baseline.digest, version: claims.baseline.version },
    metrics: passing.metrics.map((metric) =>
      worse && metric.id === "roc_auc" && metric.delta !== null
        ? { ...metric, delta: { ...metric.delta, value: -0.1, interval: [-0.106, -0.094] } }
        : metric,
    ),
  };
}

/** Uploads as the artifact client of Actions does: create, put, finalize. */
async function upload(name: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  const token = environment("ACTIONS_RUNTIME_TOKEN");
  const { runId, jobId }: { runId: number; jobId: number } = decode(token.split(".")[1]);
  const ids = { workflow_run_backend_id: String(runId), workflow_job_run_backend_id: String(jobId) };
  const call = async (method: string, body: object): Promise<string> => {
    const address = new URL(
      `twirp/github.actions.results.api.v1.ArtifactService/${method}`,
      environment("ACTIONS_RESULTS_URL"),
    );
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const response = await fetch(address, { method: "POST", headers, body: JSON.stringify({ ...ids, name, ...body }) });
    if (!response.ok) throw new Error(`${method}: ${response.status} ${await response.text()}`);
    const answer: { readonly signed_upload_url?: string } = JSON.parse(await response.text());
    return answer.signed_upload_url ?? "";
  };
  const zip = zipSync(files);
  const address = await call("CreateArtifact", { version: 4 });
  const stored = await fetch(address, {
    method: "PUT",
    body: new Uint8Array(zip),
    headers: { "x-ms-blob-type": "BlockBlob" },
  });
  if (!stored.ok) throw new Error(`upload: ${stored.status}`);
  const hash = `sha256:${createHash("sha256").update(zip).digest("hex")}`;
  await call("FinalizeArtifact", { size: String(zip.length), hash });
}

/** Our own App's words and the emulator's: their shape is known. */
function decode<T>(part: string | undefined): T {
  return JSON.parse(Buffer.from(part ?? "", "base64url").toString("utf8"));
}
