import { multinomialCounts, poissonCounts, type RandomKey } from "../stats/random.ts";
import { drawVertices, type RowWeights, type VertexRoom, type Vertices } from "../stats/vertices.ts";
import { type BinSums, sumBins } from "./bins.ts";
import { type Cells, type ClassTable, tableOf } from "./cells.ts";
import type { Estimator } from "./estimators.ts";
import type { Sample } from "./sample.ts";
import { keep, reweighted, type Side } from "./side.ts";

/** A statistic when rows count as drawn; NaN where it is not defined. `replicate` numbers the draws. */
export type Statistic = (draws: RowWeights, replicate: number) => number;

/** From so many units on, each is drawn Poisson(1) times by itself; fewer are drawn so that their number stays. */
const fewUnits = 200;

/**
 * The statistics in each of `replicates` draws of the sample's units (rows, or groups of rows), every statistic on the
 * same draws. `key` determines the draws.
 */
export function resample(
  sample: Sample,
  statistics: readonly Statistic[],
  { key, replicates }: { readonly key: RandomKey; readonly replicates: number },
): readonly Float64Array[] {
  const units = sample.groups?.count ?? sample.n;
  const counts = new Uint8Array(units);
  const weigh = weigher(sample, counts);
  const draw = units < fewUnits ? multinomialCounts : poissonCounts;
  const results = statistics.map(() => new Float64Array(replicates));
  for (let replicate = 0; replicate < replicates; replicate++) {
    draw(key, replicate, counts);
    const draws = weigh();
    for (const [at, statistic] of statistics.entries()) {
      const values = results[at];
      if (values !== undefined) values[replicate] = statistic(draws, replicate);
    }
  }
  return results;
}

/** How much each row counts after a draw of the units. */
function weigher({ n, weights, groups }: Sample, counts: Uint8Array): () => RowWeights {
  if (weights === null && groups === null) return () => counts;
  const draws = new Float64Array(n);
  return () => {
    for (let row = 0; row < n; row++) {
      const count = counts[groups === null ? row : (groups.ofRow[row] ?? 0)] ?? 0;
      draws[row] = count * (weights === null ? 1 : (weights[row] ?? 0));
    }
    return draws;
  };
}

/** Makes statistics of one model that share what they can within a draw. */
export function statisticsOf(side: Side, cells: Cells, which: "own" | "theirs"): (of: Estimator) => Statistic {
  const corners = latest(cornerDraws(side, false));
  const stratified = latest(cornerDraws(side, true));
  const table = latest(tableDraws(cells, which));
  const binSums = keep<string, (draws: RowWeights, replicate: number) => BinSums>();
  return (of) => {
    switch (of.kind) {
      case "table":
        return (draws, replicate) => of.of(table(draws, replicate))?.value ?? Number.NaN;
      case "corners": {
        const { value, prevalence, drawn } = of.metric;
        if (drawn !== undefined) return (draws) => drawn(side.ranking(1), draws);
        const at = prevalence ? stratified : corners;
        return (draws, replicate) => value(at(draws, replicate));
      }
      case "bins": {
        const sums = binSums(of.metric.bins, () => {
          const { binned } = side.binned(of.metric.bins);
          return latest((draws) => sumBins(binned, binned.binsUnder(draws), draws));
        });
        return (draws, replicate) => of.metric.value(sums(draws, replicate));
      }
      case "mean": {
        const perRow = of.of(side)?.perRow ?? null;
        return perRow === null ? () => Number.NaN : (draws) => drawnMean(perRow, draws);
      }
      case "rows":
        return (draws) => of.of(reweighted(side, Float64Array.from(draws)))?.value ?? Number.NaN;
      default:
        return of satisfies never;
    }
  };
}

/** Remembers the result of the latest draw, for the statistics that follow from it. */
function latest<T>(compute: (draws: RowWeights) => T): (draws: RowWeights, replicate: number) => T {
  let kept: { readonly replicate: number; readonly value: T } | null = null;
  return (draws, replicate) => {
    if (kept?.replicate !== replicate) kept = { replicate, value: compute(draws) };
    return kept.value;
  };
}

/** The ROC curve's corners after a draw; by stratum: with the classes' weights in the proportion that they have. */
function cornerDraws(side: Side, byStratum: boolean): (draws: RowWeights) => Vertices {
  let room: VertexRoom | null = null;
  return (draws) => {
    const { positives, negatives, groups } = side.corners(1);
    room ??= { positives: new Float64Array(groups + 1), negatives: new Float64Array(groups + 1) };
    const drawn = drawVertices(side.ranking(1), draws, room);
    if (!byStratum) return drawn;
    const [all, others] = [drawn.positives[groups] ?? 0, drawn.negatives[groups] ?? 0];
    const factor = ((positives[groups] ?? 0) * others) / (all * (negatives[groups] ?? 0));
    if (!Number.isFinite(factor) || factor === 1) return drawn;
    for (let g = 0; g <= groups; g++) room.positives[g] = (room.positives[g] ?? 0) * factor;
    return drawn;
  };
}

function tableDraws(cells: Cells, which: "own" | "theirs"): (draws: RowWeights) => ClassTable {
  const weights = new Float64Array(cells.labels.length);
  const { ofRow } = cells;
  return (draws) => {
    weights.fill(0);
    for (let row = 0; row < ofRow.length; row++) {
      const cell = ofRow[row] ?? 0;
      weights[cell] = (weights[cell] ?? 0) + (draws[row] ?? 0);
    }
    return tableOf(cells, weights, which);
  };
}

/** Σdx / Σd of the numbers x per row and how much the rows count. */
export function drawnMean(perRow: Float64Array, draws: RowWeights): number {
  let [sum, total] = [0, 0];
  for (let row = 0; row < perRow.length; row++) {
    const weight = draws[row] ?? 0;
    sum += weight * (perRow[row] ?? 0);
    total += weight;
  }
  return sum / total;
}
