import type { Fairness, Measurement } from "../report.ts";
import { bcaInterval, percentileInterval } from "../stats/bootstrap.ts";
import { poissonDraw } from "../stats/poisson.ts";
import { randomKey, uniforms } from "../stats/random.ts";
import { type BootstrapLaw, type Bootstrapped, bootstrapped, bootstrappedDifference } from "./bootstrapped.ts";
import { noDifference } from "./compare.ts";
import type { Levels } from "./contest.ts";
import { fairnessGaps, type GroupCells, type GroupTable, ratesOf } from "./fairness-gaps.ts";
import type { FairnessGroups, MeasureInput } from "./input.ts";
import type { ClassPart } from "./part.ts";
import { resample } from "./resample.ts";
import type { Sample } from "./sample.ts";
import { budgets } from "./settle.ts";

/** Rows that a group needs to be counted, unless the configuration says otherwise. */
const customaryMinRows = 50;

/**
 * Fairness of two binary models between the groups of each column (Fairlearn's definitions; equalized odds is the worse
 * of its two gaps). Intervals and the paired difference come from drawing the table of group, label and predictions
 * again, so that their cost does not grow with the rows. Other tasks have none.
 */
export function fairnessOf(input: MeasureInput, whole: ClassPart, levels: Levels): Fairness[] {
  if (input.task !== "binary") return [];
  return input.fairness.flatMap((column) => {
    const groups = input.fairnessGroups.find(({ by }) => by === column);
    return groups === undefined ? [] : columnOf(input, whole, levels, groups);
  });
}

function columnOf(input: MeasureInput, whole: ClassPart, levels: Levels, groups: FairnessGroups): Fairness[] {
  const { values, by } = groups;
  const minRows = input.minRows ?? customaryMinRows;
  const sizes = new Uint32Array(values.length);
  for (let row = 0; row < groups.codes.length; row++) {
    const code = groups.codes[row] ?? 0;
    sizes[code] = (sizes[code] ?? 0) + 1;
  }
  const counted = [...values.keys()].filter((code) => (sizes[code] ?? 0) >= minRows);
  const shown = values.map((value, code) => ({ value, n: sizes[code] ?? 0, counted: counted.includes(code) }));
  const table = tableOf(whole, groups);
  const drawn = drawTables(input, whole, groups, table);
  return fairnessGaps.map(({ id, gap }) => {
    const own = (cells: GroupCells): number => gap(counted.map((code) => ratesOf(cells, table, code, "own")));
    const theirs = (cells: GroupCells): number => gap(counted.map((code) => ratesOf(cells, table, code, "theirs")));
    const paired = whole.baseline !== null;
    const replicated =
      drawn === null
        ? null
        : bootstrapped(Float64Array.from(drawn, own), paired ? Float64Array.from(drawn, theirs) : null, 1);
    const n = counted.reduce((sum, code) => sum + (sizes[code] ?? 0), 0);
    const measured = (value: number, of: Float64Array | null): Measurement => {
      return measurementOf(counted.length < 2 ? null : value, of, n, levels.level);
    };
    return {
      by,
      id,
      definition: `${id}/1;threshold=${input.threshold};between=groups;min_rows=${minRows}`,
      groups: shown,
      candidate: measured(own(table.weights), replicated?.candidate ?? null),
      baseline: paired ? measured(theirs(table.weights), replicated?.baseline ?? null) : null,
      delta: paired ? deltaOf(own(table.weights) - theirs(table.weights), replicated, levels, whole.sample) : null,
    };
  });
}

function measurementOf(value: number | null, replicated: Float64Array | null, n: number, level: number): Measurement {
  if (value === null) return { value: null, status: "insufficient", n, interval: null };
  if (Number.isNaN(value)) return { value: null, status: "undefined", n, interval: null };
  if (replicated === null || replicated.length < 2) return { value, status: "ok", n, interval: null };
  const found = bcaInterval(replicated, value, 0, level) ?? percentileInterval(replicated, level);
  if (found === null) return { value, status: "ok", n, interval: null };
  return { value, status: "ok", n, interval: [Math.min(value, found[0]), Math.max(value, found[1])] };
}

function deltaOf(
  value: number,
  replicated: Bootstrapped | null,
  levels: Levels,
  { groups }: Sample,
): Fairness["delta"] {
  if (Number.isNaN(value)) return noDifference(levels.level);
  const law: BootstrapLaw =
    groups === null
      ? { kind: "bca", skewness: () => 0 }
      : {
          kind: "student",
          method: "cluster-bootstrap",
          degrees: Math.max(1, groups.count - 1),
          widening: () => Math.sqrt(1 + 1 / groups.count),
          least: 0,
        };
  const tested = replicated === null ? null : bootstrappedDifference(value, replicated, levels, { range: 1, law });
  return tested ?? { ...noDifference(levels.level), value };
}

/** Σw and Σw² of the rows of each group and cell. */
function tableOf({ counts: { cells }, sample }: ClassPart, { codes, values }: FairnessGroups): GroupTable {
  const width = cells.labels.length;
  const weights = new Float64Array(width * values.length);
  const squares = new Float64Array(width * values.length);
  for (let row = 0; row < codes.length; row++) {
    const at = (codes[row] ?? 0) * width + (cells.ofRow[row] ?? 0);
    const weight = sample.weights === null ? 1 : (sample.weights[row] ?? 0);
    weights[at] = (weights[at] ?? 0) + weight;
    squares[at] = (squares[at] ?? 0) + weight * weight;
  }
  return { cells, width, weights, squares };
}

/**
 * Tables drawn again; null where rows come in too many groups. A cell of independent rows is drawn as a whole: the sum
 * of Poisson(1) counts is Poisson(its count), and with weights Poisson with the same mean and variance after scaling.
 */
function drawTables(
  { seed }: MeasureInput,
  { sample }: ClassPart,
  { by, codes }: FairnessGroups,
  table: GroupTable,
): GroupCells[] | null {
  const key = randomKey(seed, "fairness", by);
  const { weights, squares, width, cells } = table;
  if (sample.groups === null) {
    return Array.from({ length: budgets.whole.replicates }, (_, replicate) => {
      const uniform = uniforms(key, replicate);
      return weights.map((weight, at) => {
        const scale = weight === 0 ? 0 : (squares[at] ?? 0) / weight;
        return scale === 0 ? 0 : scale * poissonDraw(weight / scale, uniform);
      });
    });
  }
  if (sample.groups.count > budgets.whole.groups || sample.n > budgets.whole.groupedRows) return null;
  const drawn = new Array<GroupCells>();
  resample(
    sample,
    [
      (draws) => {
        const own = new Float64Array(weights.length);
        for (let row = 0; row < sample.n; row++) {
          const at = (codes[row] ?? 0) * width + (cells.ofRow[row] ?? 0);
          own[at] = (own[at] ?? 0) + (draws[row] ?? 0);
        }
        return drawn.push(own);
      },
    ],
    { key, replicates: budgets.whole.replicates },
  );
  return drawn;
}
