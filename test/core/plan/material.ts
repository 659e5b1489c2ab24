import { readFileSync } from "node:fs";
import { type ParsedConfig, parseConfig } from "../../../core/config/parse.ts";
import { digest } from "../../../core/digest.ts";
import type { TicketClaims } from "../../../core/plan/effect.ts";
import type { CommitFacts, Memory, Outcome } from "../../../core/plan/facts.ts";
import { type Report, report as reportSchema } from "../../../core/report.ts";
import type { RunResult } from "../../../core/run-result.ts";

/** A small repository with two models and two environments; everything else is derived from names. */
export const repository = { id: 7, fullName: "acme/birds", defaultBranch: "main" } as const;

const model = (name: string) => `  ${name}:
    paths: ["models/${name}/**"]
    train:
      run: node models/${name}/train.ts
      params: { learning_rate: 0.1, note: plain, deep: false }
      data: [data/strikes.csv]
    evaluate:
      task: binary
      data: data/holdout.csv
      label: damaged
      inputs: { features: [speed] }
      output: { name: probabilities }
      metrics: [roc_auc, log_loss]
    adopt: { file: models/${name}/production.onnx, environment: production }
    gates:
      - "ni(roc_auc, 1pp) at 95%"
      - "candidate.log_loss < 0.35"
`;

export const configText = `version: 1
models:
${model("damage")}${model("delay")}environments:
  staging: { promote: on-merge }
  production: { after: staging }
`;

export const ruling = mustParse(configText);

export function mustParse(text: string): Extract<ParsedConfig, { ok: true }> {
  const parsed = parseConfig(text, ".github/assay.yml");
  if (!parsed.ok) throw new TypeError(JSON.stringify(parsed.faults));
  return parsed;
}

/** A git id from a short word. */
export function sha(word: string): string {
  return digest(word).slice("sha256:".length, "sha256:".length + 40);
}

/** A commit whose model code is its own and whose data is everybody's. */
export function commitOf(id: string, code = id, tree = sha(`tree ${id}`)): CommitFacts {
  return {
    sha: id,
    tree,
    files: [
      { path: "models/damage/train.ts", sha: sha(`damage ${code}`) },
      { path: "models/delay/train.ts", sha: sha(`delay ${code}`) },
      { path: "data/strikes.csv", sha: sha("strikes") },
      { path: "README.md", sha: sha(`readme ${id}`) },
    ],
  };
}

export function at(second: number): string {
  return new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString();
}

export const noMemory: Memory = { pull: null, jobs: [], versions: [], promotions: [] };

export const productionDigest = digest("the model in production");

/** A memory in which both models were adopted into production. */
export const adopted: Memory = {
  ...noMemory,
  versions: ["damage", "delay"].map((name) => ({
    repositoryId: repository.id,
    model: name,
    number: 0,
    digest: productionDigest,
    source: { kind: "file", path: `models/${name}/production.onnx`, commit: sha("base") },
    evidence: null,
    pull: null,
    createdAt: at(0),
  })),
  promotions: ["damage", "delay"].map((name) => ({
    id: `${name}@v0/production`,
    repositoryId: repository.id,
    model: name,
    version: 0,
    environment: "production",
    pull: null,
    commit: sha("base"),
    state: "deployed",
    run: null,
    reviewedBy: null,
    createdAt: at(0),
    updatedAt: at(0),
  })),
};

const fixture: { models: readonly { report: unknown }[] } = JSON.parse(
  readFileSync(new URL("../../../fixtures/reports/pass.json", import.meta.url), "utf8"),
);
const passing = reportSchema.parse(fixture.models[0]?.report);

/** What an honest evaluation run reports for its ticket; `better` or not by ten points of ROC AUC. */
export function reportFor(claims: TicketClaims, better: boolean): Report {
  const candidate = claims.candidate?.digest ?? modelDigest(claims);
  return {
    ...passing,
    model: claims.model,
    candidate: { ...passing.candidate, digest: candidate },
    baseline: claims.baseline === null ? null : { digest: claims.baseline.digest, version: claims.baseline.version },
    metrics: passing.metrics.map((metric) => {
      if (claims.baseline === null) return { ...metric, baseline: null, delta: null };
      if (better || metric.id !== "roc_auc" || metric.delta === null) return metric;
      return { ...metric, delta: { ...metric.delta, value: -0.1, interval: [-0.106, -0.094] } };
    }),
  };
}

export function modelDigest(claims: TicketClaims): string {
  return digest(`model of ${claims.fingerprint}`);
}

/** The result of a training run that went well. */
export function trainedOutcome(claims: TicketClaims, runId: number): Outcome {
  return {
    kind: "result",
    result: {
      ...result(claims),
      training: {
        seconds: 60,
        exitCode: 0,
        modelDigest: modelDigest(claims),
        modelBytes: 1_000,
        progress: [],
        machine: { cpu: "cpu", gpu: null, runner: "runner" },
      },
    },
    report: null,
    model: { kind: "artifact", runId, artifactId: runId + 1_000, artifactDigest: digest(`zip ${runId}`) },
  };
}

export function evaluatedOutcome(claims: TicketClaims, better: boolean): Outcome {
  return { kind: "result", result: result(claims), report: reportFor(claims, better), model: null };
}

export function failedOutcome(claims: TicketClaims): Outcome {
  const fault = { reason: "training_failed", message: "exit code 1", detail: "Traceback" } as const;
  return { kind: "result", result: { ...result(claims), outcome: "failed", fault }, report: null, model: null };
}

function result(claims: TicketClaims): RunResult {
  return { schema: 1, stage: claims.stage, nonce: claims.jti, outcome: "succeeded", fault: null, training: null };
}
