import type { Predictions } from "../../core/metrics/measure.ts";
import type { Scored } from "./scored.ts";

/** The same with only some rows, ascending; the others count as unpredicted. Groups that lose all rows are closed up. */
export function selectScored(scored: Scored, rows: Uint32Array): Scored {
  const place = new Int32Array(scored.labels.length).fill(-1);
  for (const [to, from] of rows.entries()) place[from] = to;
  const groups = scored.groups === null ? null : closeUp(pick(scored.groups, rows));
  return {
    ...scored,
    labels: pick(scored.labels, rows),
    weights: scored.weights === null ? null : pick(scored.weights, rows),
    groups: groups?.codes ?? null,
    groupCount: groups?.count ?? rows.length,
    rowNumbers: pick(scored.rowNumbers, rows),
    candidate: predictionsAt(scored.candidate, rows),
    baseline: scored.baseline === null ? null : predictionsAt(scored.baseline, rows),
    slices: scored.slices.map(({ slice, rows: all }) => {
      const own = all.filter((row) => (place[row] ?? -1) >= 0);
      return { slice, rows: own.map((row) => place[row] ?? 0) };
    }),
    fairnessGroups: scored.fairnessGroups.map((each) => ({ ...each, codes: pick(each.codes, rows) })),
    unpredicted: scored.unpredicted + scored.labels.length - rows.length,
  };
}

function pick<T extends Int32Array | Uint32Array | Float64Array>(from: T, rows: Uint32Array): T;
function pick(from: Int32Array | Uint32Array | Float64Array, rows: Uint32Array) {
  const picked = new Float64Array(rows.length);
  for (const [to, row] of rows.entries()) picked[to] = from[row] ?? Number.NaN;
  if (from instanceof Int32Array) return Int32Array.from(picked);
  return from instanceof Uint32Array ? Uint32Array.from(picked) : picked;
}

function closeUp(codes: Int32Array): { readonly codes: Int32Array; readonly count: number } {
  const places = new Map<number, number>();
  const closed = codes.map((code) => {
    const known = places.get(code) ?? places.size;
    places.set(code, known);
    return known;
  });
  return { codes: closed, count: places.size };
}

function predictionsAt(of: Predictions, rows: Uint32Array): Predictions {
  switch (of.kind) {
    case "binary":
      return { ...of, scores: pick(of.scores, rows) };
    case "value":
      return { ...of, values: pick(of.values, rows) };
    case "multiclass": {
      const picked = new Float64Array(rows.length * of.classes);
      for (const [to, row] of rows.entries())
        picked.set(of.probabilities.subarray(row * of.classes, (row + 1) * of.classes), to * of.classes);
      return { ...of, probabilities: picked };
    }
  }
}
