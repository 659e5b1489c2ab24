import { z } from "zod";
import { reasonCodes } from "./fault.ts";

/**
 * report.json: what a runner measured. The schema is published as schemas/report.json; the same object types our code.
 * Numbers that cannot be computed are null with a status that says why; they are never turned into 0 or 1.
 */
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const interval = z.tuple([z.number(), z.number()]);

export const status = z.enum(["ok", "undefined", "insufficient", "error"]);
export type Status = z.infer<typeof status>;

export const task = z.enum(["binary", "multiclass", "regression", "ranking"]);
export type Task = z.infer<typeof task>;

/** What the report proves about a gate, and about all gates together. */
export const verdict = z.enum(["pass", "fail", "inconclusive", "insufficient", "no_baseline", "error"]);
export type Verdict = z.infer<typeof verdict>;

/** A subset of the rows: one value of a column, or a SQL predicate. */
export const slice = z.union([
  z.strictObject({ by: z.string(), value: z.string() }),
  z.strictObject({ where: z.string() }),
]);
export type Slice = z.infer<typeof slice>;

export const measurement = z.strictObject({
  value: z.number().nullable(),
  status,
  /** Rows behind the value; for a ranking task the queries that count. */
  n: z.int().nonnegative(),
  interval: interval.nullable(),
  /** Kish's effective number of rows, (Σw)² / Σw², where rows have weights. */
  nEff: z.number().optional(),
});
export type Measurement = z.infer<typeof measurement>;

/** One-sided bounds: the truth is above `lower`, or below `upper`, each with confidence `level`. */
const bounds = z.strictObject({ level: z.number().gt(0).lt(1), lower: z.number(), upper: z.number() });
export type Bounds = z.infer<typeof bounds>;

export const difference = z.strictObject({
  value: z.number().nullable(),
  interval: interval.nullable(),
  level: z.number().gt(0).lt(1),
  method: z.string(),
  /** Standard error of the difference, where the method gives one. */
  standardError: z.number().nonnegative().nullable(),
  z: z.number().nullable(),
  /** Two-sided, of the hypothesis that both models are equal. */
  p: z.number().nullable(),
  /** By the method itself, at the levels that the gates ask for and the customary ones. */
  bounds: z.array(bounds).optional(),
});
export type Difference = z.infer<typeof difference>;

export const metric = z.strictObject({
  id: z.string(),
  slice: slice.nullable(),
  definition: z.string(),
  candidate: measurement,
  baseline: measurement.nullable(),
  delta: difference.nullable(),
});
export type Metric = z.infer<typeof metric>;

/** What an inconclusive gate means: it blocks, it passes, or a person decides. */
export const gateMode = z.enum(["fp-free", "fn-free", "ask"]);
export type GateMode = z.infer<typeof gateMode>;

export const gateResult = z.strictObject({
  require: z.string(),
  id: z.string().optional(),
  mode: gateMode.optional(),
  verdict,
  reason: z.enum(reasonCodes),
  /** The confidence bound (or value) that was compared, in the metric's unit. */
  bound: z.number().nullable(),
  /** What would resolve an inconclusive gate. */
  needs: z.strictObject({ rows: z.number().nullable(), margin: z.number().nullable() }).nullable(),
  message: z.string(),
  /** A gate about slices: what it found in each, the worst evidence first. `p` is adjusted for their number. */
  slices: z
    .array(
      z.strictObject({
        slice,
        verdict,
        value: z.number().nullable(),
        bound: z.number().nullable(),
        p: z.number().nullable(),
      }),
    )
    .optional(),
});
export type GateResult = z.infer<typeof gateResult>;

/** An operational number of the candidate: a latency, a size. `ratio` is candidate over baseline, with its own interval. */
export const operation = z.strictObject({
  value: z.number(),
  unit: z.string(),
  interval: interval.nullable(),
  ratio: z.number().nullable(),
  baseline: z.number().nullable().optional(),
  ratioInterval: interval.nullable().optional(),
  /** One-sided bounds of the ratio. */
  ratioBounds: z.array(bounds).optional(),
  /** How it was measured, such as `block-paired`. */
  method: z.string().optional(),
  n: z.int().nonnegative().optional(),
});
export type Operation = z.infer<typeof operation>;

/** A difference between groups of people or things, over the values of a column (Fairlearn's definitions). */
export const fairness = z.strictObject({
  by: z.string(),
  id: z.enum([
    "demographic_parity_difference",
    "demographic_parity_ratio",
    "equal_opportunity_difference",
    "equalized_odds_difference",
  ]),
  definition: z.string(),
  /** Groups with too few rows are named, not hidden. */
  groups: z.array(z.strictObject({ value: z.string(), n: z.int().nonnegative(), counted: z.boolean() })),
  candidate: measurement,
  baseline: measurement.nullable(),
  delta: difference.nullable(),
});
export type Fairness = z.infer<typeof fairness>;

