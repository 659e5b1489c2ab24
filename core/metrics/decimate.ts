/** The points of a curve: as many x as y. */
export type Line = { readonly x: Float64Array; readonly y: Float64Array };

type Segment = { readonly from: number; readonly to: number; readonly farthest: number; readonly distance: number };

/** Longer curves are first cut into so many stretches, of which the ends and the farthest point remain. */
const stretches = 2_000;

/**
 * At most `limit` points of a curve in their order, both ends included. Each step adds the point that lies farthest
 * from the line drawn so far (Ramer 1972), so corners and the hull's extremes survive and straight runs collapse.
 */
export function decimate(line: Line, limit: number): [number, number][] {
  const short = shorten(line);
  const last = short.x.length - 1;
  const kept = new Set([0, Math.max(0, last)]);
  const open = [segment(short, 0, last)];
  while (kept.size < limit) {
    const next = open.reduce((best, each) => (each.distance > best.distance ? each : best));
    if (!(next.distance > 1e-12)) break;
    kept.add(next.farthest);
    const halves = [segment(short, next.from, next.farthest), segment(short, next.farthest, next.to)];
    open.splice(open.indexOf(next), 1, ...halves);
  }
  return [...kept].toSorted((a, b) => a - b).map((at) => [short.x[at] ?? 0, short.y[at] ?? 0]);
}

/** A curve of very many points in one pass: the point farthest from the chord of each stretch, and its ends. */
function shorten(line: Line): Line {
  const last = line.x.length - 1;
  if (last < 8 * stretches) return line;
  const kept = [0];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * last) / stretches);
    const to = Math.floor(((stretch + 1) * last) / stretches);
    const { farthest } = segment(line, from, to);
    if (farthest > from) kept.push(farthest);
    kept.push(to);
  }
  return { x: Float64Array.from(kept, (at) => line.x[at] ?? 0), y: Float64Array.from(kept, (at) => line.y[at] ?? 0) };
}

function segment({ x, y }: Line, from: number, to: number): Segment {
  const [x0, y0] = [x[from] ?? 0, y[from] ?? 0];
  const [dx, dy] = [(x[to] ?? 0) - x0, (y[to] ?? 0) - y0];
  const length = Math.hypot(dx, dy);
  let farthest = from;
  let distance = 0;
  for (let at = from + 1; at < to; at++) {
    const ax = (x[at] ?? 0) - x0;
    const ay = (y[at] ?? 0) - y0;
    const off = length === 0 ? Math.sqrt(ax * ax + ay * ay) : Math.abs(dx * ay - dy * ax) / length;
    if (off > distance) {
      farthest = at;
      distance = off;
    }
  }
  return { from, to, farthest, distance };
}
