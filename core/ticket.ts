import { z } from "zod";
import { model as modelConfig, paramValue } from "./config/schema.ts";

/**
 * A ticket says what one workflow run may do: signed by the App as a compact JWS (EdDSA), verified by the action before
 * anything else happens. It names exact commits and digests, so a run can do nothing but what was planned.
 */
const sha = z.string().regex(/^[0-9a-f]{40}$|^[0-9a-f]{64}$/);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** Where model bytes can be fetched: an artifact of a run of this repository, or a file at a commit. */
export const modelSource = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("artifact"),
    runId: z.int().positive(),
    artifactId: z.int().positive(),
    /** Digest of the artifact as GitHub states it, so of the zip. */
    artifactDigest: digest,
  }),
  z.strictObject({ kind: z.literal("file"), path: z.string(), commit: sha }),
]);
export type ModelSource = z.infer<typeof modelSource>;

export const stage = z.enum(["train", "evaluate", "deploy"]);
export type Stage = z.infer<typeof stage>;

export const ticket = z.strictObject({
  iss: z.string(),
  /** The nonce: single use, also in the run's name and in its artifacts' names. */
  jti: z.string().regex(/^[0-9a-f]{32}$/),
  iat: z.int(),
  exp: z.int(),
  /** The repository is its id; `fullName` is what it was called when the ticket was issued, for people. */
  repository: z.strictObject({ id: z.int(), fullName: z.string() }),
  stage,
  job: z.string(),
  model: z.string(),
  /** train: the pull request's commit. evaluate, deploy: the base commit that rules. */
  commit: sha,
  tree: sha.nullable(),
  params: z.record(z.string(), paramValue),
  seed: z.int(),
  fingerprint: digest,
  configDigest: digest,
  config: modelConfig,
  /** evaluate: the model to judge; deploy: the model to serve, whose bytes must have `digest`. */
  candidate: z
    .strictObject({ source: modelSource, digest: digest.nullable(), version: z.string().nullable() })
    .nullable(),
  baseline: z.strictObject({ source: modelSource, digest, version: z.string() }).nullable(),
  environment: z.string().nullable(),
  /** train: where the App takes word of the progress; missing where runners cannot reach it. */
  progress: z.url().optional(),
});
export type Ticket = z.infer<typeof ticket>;

export const ticketAudience = "assay-run";
export const ticketAlgorithm = "EdDSA";
