import type { Ranking } from "./order.ts";

/** How much each row counts: how often it was drawn, its weight, or both multiplied. */
export type RowWeights = Uint8Array | Float64Array;

/**
 * The corners of a ROC curve, from the strictest threshold to the loosest: the weight of the positive and of the
 * negative rows among the `g` highest distinct scores, for g = 0 … groups. Everything that depends only on the order
 * of the scores follows from them.
 */
export type Vertices = {
  readonly groups: number;
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
};

/** Room for the corners of the same rows under other weights, again and again. */
export type VertexRoom = { readonly positives: Float64Array; readonly negatives: Float64Array };

/** The corners of a ranking. Cumulative weights are compensated; counts are exact anyway. */
export function vertices({ rows, marks }: Ranking, weights: RowWeights | null): Vertices {
  let groups = 0;
  for (let at = 0; at < marks.length; at++) groups += (marks[at] ?? 0) & 1;
  const room = { positives: new Float64Array(groups + 1), negatives: new Float64Array(groups + 1) };
  if (weights instanceof Float64Array) return weigh({ rows, marks }, weights, room);
  return weights === null ? count(marks, room) : drawVertices({ rows, marks }, weights, room);
}

/** The corners when each row counts as often as it was drawn, or by that times its weight. */
export function drawVertices(ranking: Ranking, draws: RowWeights, room: VertexRoom): Vertices {
  const groups = walkDraws(ranking, draws, room);
  return { groups, positives: room.positives, negatives: room.negatives };
}

/**
 * Fills in the corners and gives their number. Nothing but the loop: an engine that optimizes a loop while it runs knows
 * nothing of what comes after it, and would fall back to slow code at its end, draw after draw.
 */
function walkDraws({ rows, marks }: Ranking, draws: RowWeights, { positives, negatives }: VertexRoom): number {
  let [up, all, group] = [0, 0, 0];
  for (let at = marks.length - 1; at >= 0; at--) {
    const mark = marks[at] ?? 0;
    const weight = draws[rows[at] ?? 0] ?? 0;
    // No branch on the class: it is as good as random.
    up += weight * (mark >> 1);
    all += weight;
    if ((mark & 1) === 1) {
      group++;
      positives[group] = up;
      negatives[group] = all - up;
    }
  }
  return group;
}

function count(marks: Uint8Array, { positives, negatives }: VertexRoom): Vertices {
  const n = marks.length;
  let up = 0;
  let group = 0;
  for (let at = n - 1; at >= 0; at--) {
    const mark = marks[at] ?? 0;
    up += mark >> 1;
    if ((mark & 1) === 1) {
      group++;
      positives[group] = up;
      negatives[group] = n - at - up;
    }
  }
  return { groups: group, positives, negatives };
}

function weigh({ rows, marks }: Ranking, weights: Float64Array, { positives, negatives }: VertexRoom): Vertices {
  const sums = [0, 0];
  const lost = [0, 0];
  let group = 0;
  for (let at = marks.length - 1; at >= 0; at--) {
    const mark = marks[at] ?? 0;
    const side = mark >> 1;
    const value = weights[rows[at] ?? 0] ?? 0;
    const before = sums[side] ?? 0;
    const next = before + value;
    const added = next - before;
    lost[side] = (lost[side] ?? 0) + (before - (next - added) + (value - added));
    sums[side] = next;
    if ((mark & 1) === 1) {
      group++;
      positives[group] = (sums[1] ?? 0) + (lost[1] ?? 0);
      negatives[group] = (sums[0] ?? 0) + (lost[0] ?? 0);
    }
  }
  return { groups: group, positives, negatives };
}

/** Gives every row the number of its score: one for the positive rows of a group of equal scores, one for the others. */
export function toRows({ rows, marks }: Ranking, positive: Float64Array, negative: Float64Array): Float64Array {
  const perRow = new Float64Array(rows.length);
  let group = 1;
  for (let at = rows.length - 1; at >= 0; at--) {
    const mark = marks[at] ?? 0;
    perRow[rows[at] ?? 0] = ((mark & 2) === 0 ? negative[group] : positive[group]) ?? 0;
    group += mark & 1;
  }
  return perRow;
}
