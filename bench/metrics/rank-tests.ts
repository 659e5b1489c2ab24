import { bootstrap } from "../../core/stats/bootstrap.ts";
import { delongStandardError, drawnArea, placements } from "../../core/stats/delong.ts";
import { type Ranking, rank } from "../../core/stats/order.ts";
import { randomKey } from "../../core/stats/random.ts";
import { vertices } from "../../core/stats/vertices.ts";
import type { Sample } from "../binormal.ts";

/** ΔAUC with DeLong's standard error, by the parts of the product that measure it. */
export function delongDelta({ labels, candidate, baseline }: Sample): { delta: number; standardError: number | null } {
  const place = (ranking: Ranking): ReturnType<typeof placements> => placements(ranking, vertices(ranking, null));
  const own = place(rank(candidate, labels, 1));
  const theirs = place(rank(baseline, labels, 1));
  if (own === null || theirs === null) throw new Error("a class is missing");
  const perRow = { own: own.perRow, theirs: theirs.perRow };
  return { delta: own.auc - theirs.auc, standardError: delongStandardError(perRow, labels, null) };
}

/** The ascending differences in ROC AUC of two models over rows drawn with replacement, the same for both. */
export function bootstrapDelta({ labels, candidate, baseline }: Sample, replicates: number): Float64Array {
  const own = rank(candidate, labels, 1);
  const theirs = rank(baseline, labels, 1);
  const resampling = { units: labels.length, replicates, key: randomKey("bench"), strata: null };
  return bootstrap(resampling, (counts) => drawnArea(own, counts) - drawnArea(theirs, counts));
}
