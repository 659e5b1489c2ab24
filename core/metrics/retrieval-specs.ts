import type { MetricFamily, MetricSpec } from "./spec.ts";

const perQuery = {
  tasks: ["ranking"],
  higherIsBetter: true,
  min: 0,
  max: 1,
  unit: "pp",
  method: "paired-mean",
  needs: "score",
  needsBothClasses: false,
} as const;

const averaged = "ties=average;ideal=all_judged;no_relevant=excluded";
const ordered = "ties=row;relevant=above_0;no_relevant=excluded";

/** The metrics of models that rank documents: each is a mean over queries, and the query is the unit of resampling. */
export const retrievalSpecs: readonly MetricSpec[] = [
  { ...perQuery, id: "ndcg", label: "NDCG", definition: `ndcg/1;gain=linear;k=all;${averaged}` },
  { ...perQuery, id: "map", label: "MAP", definition: `map/1;k=all;${ordered}` },
  { ...perQuery, id: "mrr", label: "MRR", definition: `mrr/1;k=all;${ordered}` },
  { ...perQuery, id: "r_precision", label: "R-precision", definition: `r_precision/1;${ordered}` },
];

const names: readonly { readonly name: string; readonly label: string; readonly definition: string }[] = [
  { name: "ndcg", label: "NDCG", definition: `gain=linear;${averaged}` },
  { name: "ndcg_exp", label: "NDCG (exponential gain)", definition: `gain=exp2;${averaged}` },
  { name: "map", label: "MAP", definition: `per=all_relevant;${ordered}` },
  { name: "mrr", label: "MRR", definition: ordered },
  { name: "precision", label: "precision", definition: `per=k;${ordered}` },
  { name: "recall", label: "recall", definition: `per=all_relevant;${ordered}` },
  { name: "hit", label: "hit rate", definition: ordered },
];

/** The metrics of ranked documents that look at the first k places. */
export const retrievalFamilies: readonly MetricFamily[] = names.map(({ name, label, definition }) => ({
  name,
  parameter: "a whole number of places, at least 1",
  example: 10,
  accepts: (k) => Number.isSafeInteger(k) && k >= 1,
  member: (k) => ({
    ...perQuery,
    id: `${name}@${k}`,
    label: `${label}@${k}`,
    definition: `${name}/1;k=${k};${definition}`,
  }),
}));
