/** The point that may be the root, the one before it, and the one on the other side of the root. */
type Search = { b: number; fb: number; a: number; fa: number; c: number; fc: number };

/**
 * A root of f between two points where its signs differ, to within `tolerance` (Brent 1973, Algorithms for Minimization
 * without Derivatives, chapter 4): inverse quadratic interpolation or the secant, and bisection where they wander.
 */
export function brentRoot(f: (x: number) => number, interval: readonly [number, number], tolerance: number): number {
  const at: Search = { a: interval[0], fa: f(interval[0]), b: interval[1], fb: f(interval[1]), c: 0, fc: 0 };
  at.c = at.a;
  at.fc = at.fa;
  for (let step = 0; step < 1_000; step++) {
    const previous = at.b - at.a;
    if (Math.abs(at.fc) < Math.abs(at.fb)) {
      [at.a, at.b, at.c] = [at.b, at.c, at.b];
      [at.fa, at.fb, at.fc] = [at.fb, at.fc, at.fb];
    }
    const least = 2 * Number.EPSILON * Math.abs(at.b) + tolerance / 2;
    const half = (at.c - at.b) / 2;
    if (Math.abs(half) <= least || at.fb === 0) break;
    const chosen =
      Math.abs(previous) >= least && Math.abs(at.fa) > Math.abs(at.fb) ? interpolated(at, previous, least) : half;
    at.a = at.b;
    at.fa = at.fb;
    at.b += Math.abs(chosen) < least ? Math.sign(half) * least : chosen;
    at.fb = f(at.b);
    if (at.fb > 0 === at.fc > 0) {
      at.c = at.a;
      at.fc = at.fa;
    }
  }
  return at.b;
}

/** The step to where a parabola or line through the points is 0, unless it leads too far; then half the interval. */
function interpolated({ a, fa, b, fb, c, fc }: Search, previous: number, least: number): number {
  const width = c - b;
  const ratio = fb / fa;
  let p = width * ratio;
  let q = 1 - ratio;
  if (a !== c) {
    const [s, t] = [fa / fc, fb / fc];
    p = ratio * (width * s * (s - t) - (b - a) * (t - 1));
    q = (s - 1) * (t - 1) * (ratio - 1);
  }
  if (p > 0) q = -q;
  else p = -p;
  const near = p < 0.75 * width * q - Math.abs(least * q) / 2 && p < Math.abs((previous * q) / 2);
  return near ? p / q : width / 2;
}
