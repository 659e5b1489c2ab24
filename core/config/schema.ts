import { z } from "zod";
import { gateMode, task } from "../report.ts";

/**
 * `.github/assay.yml`. The published JSON Schema (schemas/config.json) is generated from this object, and so are the
 * types. Unknown keys are errors: a typing mistake must not silently switch a gate off.
 */
const name = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,38}$/,
    "a name of lower-case letters, digits, - and _, starting with a letter, at most 39 long",
  )
  .describe("Name used in commands, checks and versions.");

/** A path of the repository: relative, forward slashes, no `..`. Globs allowed where it says so. */
const repositoryPath = z
  .string()
  .min(1)
  .max(500)
  .refine(
    (path) => !path.startsWith("/") && !path.split("/").includes("..") && !path.includes("\\") && !path.includes("\0"),
    {
      message: "a relative path inside the repository, without ..",
    },
  );

const duration = z
  .string()
  .regex(/^[1-9][0-9]{0,5}(s|m|h|d)$/, "a duration such as 90s, 30m, 4h or 2d")
  .describe("A duration such as 90s, 30m, 4h or 2d.");

export const paramValue = z.union([z.number(), z.boolean(), z.string().max(1_000)]);
export type ParamValue = z.infer<typeof paramValue>;

const paramName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, "a parameter name of letters, digits and _, starting with a letter");

const runnerLabels = z.array(z.string().min(1).max(100)).min(1).max(20);

const train = z.strictObject({
  run: z.string().min(1).max(4_000).describe("The training command, run by a shell; writes $ASSAY_OUTPUT/model.onnx."),
  runner: runnerLabels.default(["self-hosted", "gpu"]).describe("Labels the training runner must have, all of them."),
  timeout: duration.default("4h"),
  params: z.record(paramName, paramValue).default({}).describe("Parameters, overridable with /retrain name=value."),
  data: z.array(repositoryPath).default([]).describe("Training data: paths whose content is part of the fingerprint."),
  seeds: z.array(z.int()).min(1).max(1, "one seed in this version").default([1]),
});

const output = z.strictObject({
  name: z.string().min(1).describe("Name of the model's output."),
  kind: z.enum(["probability", "logit", "label", "value"]).default("probability"),
  positive: z.int().nonnegative().default(1).describe("Binary: index of the positive class in the output's last axis."),
});

const slice = z.string().min(1).max(500).describe("A column, or a SQL predicate such as: size = 'Large'");

const evaluate = z.strictObject({
  task,
  data: repositoryPath.describe("Held-out rows: Parquet, CSV or JSON, read at the base commit."),
  role: z.enum(["open", "sealed"]).default("open"),
  label: z.string().min(1).describe("Column with the truth: the class, the number, or how relevant the row is."),
  weight: z.string().min(1).optional().describe("Column with each row's weight: a number, not negative."),
  group: z
    .string()
    .min(1)
    .optional()
    .describe("Column that names what is drawn at random as one: a patient, a user; the query of a ranking task."),
  positive: z
    .union([z.string(), z.number(), z.boolean()])
    .optional()
    .describe("Binary: the label value that is positive."),
  classes: z
    .array(z.union([z.string(), z.number()]))
    .min(2)
    .max(1_000)
    .optional()
    .describe("Multiclass: the classes in the order of the model's output."),
  inputs: z
    .record(z.string(), z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]))
    .describe("Model input name -> column, or columns that form its last axis."),
  output,
  threshold: z.number().gt(0).lt(1).default(0.5).describe("Binary: a score at or above it is positive."),
  on_nan: z
    .enum(["error", "drop-pair", "worst"])
    .default("error")
    .describe("Predictions that are no finite number: an error, the row left out for both models, or the worst value."),
  metrics: z.array(z.string().min(1)).min(1).max(50),
  slices: z.array(slice).max(50).default([]),
  fairness: z
    .array(z.string().min(1))
    .max(10)
    .default([])
    .describe("Binary: columns whose values are compared as groups."),
  min_rows: z.int().min(1).max(1_000_000).default(50).describe("A slice with fewer rows is insufficient."),
  shards: z.int().min(1).max(64).default(1).describe("Jobs that share the predictions of one evaluation."),
  runner: runnerLabels.default(["ubuntu-latest"]),
  timeout: duration.default("30m"),
});

const gate = z.union([
  z.string().min(1).max(1_000),
  z.strictObject({
    id: name.optional(),
    require: z.string().min(1).max(1_000),
    mode: gateMode.default("fp-free").describe("What inconclusive means: blocks, passes, or a person decides."),
    correction: z
      .enum(["holm", "bh"])
      .default("holm")
      .describe("Slices: Holm controls blocking a good model at all; Benjamini-Hochberg the share of false alarms."),
    critical: z.boolean().default(false).describe("Slices: each one must be proven not worse by itself."),
    on_insufficient: z
      .enum(["block", "warn", "ignore"])
      .default("warn")
      .describe("Slices with too few rows: they block, are named, or are passed over."),
  }),
]);

export const model = z.strictObject({
  paths: z
    .array(repositoryPath)
    .min(1)
    .max(200)
    .describe("Globs: the files training sees, besides its data; a change to one of them can change the model."),
  train,
  evaluate,
  baseline: z
    .string()
    .min(1)
    .default("production")
    .describe("What the candidate is compared with: the name of an environment."),
  adopt: z
    .strictObject({ file: repositoryPath, environment: name })
    .optional()
    .describe("The model that is already in production when Assay is installed: registered as version 0."),
  gates: z.array(gate).max(100).default([]),
});
export type ModelConfig = z.infer<typeof model>;

export const environment = z.strictObject({
  promote: z.enum(["on-merge", "manual"]).optional().describe("on-merge: a merged version enters by itself."),
  after: name.optional().describe("The environment a version must have passed before; it follows by itself."),
  runner: runnerLabels.default(["ubuntu-latest"]).describe("Labels of the runner that deploys."),
});
export type EnvironmentConfig = z.infer<typeof environment>;

export const config = z.strictObject({
  version: z.literal(1),
  models: z.record(name, model).refine((models) => Object.keys(models).length > 0, { message: "at least one model" }),
  environments: z.record(name, environment).default({}),
});
export type Config = z.infer<typeof config>;

/** Milliseconds of a configured duration such as `4h`; the schema has already checked its form. */
export function durationMs(text: string): number {
  const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
  const unit = text.at(-1) as keyof typeof units;
  return Number(text.slice(0, -1)) * units[unit];
}

export function gateExpression(of: ModelConfig["gates"][number]): string {
  return typeof of === "string" ? of : of.require;
}
