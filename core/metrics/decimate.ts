export type Point = [number, number];

type Segment = { readonly from: number; readonly to: number; readonly farthest: number; readonly distance: number };

/**
 * At most `limit` points of a curve in their order, both ends included. Each step adds the point that lies farthest
 * from the line drawn so far (Ramer 1972), so corners and the hull's extremes survive and straight runs collapse.
 */
export function decimate(points: readonly Point[], limit: number): Point[] {
  if (points.length < 2) return [...points];
  const kept = new Set([0, points.length - 1]);
  const open = [segment(points, 0, points.length - 1)];
  while (kept.size < limit) {
    const next = open.reduce((best, each) => (each.distance > best.distance ? each : best));
    if (!(next.distance > 1e-12)) break;
    kept.add(next.farthest);
    open.splice(
      open.indexOf(next),
      1,
      segment(points, next.from, next.farthest),
      segment(points, next.farthest, next.to),
    );
  }
  return [...kept]
    .toSorted((a, b) => a - b)
    .flatMap((at): Point[] => {
      const point = points[at];
      return point === undefined ? [] : [[point[0], point[1]]];
    });
}

function segment(points: readonly Point[], from: number, to: number): Segment {
  const [x0, y0] = points[from] ?? [0, 0];
  const [x1, y1] = points[to] ?? [0, 0];
  const length = Math.hypot(x1 - x0, y1 - y0);
  let farthest = from;
  let distance = 0;
  for (let at = from + 1; at < to; at++) {
    const [x, y] = points[at] ?? [0, 0];
    const off =
      length === 0 ? Math.hypot(x - x0, y - y0) : Math.abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / length;
    if (off > distance) [farthest, distance] = [at, off];
  }
  return { from, to, farthest, distance };
}
