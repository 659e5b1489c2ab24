import { type Metric, type Slice, sliceName } from "../report.ts";
import { randomKey } from "../stats/random.ts";
import { behaviourOf } from "./behaviour.ts";
import { checkInput } from "./check-input.ts";
import { classMetrics } from "./class-metrics.ts";
import { customaryLevels, noDifference, tooFewRows } from "./compare.ts";
import type { Levels } from "./contest.ts";
import { curvesOf, noCurves } from "./curves.ts";
import { fairnessOf } from "./fairness.ts";
import type { Measured, MeasureInput, Predictions } from "./input.ts";
import { type ClassModels, type ClassPart, sliceOf, smallestClass, wholeOf } from "./part.ts";
import { queriesOf, queryMetrics } from "./query-metrics.ts";
import { customaryThreshold, type MetricSpec, metricSpec } from "./registry.ts";
import { groupingOf, type Sample, sampleOf } from "./sample.ts";
import { budgets, insufficientOf, type Settings } from "./settle.ts";
import { thresholdTable } from "./threshold-table.ts";
import { type ValuePart, valueMetrics, valuesAt } from "./value-metrics.ts";

export type {
  BinaryPredictions,
  FairnessGroups,
  Measured,
  MeasureInput,
  MulticlassPredictions,
  Predictions,
  ValuePredictions,
} from "./input.ts";

/** Rows of the smaller class that a slice needs before a rank metric says something about it. */
const minRowsOfClass = 10;

/** Rows that a slice needs, unless the configuration says otherwise. */
const customaryMinRows = 50;

/**
 * All numbers of a report: every metric over all rows, then slice by slice, with intervals and differences; how often
 * the models disagree; fairness; and the curves. Throws RangeError for input that the caller should have refused.
 */
export function measure(input: MeasureInput): Measured {
  checkInput(input);
  const { candidate, baseline, labels } = input;
  const groups = input.groups === null ? null : groupingOf(input.groups);
  const sample = sampleOf(labels.length, input.weights, groups);
  if (candidate.kind === "value" || !(labels instanceof Int32Array)) {
    return measureValues(input, {
      slice: null,
      sample,
      truth: Float64Array.from(labels),
      candidate: numbersOf(candidate),
      baseline: baseline === null ? null : numbersOf(baseline),
    });
  }
  return measureClasses(input, sample, { labels, candidate, baseline: baseline?.kind === "value" ? null : baseline });
}

function measureClasses(
  input: MeasureInput,
  sample: Sample,
  models: Pick<ClassModels, "labels" | "candidate" | "baseline">,
): Measured {
  const threshold = input.task === "binary" ? input.threshold : customaryThreshold;
  // Slices take their losses from those of all rows, and a skill score asks for the same losses as its score.
  const keepsColumns = input.slices.length > 0 || input.metrics.some((id) => id.endsWith("_skill"));
  const whole = wholeOf({ ...models, threshold, keepsColumns }, sample);
  const thresholds = thresholdTable(whole.candidate, whole.baseline, { scoring: input.scoring, threshold });
  const kind: Kind<ClassPart> = {
    sliceOf,
    sizeOf: (part) => part.sample.n,
    rankable: (part) => smallestClass(part) >= minRowsOfClass,
    metricsOf: classMetrics,
    specOf: (id) => metricSpec(id, threshold),
  };
  return {
    metrics: allMetrics(input, whole, kind),
    behaviour: behaviourOf(whole, input.level),
    fairness: fairnessOf(input, whole, levelsOf(input)),
    curves: {
      ...curvesOf(input.classNames, whole.candidate, whole.baseline, input.scoring),
      ...(thresholds === null ? {} : { thresholds }),
    },
  };
}

function measureValues(input: MeasureInput, whole: ValuePart): Measured {
  const nothingElse = { behaviour: null, fairness: [], curves: noCurves };
  const common = { rankable: () => true, specOf: (id: string) => metricSpec(id) };
  if (input.task !== "ranking") {
    const kind = { ...common, sliceOf: valuesAt, sizeOf: (part: ValuePart) => part.sample.n, metricsOf: valueMetrics };
    return { metrics: allMetrics(input, whole, kind), ...nothingElse };
  }
  const kind: Kind<ValuePart> = {
    ...common,
    sliceOf: valuesAt,
    sizeOf: ({ sample }) => sample.groups?.count ?? sample.n,
    metricsOf: (part, specs, settings) => queryMetrics(queriesOf(part), specs, settings),
  };
  return { metrics: allMetrics(input, whole, kind), ...nothingElse };
}

/** What differs between models of classes, of numbers and of ranks. */
type Kind<Part> = {
  readonly sliceOf: (whole: Part, slice: Slice, rows: Uint32Array) => Part;
  /** Rows, or queries. */
  readonly sizeOf: (part: Part) => number;
  /** Enough rows of each class for a rank metric. */
  readonly rankable: (part: Part) => boolean;
  readonly metricsOf: (part: Part, specs: readonly MetricSpec[], settings: Settings) => Metric[];
  readonly specOf: (id: string) => MetricSpec | null;
};

function allMetrics<Part>(input: MeasureInput, whole: Part, kind: Kind<Part>): Metric[] {
  const specs = input.metrics.flatMap((id) => kind.specOf(id) ?? []);
  const minRows = input.minRows ?? customaryMinRows;
  const levels = levelsOf(input);
  const enoughIn = (part: Part): Settings["isEnough"] => {
    const enough = kind.sizeOf(part) >= minRows;
    const rankable = enough && kind.rankable(part);
    return (spec) => (spec.needsBothClasses ? rankable : enough);
  };
  const settings = settingsOf(input, levels, null, enoughIn(whole));
  const metrics = kind.metricsOf(whole, specs, settings).map((metric, at) => {
    const spec = specs[at];
    // Tango's interval holds for any number of rows; the others rest on many, and on few claim far too much.
    const enough = spec !== undefined && (settings.isEnough(spec) || metric.delta?.method === "tango");
    return enough ? metric : withoutProof(metric, levels);
  });
  const hasBaseline = input.baseline !== null;
  for (const { slice, rows } of input.slices) {
    const part = kind.sliceOf(whole, slice, rows);
    const own = settingsOf(input, levels, slice, enoughIn(part));
    const measured = kind.metricsOf(part, specs.filter(own.isEnough), own).values();
    for (const spec of specs) {
      const n = kind.sizeOf(part);
      const metric = own.isEnough(spec) ? measured.next().value : undefined;
      metrics.push(metric ?? insufficientOf(spec, slice, { n, hasBaseline }, levels));
    }
  }
  return metrics;
}

function numbersOf(of: Predictions): Float64Array {
  if (of.kind !== "value") throw new RangeError(`${of.kind} predictions for a task of numbers`);
  return of.values;
}

function levelsOf({ level, levels }: MeasureInput): Levels {
  return { level, oneSided: [...new Set([...customaryLevels, ...levels])].toSorted((a, b) => a - b) };
}

function settingsOf(
  { seed }: MeasureInput,
  levels: Levels,
  slice: Slice | null,
  isEnough: Settings["isEnough"],
): Settings {
  const key = randomKey(seed, "measure", sliceName(slice));
  return { levels, key, budget: slice === null ? budgets.whole : budgets.slice, isEnough };
}

/** The metric's values without any claim about their difference. */
function withoutProof(metric: Metric, { level }: Levels): Metric {
  if (metric.delta === null) return metric;
  return { ...metric, delta: { ...noDifference(level), value: metric.delta.value, method: tooFewRows } };
}
