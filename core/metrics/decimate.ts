/** The points of a curve: as many x as y. */
export type Line = { readonly x: Float64Array; readonly y: Float64Array };

type Segment = { readonly from: number; readonly to: number; readonly farthest: number; readonly distance: number };

/**
 * At most `limit` points of a curve in their order, both ends included. Each step adds the point that lies farthest
 * from the line drawn so far (Ramer 1972), so corners and the hull's extremes survive and straight runs collapse.
 */
export function decimate(line: Line, limit: number): [number, number][] {
  const last = line.x.length - 1;
  const kept = new Set([0, Math.max(0, last)]);
  const open = [segment(line, 0, last)];
  while (kept.size < limit) {
    const next = open.reduce((best, each) => (each.distance > best.distance ? each : best));
    if (!(next.distance > 1e-12)) break;
    kept.add(next.farthest);
    const halves = [segment(line, next.from, next.farthest), segment(line, next.farthest, next.to)];
    open.splice(open.indexOf(next), 1, ...halves);
  }
  return [...kept].toSorted((a, b) => a - b).map((at) => [line.x[at] ?? 0, line.y[at] ?? 0]);
}

function segment({ x, y }: Line, from: number, to: number): Segment {
  const [x0, y0] = [x[from] ?? 0, y[from] ?? 0];
  const [dx, dy] = [(x[to] ?? 0) - x0, (y[to] ?? 0) - y0];
  const length = Math.hypot(dx, dy);
  let farthest = from;
  let distance = 0;
  for (let at = from + 1; at < to; at++) {
    const [ax, ay] = [(x[at] ?? 0) - x0, (y[at] ?? 0) - y0];
    const off = length === 0 ? Math.sqrt(ax * ax + ay * ay) : Math.abs(dx * ay - dy * ax) / length;
    if (off > distance) {
      farthest = at;
      distance = off;
    }
  }
  return { from, to, farthest, distance };
}
