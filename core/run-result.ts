import { z } from "zod";
import { reasonCodes } from "./fault.ts";

/**
 * result.json of a run: how a train, evaluate or deploy stage ended. Written by the actions, read by the App as
 * untrusted input. It rides in an artifact named `assay-result-<nonce>`; a model rides apart from it, in
 * `assay-model-<nonce>`, so that the App never has to fetch weights to learn how a run went.
 */
export const runFault = z.strictObject({
  reason: z.enum(reasonCodes),
  message: z.string().max(4_000),
  place: z
    .strictObject({
      file: z.string().max(1_000).optional(),
      line: z.int().optional(),
      column: z.int().optional(),
      path: z.string().max(1_000).optional(),
    })
    .optional(),
  /** Tail of a log, at most 16 KiB. */
  detail: z.string().max(16_384).optional(),
});

const progress = z.strictObject({
  step: z.number(),
  of: z.number(),
  metrics: z.record(z.string().max(100), z.number()),
});

export const training = z.strictObject({
  seconds: z.number().nonnegative(),
  exitCode: z.int().nullable(),
  modelDigest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .nullable(),
  modelBytes: z.int().nonnegative().nullable(),
  /** Learning curve, at most 200 points. */
  progress: z.array(progress).max(200),
  machine: z.strictObject({
    cpu: z.string().max(200),
    gpu: z.string().max(200).nullable(),
    runner: z.string().max(200),
  }),
});
export type Training = z.infer<typeof training>;

export const runResult = z.strictObject({
  schema: z.literal(1),
  stage: z.enum(["train", "evaluate", "deploy"]),
  nonce: z.string(),
  outcome: z.enum(["succeeded", "failed"]),
  fault: runFault.nullable(),
  training: training.nullable(),
});
export type RunResult = z.infer<typeof runResult>;

/** File names and artifact names that the actions and the App agree on. */
export const artifactNames = {
  result: (nonce: string) => `assay-result-${nonce}`,
  model: (nonce: string) => `assay-model-${nonce}`,
  predictions: (nonce: string) => `assay-predictions-${nonce}`,
  /** What one shard of an evaluation predicted, with a result.json of its own: read by the merging job of the same run. */
  part: (nonce: string, shard: number) => `assay-part-${nonce}-${shard}`,
} as const;
export const artifactFiles = {
  result: "result.json",
  report: "report.json",
  model: "model.onnx",
  /** How the model beside it was trained: the evaluation passes it on, so that the App need not read it for itself. */
  training: "training.json",
  predictions: "predictions.parquet",
  shard: "shard.json",
} as const;
