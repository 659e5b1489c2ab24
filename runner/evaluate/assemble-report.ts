import { type GateSpec, judge } from "../../core/gate/judge.ts";
import type { Measured } from "../../core/metrics/measure.ts";
import { scoreHistogram } from "../../core/metrics/score-histogram.ts";
import { type Report, report as reportSchema } from "../../core/report.ts";
import type { Scored } from "./scored.ts";

/** All that a report is made from. */
export type Findings = {
  /** The model's name. */
  readonly name: string;
  readonly scored: Scored;
  readonly measured: Measured;
  readonly operations: Report["operations"];
  readonly gates: readonly GateSpec[];
  readonly candidate: Report["candidate"];
  readonly baseline: Report["baseline"];
  readonly data: {
    readonly digest: string;
    readonly role: "open" | "sealed";
    /** Columns of the weights and of the groups. */
    readonly weight: string | null;
    readonly group: string | null;
  };
  readonly environment: Report["environment"];
  readonly seed: string;
  readonly startedAt: Date;
  readonly seconds: Report["seconds"];
};

/** The report with its gates judged. Throws where it does not meet its own schema. */
export function assembleReport(findings: Findings): Report {
  const { name, scored, measured, operations, gates, baseline, environment, seed, seconds } = findings;
  const { task } = scored;
  const facts = {
    task,
    metrics: measured.metrics,
    behaviour: measured.behaviour,
    operations,
    hasBaseline: baseline !== null,
  };
  return reportSchema.parse({
    schema: 1,
    model: name,
    task,
    candidate: findings.candidate,
    baseline,
    data: describeData(findings.data, scored),
    ...measured,
    curves: { ...measured.curves, scores: scoreHistogram(scored) },
    operations,
    ...judge(gates, facts),
    environment,
    seed,
    startedAt: findings.startedAt.toISOString(),
    seconds,
  } satisfies Report);
}

function describeData({ digest, role, weight, group }: Findings["data"], scored: Scored): Report["data"] {
  const { rowNumbers, weights, groupCount, dropped, unpredicted, warnings } = scored;
  return {
    digest,
    rows: rowNumbers.length,
    role,
    dropped,
    ...(unpredicted === 0 ? {} : { unpredicted }),
    ...(weight === null || weights === null ? {} : { weight: { column: weight, ...sumsOf(weights) } }),
    ...(group === null ? {} : { groups: { column: group, count: groupCount } }),
    ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
  };
}

/** The sum, and Kish's effective number of rows, (Σw)² / Σw². */
function sumsOf(weights: Float64Array): { readonly sum: number; readonly effective: number } {
  let [sum, squares] = [0, 0];
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row] ?? 0;
    sum += weight;
    squares += weight * weight;
  }
  return { sum, effective: (sum * sum) / squares };
}
