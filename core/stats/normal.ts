/** φ(x), the standard normal density. */
export function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** 1 − Φ(x), exact to about 13 digits in the tail as well: p-values of 1e-40 stay p-values. */
export function survival(x: number): number {
  if (x < 0) return 1 - survival(-x);
  return x < 3 ? 0.5 - density(x) * oddSeries(x) : density(x) * millsRatio(x);
}

/** Φ(x), the standard normal distribution function. */
export function cdf(x: number): number {
  return survival(-x);
}

/** Two-sided p-value of a z statistic. */
export function twoSided(z: number): number {
  return Math.min(1, 2 * survival(Math.abs(z)));
}

/** Φ⁻¹(p) for 0 < p < 1: a start of three digits (Abramowitz and Stegun 26.2.23), then Halley's method. */
export function quantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a probability between 0 and 1 is needed, not ${p}`);
  if (p === 0.5) return 0;
  if (p > 0.5) return upperQuantile(1 - p);
  return -upperQuantile(p);
}

/** x with 1 − Φ(x) = tail, for 0 < tail < 0.5. */
function upperQuantile(tail: number): number {
  const t = Math.sqrt(-2 * Math.log(tail));
  let x = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let step = 0; step < 4; step++) {
    const error = (survival(x) - tail) / density(x);
    x += error / (1 - (error * x) / 2);
  }
  return x;
}

/** Σ x^(2k+1) / (1·3·5···(2k+1)): (Φ(x) − ½) / φ(x). */
function oddSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; term > sum * 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return sum;
}

/** (1 − Φ(x)) / φ(x) as Laplace's continued fraction, evaluated backwards; 120 levels are exact to f64 from x = 3. */
function millsRatio(x: number): number {
  let fraction = x;
  for (let k = 120; k >= 1; k--) fraction = x + k / fraction;
  return 1 / fraction;
}