const point = z.tuple([z.number(), z.number()]);
const sides = <T extends z.ZodType>(of: T) => z.strictObject({ candidate: of, baseline: of.nullable() });
/** mean predicted probability, observed rate, rows of each non-empty bin */
const bin = z.strictObject({ predicted: z.number(), observed: z.number(), n: z.int() });

/** Rows of each class by score, in bins of equal width over the range: the outer list runs over the classes. */
const scoreCounts = z.array(z.array(z.int()));
export const scoreHistogram = z.strictObject({
  /** Whose score: of two classes the positive one's, of more the true one's. */
  of: z.enum(["positive_class", "true_class"]),
  range: interval,
  classes: z.array(z.string()),
  candidate: scoreCounts,
  baseline: scoreCounts.nullable(),
});
export type ScoreHistogram = z.infer<typeof scoreHistogram>;

/** True positives, false positives, true negatives, false negatives. */
const outcome = z.tuple([z.number(), z.number(), z.number(), z.number()]);
/** What other thresholds make of all rows: counted, not sampled. */
const thresholds = z.strictObject({
  /** The one that the metrics of the report are about. */
  configured: z.number(),
  /** Ascending, at most 200; a score at or above one is positive. */
  at: z.array(z.number()).max(200),
  rows: sides(z.array(outcome)),
  /** The same in sums of weights, where rows have weights. */
  weights: sides(z.array(outcome)).optional(),
});

export const curves = z.strictObject({
  roc: sides(z.array(point)).nullable(),
  pr: sides(z.array(point)).nullable(),
  calibration: sides(z.array(bin)).nullable(),
  confusion: sides(z.strictObject({ classes: z.array(z.string()), counts: z.array(z.array(z.int())) })).nullable(),
  scores: scoreHistogram.nullable().optional(),
  thresholds: thresholds.optional(),
});
export type Curves = z.infer<typeof curves>;

export const report = z.strictObject({
  schema: z.literal(1),
  model: z.string(),
  task,
  candidate: z.strictObject({ digest, bytes: z.int(), parameters: z.int().nullable() }),
  baseline: z.strictObject({ digest, version: z.string().nullable() }).nullable(),
  data: z.strictObject({
    digest,
    rows: z.int(),
    role: z.enum(["open", "sealed"]),
    /** Rows without a label. */
    dropped: z.int(),
    /** Rows left out for both models because one of them predicted no finite number there. */
    unpredicted: z.int().optional(),
    weight: z.strictObject({ column: z.string(), sum: z.number(), effective: z.number() }).nullable().optional(),
    groups: z.strictObject({ column: z.string(), count: z.int() }).nullable().optional(),
    warnings: z.array(z.string()).optional(),
  }),
  metrics: z.array(metric),
  behaviour: z
    .strictObject({
      disagreement: z.number(),
      negativeFlips: z.number(),
      positiveFlips: z.number(),
      /** Rows behind the shares; null where rows have weights or come in groups. */
      counts: z.strictObject({ n: z.int(), disagreed: z.int(), lost: z.int(), gained: z.int() }).nullable().optional(),
      intervals: z
        .strictObject({ disagreement: interval, negativeFlips: interval, positiveFlips: interval })
        .nullable()
        .optional(),
    })
    .nullable(),
  operations: z.record(z.string(), operation),
  fairness: z.array(fairness).optional(),
  gates: z.array(gateResult),
  verdict,
  curves,
  environment: z.strictObject({
    runtime: z.string(),
    provider: z.string(),
    node: z.string(),
    cpu: z.string(),
    gpu: z.string().nullable(),
    /** Rows that were predicted at once. */
    batch: z.int().optional(),
    /** Nodes of the candidate's graph by the execution provider that ran them. */
    nodes: z.record(z.string(), z.int()).optional(),
    /** Whose predictions were read from a cache of earlier ones. */
    cached: z.array(z.enum(["candidate", "baseline"])).optional(),
  }),
  seed: z.string(),
  startedAt: z.iso.datetime(),
  seconds: z.strictObject({
    load: z.number(),
    predict: z.number(),
    measure: z.number(),
    operations: z.number().optional(),
  }),
});
export type Report = z.infer<typeof report>;

/** Stable text of a slice, for keys and headings: `phase = Climb`, or the predicate itself. */
export function sliceName(of: Slice | null): string {
  if (of === null) return "all rows";
  return "by" in of ? `${of.by} = ${of.value}` : of.where;
}
