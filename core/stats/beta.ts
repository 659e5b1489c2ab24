/** ln Γ(x) for x > 0: Stirling's series (Abramowitz and Stegun 6.1.41), from a shifted argument below 12. */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  if (x === 1 || x === 2) return 0;
  if (x >= 12) return (x - 0.5) * Math.log(x) - x + halfLog2Pi + stirlingSeries(x);
  let product = 1;
  let shifted = x;
  while (shifted < 12) product *= shifted++;
  return (shifted - 0.5) * Math.log(shifted) - shifted + halfLog2Pi + stirlingSeries(shifted) - Math.log(product);
}

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

/** Σ B₂ₖ / (2k (2k − 1) x^(2k−1)), exact to f64 from x = 12. */
function stirlingSeries(x: number): number {
  const s = 1 / (x * x);
  const inner = 1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s / 156)));
  return (1 / 12 - s * (1 / 360 - s * inner)) / x;
}

/** ln Γ(x + 1) − ((x + ½) ln x − x + ½ ln 2π): what Stirling's formula leaves. */
function stirlingError(x: number): number {
  return x >= 12 ? stirlingSeries(x) : logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - halfLog2Pi;
}

/**
 * x ln(x/m) + m − x without cancellation where x is near m (Loader 2000, "Fast and accurate computation of binomial
 * probabilities").
 */
function deviance(x: number, m: number): number {
  if (Math.abs(x - m) > 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let power = 2 * x * v;
  for (let k = 3; ; k += 2) {
    power *= v * v;
    const next = sum + power / k;
    if (next === sum) return sum;
    sum = next;
  }
}

/** x and 1 − x apart, so that neither loses digits near 1; a, b > 0. */
export type BetaPoint = { readonly x: number; readonly rest: number; readonly a: number; readonly b: number };

/** x^a (1 − x)^b / B(a, b), by Loader's saddle point: exact to about 1e-14 for large a and b as well. */
export function betaFactor({ x, rest, a, b }: BetaPoint): number {
  const n = a + b;
  const exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * rest);
  return Math.exp(exponent) * Math.sqrt((a * b) / (2 * Math.PI * n));
}

/** The regularized incomplete beta function Iₓ(a, b) for 0 ≤ x ≤ 1 and a, b > 0, to about 13 digits. */
export function incompleteBeta(x: number, a: number, b: number): number {
  return betaDistribution({ x, rest: 1 - x, a, b });
}

/** Iₓ(a, b) for callers that know 1 − x better than x. */
export function betaDistribution(of: BetaPoint): number {
  const { x, rest, a, b } = of;
  if (!(x >= 0 && rest >= 0 && a > 0 && b > 0)) return Number.NaN;
  if (x === 0) return 0;
  if (rest === 0) return 1;
  if (x * (a + b + 2) <= a + 1) return (betaFactor(of) / a) * continuedFraction(of);
  return 1 - (betaFactor(of) / b) * continuedFraction({ x: rest, rest: x, a: b, b: a });
}

/** The continued fraction of Iₓ (DLMF 8.17.22) by the modified Lentz method; fast for x < (a + 1) / (a + b + 2). */
function continuedFraction({ x, a, b }: BetaPoint): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let fraction = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const numerator of [even, odd]) {
      d = 1 + numerator * d;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      c = 1 + numerator / c;
      if (Math.abs(c) < tiny) c = tiny;
      change = c * d;
      fraction *= change;
    }
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return fraction;
}

/** x with Iₓ(a, b) = p: by bisection, to the last bit that matters. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  let [low, high] = [0, 1];
  for (let step = 0; step < 1100; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high || high - low < 1e-15 * low) break;
    if (incompleteBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
