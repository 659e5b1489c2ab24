import { textWidth } from "../../report/charts/font.ts";

export type Box = {
  readonly text: string;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
};

/** Where each text of an SVG by Vega lies: its groups only translate, its texts translate and turn by quarters. */
export function textBoxes(svg: string): {
  readonly boxes: readonly Box[];
  readonly width: number;
  readonly height: number;
} {
  const stack: (readonly [number, number])[] = [[0, 0]];
  const boxes: Box[] = [];
  for (const [tag, name, attributes = "", content = ""] of svg.matchAll(
    /<(\/?g|text)\b([^>]*)>(?:([^<]*)<\/text>)?/g,
  )) {
    const [x, y] = stack.at(-1) ?? [0, 0];
    if (name === "/g") stack.pop();
    else if (name === "g") {
      const [dx, dy] = shift(attributes);
      if (!tag.endsWith("/>")) stack.push([x + dx, y + dy]);
    } else if (!attributes.includes('opacity="0"')) boxes.push(boxOf(attributes, content, x, y));
  }
  const size = /^<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg.slice(svg.indexOf("<svg")));
  return { boxes, width: Number(size?.[1]), height: Number(size?.[2]) };
}

function shift(attributes: string): readonly [number, number] {
  const found = /translate\(([-\d.e]+)[, ]([-\d.e]+)\)/.exec(attributes);
  return [Number(found?.[1] ?? 0), Number(found?.[2] ?? 0)];
}

function boxOf(attributes: string, content: string, x: number, y: number): Box {
  const [dx, dy] = shift(attributes);
  const size = Number(/font-size="([\d.]+)px"/.exec(attributes)?.[1] ?? 11);
  const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1] ?? "start";
  const turn = Number(/rotate\(([-\d.]+)\)/.exec(attributes)?.[1] ?? 0);
  const text = content.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
  const width = textWidth(text, size, attributes.includes('font-weight="bold"'));
  const start = anchor === "middle" ? -width / 2 : anchor === "end" ? -width : 0;
  const corners: (readonly [number, number])[] = [
    [start, -0.72 * size],
    [start + width, 0],
  ];
  const angle = (turn * Math.PI) / 180;
  const turned = corners.map(
    ([u, v]) => [u * Math.cos(angle) - v * Math.sin(angle), u * Math.sin(angle) + v * Math.cos(angle)] as const,
  );
  const xs = turned.map(([u]) => u + x + dx);
  const ys = turned.map(([, v]) => v + y + dy);
  return { text, x0: Math.min(...xs), x1: Math.max(...xs), y0: Math.min(...ys), y1: Math.max(...ys) };
}

/** Pairs of texts that cover each other. */
export function overlaps(boxes: readonly Box[]): readonly string[] {
  const seen = boxes.filter((box) => box.text.trim() !== "");
  return seen.flatMap((a, at) =>
    seen
      .slice(at + 1)
      .filter((b) => a.x0 < b.x1 - 0.5 && b.x0 < a.x1 - 0.5 && a.y0 < b.y1 - 0.5 && b.y0 < a.y1 - 0.5)
      .map((b) => `${a.text} / ${b.text}`),
  );
}
