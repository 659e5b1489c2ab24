import { z } from "zod";
import { estimate } from "../../../core/metrics/estimators.ts";
import { logLoss } from "../../../core/metrics/loss.ts";
import { type LabelSets, samplesF1, subsetAccuracy } from "../../../core/metrics/multilabel.ts";
import { regressionEstimate } from "../../../core/metrics/regression-estimators.ts";
import { groupQueries } from "../../../core/metrics/retrieval.ts";
import { retrievalEstimate } from "../../../core/metrics/retrieval-estimators.ts";
import { ndcg } from "../../../core/metrics/retrieval-metrics.ts";
import { sideOf } from "../../../core/metrics/side.ts";
import { cer } from "../../../core/metrics/text.ts";
import { bleu, chrf } from "../../../core/metrics/text-overlap.ts";
import { type Check, gives, isUndefined, numbers } from "./eval-case.ts";
import { certain, probabilities, scores } from "./make.ts";

const rows = z.array(numbers);
const ranked = z.object({ y: numbers, s: numbers });
const classified = z.object({ y: numbers, pred: numbers });
const probable = z.object({ y: numbers, proba: rows });
const sets = z.object({ y: rows, pred: rows });
const judged = z.object({ rel: numbers, s: numbers });
const graded = z.object({ rel: numbers, score: numbers, k: z.number().nullable() });
const translated = z.object({ pred: z.array(z.string()), refs: z.array(z.array(z.string())) });

const ofScores = (id: string) => (input: z.infer<typeof ranked>) => {
  return estimate(id, sideOf(Int32Array.from(input.y), scores(...input.s)))?.value;
};
const ofClasses = (id: string) => (input: z.infer<typeof classified>) => {
  return estimate(id, sideOf(Int32Array.from(input.y), certain(3, input.pred)))?.value;
};
const ofProbabilities = (id: string) => (input: z.infer<typeof probable>) => {
  return estimate(id, sideOf(Int32Array.from(input.y), probabilities(input.proba)))?.value;
};
const ofNumbers = (id: string) => (input: z.infer<typeof classified>) => {
  const [truth, predicted] = [Float64Array.from(input.y), Float64Array.from(input.pred)];
  return regressionEstimate(id, { n: truth.length, truth, predicted, weights: null })?.value;
};
const ofQuery = (id: string) => (relevance: readonly number[], given: readonly number[]) => {
  return retrievalEstimate(id, queryOf(relevance, given), null).value;
};
const positive = (of: number): number => (of === 1 ? 1 : 0);

function queryOf(relevance: readonly number[], given: readonly number[]): ReturnType<typeof groupQueries> {
  return groupQueries(Float64Array.from(relevance), Float64Array.from(given), new Int32Array(relevance.length));
}

function labelSets(of: readonly (readonly number[])[]): LabelSets {
  return { rows: of.length, labels: of[0]?.length ?? 0, has: Uint8Array.from(of.flat()) };
}

const binary: Readonly<Record<string, Check>> = {
  "roc_auc/max_fpr_0.5_mcclish": gives(ranked, ofScores("roc_auc@0.5")),
  "roc_auc/all_tied": gives(ranked, ofScores("roc_auc")),
  "roc_auc/half_tie": gives(ranked, ofScores("roc_auc")),
  "roc_auc/one_class": isUndefined(ranked, ofScores("roc_auc")),
  "average_precision/basic": gives(ranked, ofScores("average_precision")),
  "average_precision/no_positive": isUndefined(ranked, ofScores("average_precision")),
  "log_loss/spam": gives(probable, ({ y, proba }) => ofScores("log_loss")({ y, s: proba.map((row) => row[1] ?? 0) })),
  "log_loss/clip_f64": gives(z.object({ y: numbers, p: numbers, eps: z.number() }), ({ y, p, eps }) => {
    return logLoss(sideOf(Int32Array.from(y), scores(...p)), eps)?.value;
  }),
  mcc: gives(classified, ({ y, pred }) => ofScores("mcc")({ y: y.map(positive), s: pred.map(positive) })),
};

