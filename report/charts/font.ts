import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The fonts that charts are measured and drawn with, on every machine. */
export const fontFamily = "DejaVu Sans";

/** Paths of the regular and the bold font; found when asked, since a bundle that only writes text has no packages. */
export function fontFiles(): readonly [regular: string, bold: string] {
  const path = (name: string): string => fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}`));
  return [path("DejaVuSans.ttf"), path("DejaVuSans-Bold.ttf")];
}

type Widths = { readonly unitsPerEm: number; readonly of: (codePoint: number) => number };

let loaded: { readonly regular: Widths; readonly bold: Widths } | null = null;

/**
 * Width of a line of text in pixels, from the font's own advance widths. Vega without a canvas only estimates, by up
 * to 60 %, and labels then overlap or leave holes. The two fonts are read once, on the first call.
 */
export function textWidth(text: string, sizePx: number, bold: boolean): number {
  loaded ??= readBoth();
  const widths = bold ? loaded.bold : loaded.regular;
  let units = 0;
  for (const character of text) units += widths.of(character.codePointAt(0) ?? 0);
  return (units / widths.unitsPerEm) * sizePx;
}

function readBoth(): NonNullable<typeof loaded> {
  const [regular, bold] = fontFiles();
  return { regular: readWidths(regular), bold: readWidths(bold) };
}

/** Advance widths by code point: the tables head, hhea, hmtx and cmap (format 4) of a TrueType file. */
function readWidths(file: string): Widths {
  const bytes = readFileSync(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offsetOf = new Map<string, number>();
  for (let table = 0; table < view.getUint16(4); table++) {
    const at = 12 + table * 16;
    offsetOf.set(bytes.toString("latin1", at, at + 4), view.getUint32(at + 8));
  }
  const start = (name: string): number => offsetOf.get(name) ?? 0;
  const metrics = view.getUint16(start("hhea") + 34);
  const glyphs = glyphIndex(view, start("cmap"));
  const advance = (glyph: number): number => view.getUint16(start("hmtx") + Math.min(glyph, metrics - 1) * 4);
  return { unitsPerEm: view.getUint16(start("head") + 18), of: (codePoint) => advance(glyphs(codePoint)) };
}

function glyphIndex(view: DataView, cmap: number): (codePoint: number) => number {
  const subtables = Array.from(
    { length: view.getUint16(cmap + 2) },
    (_, at) => cmap + view.getUint32(cmap + 8 + at * 8),
  );
  const table = subtables.find((at) => view.getUint16(at) === 4);
  if (table === undefined) return () => 0;
  const double = view.getUint16(table + 6);
  const ends = table + 14;
  const starts = ends + double + 2;
  return (codePoint) => {
    for (let segment = 0; segment < double; segment += 2) {
      if (view.getUint16(ends + segment) < codePoint) continue;
      const first = view.getUint16(starts + segment);
      if (first > codePoint) return 0;
      const delta = view.getUint16(starts + double + segment);
      const rangeAt = starts + 2 * double + segment;
      const range = view.getUint16(rangeAt);
      const glyph = range === 0 ? codePoint : view.getUint16(rangeAt + range + (codePoint - first) * 2);
      return range !== 0 && glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
