import { html } from "../escape.ts";

export type Line = {
  readonly kind: "candidate" | "baseline" | "guide";
  readonly points: readonly (readonly [number, number])[];
};
export type Place = readonly [x: number, y: number];

export type Plot = {
  readonly id: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
  /** Where the candidate stands and where the baseline does; both axes run from 0 to 1. */
  readonly marks: readonly (Place | null)[];
};

const size = 340;
const box = { left: 46, top: 14, right: 12, bottom: 44 };
const width = size - box.left - box.right;
const height = size - box.top - box.bottom;

/** From shares of the axes to the plot's coordinates, to a tenth of a pixel. */
export function placed([x, y]: Place): Place {
  const tenth = (value: number): number => Math.round(value * 10) / 10;
  return [tenth(box.left + x * width), tenth(box.top + (1 - y) * height)];
}

/**
 * A plot of shares as SVG for the page itself: its classes take the page's colors, light or dark, and its marks can be
 * moved. It holds no text of a report.
 */
export function writePlot({ id, title, x, y, lines, marks }: Plot): string {
  const shares = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const grid = shares.map((share) => {
    const [left, bottom] = placed([share, 0]);
    const [start, level] = placed([0, share]);
    const words = share === 0 || share === 1 ? String(share) : share.toFixed(1);
    return (
      `<path class="grid" d="M${left} ${box.top}V${bottom}M${start} ${level}H${size - box.right}"/>` +
      `<text x="${left}" y="${bottom + 16}" text-anchor="middle">${words}</text>` +
      `<text x="${start - 7}" y="${level + 4}" text-anchor="end">${words}</text>`
    );
  });
  const middle = box.top + height / 2;
  return `<figure><figcaption>${html(title)}</figcaption>
<svg viewBox="0 0 ${size} ${size}" role="img" aria-label="${html(title)}" data-plot="${html(id)}">
${grid.join("")}
<text x="${box.left + width / 2}" y="${size - 6}" text-anchor="middle">${html(x)}</text>
<text transform="translate(12 ${middle}) rotate(-90)" text-anchor="middle">${html(y)}</text>
${lines.map(writeLine).join("\n")}
${marks.map(writeMark).toReversed().join("")}
</svg></figure>`;
}

function writeLine({ kind, points }: Line): string {
  const path = points.map((point) => placed(point).join(" ")).join("L");
  return path === "" ? "" : `<path class="${kind}" d="M${path}"/>`;
}

/** The candidate is round, the baseline has corners: they differ without color. */
function writeMark(place: Place | null, side: number): string {
  const [x, y] = place === null ? [0, 0] : placed(place);
  const hidden = place === null ? ' visibility="hidden"' : "";
  const shape = side === 0 ? '<circle r="6"/>' : '<path d="M0 -7L7 0L0 7L-7 0Z"/>';
  const kind = side === 0 ? "candidate" : "baseline";
  return `<g class="mark ${kind}" data-mark="${side}" transform="translate(${x} ${y})"${hidden}>${shape}</g>`;
}
