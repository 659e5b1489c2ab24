/** The two-sample Kolmogorov–Smirnov test. */
export type KolmogorovSmirnov = { readonly statistic: number; readonly p: number; readonly exact: boolean };

/** Up to so many rows in the larger sample the p-value counts lattice paths, as scipy's does. */
const exactUpTo = 10_000;

/**
 * sup |F − G| of two samples without NaN, and its two-sided p-value: exact up to 10,000 rows each (Hodges 1958), the
 * limit distribution with Vrbik's correction (2018) above. NaN if a sample is empty.
 */
export function kolmogorovSmirnov(a: Float64Array, b: Float64Array): KolmogorovSmirnov {
  const [n, m] = [a.length, b.length];
  if (n === 0 || m === 0) return { statistic: Number.NaN, p: Number.NaN, exact: false };
  const distance = largestDistance(a.toSorted(), b.toSorted());
  const statistic = distance / (n * m);
  const exact = Math.max(n, m) <= exactUpTo;
  return { statistic, p: exact ? pathsOutside(n, m, distance) : limitTail(statistic, (n * m) / (n + m)), exact };
}

/** The largest |i m − j n| over the merged order: whole numbers, so that ties between distances are ties. */
function largestDistance(a: Float64Array, b: Float64Array): number {
  const [n, m] = [a.length, b.length];
  let [i, j, largest] = [0, 0, 0];
  while (i < n && j < m) {
    const value = Math.min(a[i] ?? 0, b[j] ?? 0);
    while (i < n && a[i] === value) i++;
    while (j < m && b[j] === value) j++;
    largest = Math.max(largest, Math.abs(i * m - j * n));
  }
  return largest;
}

/**
 * Share of the lattice paths from (0, 0) to (n, m) that reach a distance |i m − j n| of at least `distance`. A point
 * reached from the left with probability i / (i + j): only sums of positive numbers, so that tiny p-values are right.
 */
function pathsOutside(n: number, m: number, distance: number): number {
  if (distance === 0) return 1;
  const row = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      if (Math.abs(i * m - j * n) >= distance) row[j] = 1;
      else if (i + j === 0) row[j] = 0;
      else row[j] = ((row[j] ?? 0) * i + (j === 0 ? 0 : (row[j - 1] ?? 0) * j)) / (i + j);
    }
  }
  return row[m] ?? Number.NaN;
}

/** 2 Σ (−1)^(k−1) exp(−2 k² x²), Kolmogorov's tail, at the statistic corrected for a finite n. */
function limitTail(statistic: number, n: number): number {
  const root = Math.sqrt(n);
  const raw = root * statistic;
  const x = raw + 1 / (6 * root) + (raw - 1) / (4 * n);
  if (x < 0.04) return 1;
  let sum = 0;
  for (let k = 1; k < 200; k++) {
    const term = Math.exp(-2 * k * k * x * x);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-18) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}

/** The Jensen–Shannon divergence of two lists of weights over the same categories, in units of `base` (2: within [0, 1]). */
export function jensenShannonDivergence(p: readonly number[], q: readonly number[], base: number): number {
  const [ofP, ofQ] = [total(p), total(q)];
  let sum = 0;
  for (const [at, weight] of p.entries()) {
    const [x, y] = [weight / ofP, (q[at] ?? 0) / ofQ];
    const middle = (x + y) / 2;
    sum += (x > 0 ? x * Math.log(x / middle) : 0) + (y > 0 ? y * Math.log(y / middle) : 0);
  }
  return Math.max(0, sum / 2 / Math.log(base));
}

/** Its square root, a metric (Endres and Schindelin 2003). */
export function jensenShannonDistance(p: readonly number[], q: readonly number[], base: number): number {
  return Math.sqrt(jensenShannonDivergence(p, q, base));
}

function total(weights: readonly number[]): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

/** `count` values spread evenly over [low, high); a point mass where the two are equal. */
export type Bucket = { readonly low: number; readonly high: number; readonly count: number };

/**
 * The divergence, base 2, of two histograms with edges of their own: both are cut at all edges of either. A point mass
 * is a category apart, never part of a range (as in TensorFlow Data Validation).
 */
export function histogramDivergence(a: readonly Bucket[], b: readonly Bucket[]): number {
  const both = [...a, ...b];
  const edges = distinct(both.filter(({ low, high }) => low < high).flatMap(({ low, high }) => [low, high]));
  const points = distinct(both.filter(({ low, high }) => low === high).map(({ low }) => low));
  const cut = (buckets: readonly Bucket[]): readonly number[] => [
    ...edges.slice(1).map((end, at) => total(buckets.map((bucket) => shareBetween(bucket, edges[at] ?? end, end)))),
    ...points.map((point) =>
      total(buckets.map(({ low, high, count }) => (low === point && high === point ? count : 0))),
    ),
  ];
  return jensenShannonDivergence(cut(a), cut(b), 2);
}

function shareBetween({ low, high, count }: Bucket, start: number, end: number): number {
  const overlap = Math.min(high, end) - Math.max(low, start);
  return low < high && overlap > 0 ? (count * overlap) / (high - low) : 0;
}

function distinct(values: readonly number[]): readonly number[] {
  return [...new Set(values)].toSorted((a, b) => a - b);
}
