import type { Config } from "vega-lite";
import { fontFamily } from "./font.ts";

export type Theme = "light" | "dark";

export type Palette = {
  readonly ground: string;
  readonly ink: string;
  readonly faint: string;
  readonly grid: string;
  readonly candidate: string;
  readonly baseline: string;
  readonly better: string;
  readonly worse: string;
  readonly unproven: string;
  /** From few to many in a heat map. */
  readonly heat: readonly [string, string];
};

/** Colors that color-blind readers tell apart (Okabe and Ito 2008), on the grounds of GitHub's two themes. */
const palettes: Readonly<Record<Theme, Palette>> = {
  light: {
    ground: "#ffffff",
    ink: "#1f2328",
    faint: "#59636e",
    grid: "#e4e7eb",
    candidate: "#0072b2",
    baseline: "#d98200",
    better: "#0072b2",
    worse: "#d55e00",
    unproven: "#6e7781",
    heat: ["#f3f7fb", "#0072b2"],
  },
  dark: {
    ground: "#0d1117",
    ink: "#e6edf3",
    faint: "#9198a1",
    grid: "#262c34",
    candidate: "#56b4e9",
    baseline: "#e69f00",
    better: "#56b4e9",
    worse: "#ff8a4c",
    unproven: "#9198a1",
    heat: ["#161c24", "#2f86c1"],
  },
};

export function paletteOf(theme: Theme): Palette {
  return palettes[theme];
}

/** Shared look of all charts. */
export function configOf(theme: Theme): Config {
  const colors = palettes[theme];
  const words = { labelColor: colors.faint, titleColor: colors.ink, labelFontSize: 11, titleFontSize: 12 };
  return {
    // Vega-Lite would describe marks in expressions that hold axis titles, and so names that users chose.
    aria: false,
    background: colors.ground,
    font: `${fontFamily}, Verdana, sans-serif`,
    padding: 10,
    view: { stroke: null },
    title: { color: colors.ink, fontSize: 13, fontWeight: "bold", anchor: "start", frame: "group", offset: 8 },
    axis: {
      ...words,
      titleFontWeight: "normal",
      gridColor: colors.grid,
      domainColor: colors.faint,
      tickColor: colors.faint,
    },
    axisQuantitative: { labelOverlap: true, labelSeparation: 8 },
    legend: { ...words, orient: "top", direction: "horizontal", labelLimit: 240, offset: 6, symbolStrokeWidth: 2.5 },
  };
}