const several: Readonly<Record<string, Check>> = {
  "brier/multiclass_sum": gives(probable, ofProbabilities("brier")),
  "precision/micro": gives(classified, ofClasses("precision_micro")),
  "recall/micro": gives(classified, ofClasses("recall_micro")),
  "f1/micro": gives(classified, ofClasses("f1_micro")),
  "f1/macro": gives(classified, ofClasses("f1_macro")),
  "precision/weighted": gives(classified, ofClasses("precision_weighted")),
  "recall/weighted": gives(classified, ofClasses("recall_weighted")),
  // The F1 of a class is the binary F1 of that class against the rest.
  "f1/per_class": gives(classified, ({ y, pred }) => {
    return [0, 1, 2].map((k) => {
      return ofScores("f1")({ y: y.map((label) => Number(label === k)), s: pred.map((guess) => Number(guess === k)) });
    });
  }),
  "f1/multilabel_samples": gives(sets, ({ y, pred }) => samplesF1(labelSets(y), labelSets(pred), 0)),
  "accuracy/multilabel_subset": gives(sets, ({ y, pred }) => subsetAccuracy(labelSets(y), labelSets(pred))),
  "roc_auc/ovr_macro": gives(probable, ofProbabilities("roc_auc_ovr")),
  "roc_auc/ovr_weighted": gives(probable, ofProbabilities("roc_auc_ovr_weighted")),
};

const regression: Readonly<Record<string, Check>> = {
  "mse/basic": gives(classified, ofNumbers("mse")),
  "rmse/basic": gives(classified, ofNumbers("rmse")),
  "mae/basic": gives(classified, ofNumbers("mae")),
  "mape/basic": gives(classified, ofNumbers("mape")),
  "r2/basic": gives(classified, ofNumbers("r2")),
  // scikit-learn turns −∞ into 0; without a spread of the truth R² says nothing.
  "r2/constant_imperfect": isUndefined(classified, ofNumbers("r2")),
  "r2/n1": isUndefined(classified, ofNumbers("r2")),
  "pinball/0.1": gives(classified, ofNumbers("pinball@0.1")),
  "pinball/0.9": gives(classified, ofNumbers("pinball@0.9")),
};

const atPlace = ({ rel, score, k }: z.infer<typeof graded>): number | null => {
  return ofQuery(k === null ? "ndcg" : `ndcg@${k}`)(rel, score);
};
const inOrder = z.object({ rel_ranked: numbers }).transform((of) => of.rel_ranked);
const descending = (rel: readonly number[]): readonly number[] => rel.map((_, at) => -at);

const ranking: Readonly<Record<string, Check>> = {
  "ndcg_linear/basic": gives(graded, atPlace),
  "ndcg_linear/weak": gives(graded, atPlace),
  "ndcg_linear/weak@4": gives(graded, atPlace),
  "ndcg_linear/ties_avg@1": gives(graded, atPlace),
  // scikit-learn puts equal scores in descending order of rows, we in ascending order: the rows are turned around.
  "ndcg_linear/ties_order@1": gives(graded, ({ rel, score, k }) => {
    return ndcg({ k: k ?? Number.NaN, ties: "row" })(queryOf(rel.toReversed(), score.toReversed()))[0];
  }),
  "ndcg_linear/own_ideal": gives(inOrder, (rel) => ofQuery("ndcg")(rel, descending(rel))),
  "ndcg_exp/own_ideal": gives(inOrder, (rel) => ofQuery("ndcg_exp@6")(rel, descending(rel))),
  retrieval_ap: gives(judged, ({ rel, s }) => ofQuery("map")(rel, s)),
  retrieval_mrr: gives(judged, ({ rel, s }) => ofQuery("mrr")(rel, s)),
  r_precision: gives(judged, ({ rel, s }) => ofQuery("r_precision")(rel, s)),
};

const text: Readonly<Record<string, Check>> = {
  cer: gives(z.object({ pred: z.array(z.string()), ref: z.array(z.string()) }), ({ pred, ref }) => cer(pred, ref)),
  bleu: gives(translated, ({ pred, refs }) => bleu(pred, refs)),
  chrf: gives(translated, ({ pred, refs }) => chrf(pred, refs)),
};

/** The cases of metrics, each with the product's way to its number. */
export const metricChecks: Readonly<Record<string, Check>> = {
  ...binary,
  ...several,
  ...regression,
  ...ranking,
  ...text,
};
