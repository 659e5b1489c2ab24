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
  n: z.int().nonnegative(),
  interval: interval.nullable(),
});
export type Measurement = z.infer<typeof measurement>;

export const difference = z.strictObject({
  value: z.number().nullable(),
  interval: interval.nullable(),
  level: z.number().gt(0).lt(1),
  method: z.string(),
  /** Standard error of the difference, where the method gives one: gates at other levels are judged from it. */
  standardError: z.number().nonnegative().nullable(),
  z: z.number().nullable(),
  p: z.number().nullable(),
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

export const gateResult = z.strictObject({
  require: z.string(),
  verdict,
  reason: z.enum(reasonCodes),
  /** The confidence bound (or value) that was compared, in the metric's unit. */
  bound: z.number().nullable(),
  /** What would resolve an inconclusive gate. */
  needs: z.strictObject({ rows: z.number().nullable(), margin: z.number().nullable() }).nullable(),
  message: z.string(),
});
export type GateResult = z.infer<typeof gateResult>;

const operation = z.strictObject({
  value: z.number(),
  unit: z.string(),
  interval: interval.nullable(),
  ratio: z.number().nullable(),
});

const point = z.tuple([z.number(), z.number()]);
const sides = <T extends z.ZodType>(of: T) => z.strictObject({ candidate: of, baseline: of.nullable() });
/** mean predicted probability, observed rate, rows of each non-empty bin */
const bin = z.strictObject({ predicted: z.number(), observed: z.number(), n: z.int() });

export const curves = z.strictObject({
  roc: sides(z.array(point)).nullable(),
  pr: sides(z.array(point)).nullable(),
  calibration: sides(z.array(bin)).nullable(),
  confusion: sides(z.strictObject({ classes: z.array(z.string()), counts: z.array(z.array(z.int())) })).nullable(),
});
export type Curves = z.infer<typeof curves>;

export const report = z.strictObject({
  schema: z.literal(1),
  model: z.string(),
  task,
  candidate: z.strictObject({ digest, bytes: z.int(), parameters: z.int().nullable() }),
  baseline: z.strictObject({ digest, version: z.string().nullable() }).nullable(),
  data: z.strictObject({ digest, rows: z.int(), role: z.enum(["open", "sealed"]), dropped: z.int() }),
  metrics: z.array(metric),
  behaviour: z
    .strictObject({ disagreement: z.number(), negativeFlips: z.number(), positiveFlips: z.number() })
    .nullable(),
  operations: z.record(z.string(), operation),
  gates: z.array(gateResult),
  verdict,
  curves,
  environment: z.strictObject({
    runtime: z.string(),
    provider: z.string(),
    node: z.string(),
    cpu: z.string(),
    gpu: z.string().nullable(),
  }),
  seed: z.string(),
  startedAt: z.iso.datetime(),
  seconds: z.strictObject({ load: z.number(), predict: z.number(), measure: z.number() }),
});
export type Report = z.infer<typeof report>;

/** Stable text of a slice, for keys and headings: `phase = Climb`, or the predicate itself. */
export function sliceName(of: Slice | null): string {
  if (of === null) return "all rows";
  return "by" in of ? `${of.by} = ${of.value}` : of.where;
}
