import type { Random } from "./random.ts";

/**
 * Two models of one truth. A row's evidence is normal with deviation 1 and mean 0, or `separation` where the label is 1;
 * the models see evidence with correlation `agreement` given the label, and turn it into the true probability.
 */
export type Pair = {
  readonly prevalence: number;
  readonly candidate: number;
  readonly baseline: number;
  readonly agreement: number;
};

export type Sample = {
  readonly labels: Int32Array<ArrayBuffer>;
  readonly candidate: Float64Array<ArrayBuffer>;
  readonly baseline: Float64Array<ArrayBuffer>;
};

/** `n` rows with both models' probabilities, in the float32 precision that ONNX models give. */
export function drawSample(pair: Pair, n: number, random: Random): Sample {
  const labels = new Int32Array(n);
  const candidate = new Float64Array(n);
  const baseline = new Float64Array(n);
  const rest = Math.sqrt(1 - pair.agreement ** 2);
  for (let row = 0; row < n; row += 1) {
    const label = random.uniform() < pair.prevalence ? 1 : 0;
    const theirs = random.normal();
    const own = pair.agreement * theirs + rest * random.normal();
    labels[row] = label;
    candidate[row] = Math.fround(probabilityOf(pair.candidate, pair.prevalence, own + label * pair.candidate));
    baseline[row] = Math.fround(probabilityOf(pair.baseline, pair.prevalence, theirs + label * pair.baseline));
  }
  return { labels, candidate, baseline };
}

/** P(label 1 | evidence) by Bayes. */
export function probabilityOf(separation: number, prevalence: number, evidence: number): number {
  const prior = Math.log(prevalence / (1 - prevalence));
  return 1 / (1 + Math.exp(-(prior + separation * evidence - separation ** 2 / 2)));
}
