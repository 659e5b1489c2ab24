import { logGamma } from "./beta.ts";

/** A draw from Poisson(mean), exact for any mean: by inversion below 10, by PTRS from there on. */
export function poissonDraw(mean: number, uniform: () => number): number {
  if (!(mean > 0)) return 0;
  return mean < 10 ? byInversion(mean, uniform) : byRejection(mean, uniform);
}

/** Counts up from 0 until the distribution function passes the uniform number. */
function byInversion(mean: number, uniform: () => number): number {
  let left = uniform();
  let term = Math.exp(-mean);
  let value = 0;
  // Beyond 100 the terms of a mean below 10 are nothing to a number of 53 bits.
  while (left >= term && value < 100) {
    left -= term;
    value++;
    term *= mean / value;
  }
  return value;
}

/**
 * Transformed rejection with squeeze (Hörmann 1993, "The transformed rejection method for generating Poisson random
 * variables", algorithm PTRS).
 */
function byRejection(mean: number, uniform: () => number): number {
  const logMean = Math.log(mean);
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const inside = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= inside) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const accept = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (accept <= k * logMean - mean - logGamma(k + 1)) return k;
  }
}
