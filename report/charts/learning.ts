import type { TopLevelSpec } from "vega-lite";
import type { ModelView } from "../../core/view.ts";
import { clip, oneLine } from "../escape.ts";
import { chartHeading } from "./curves.ts";
import type { Theme } from "./kinds.ts";
import { configOf, paletteOf } from "./theme.ts";

/** What the training said of itself, one panel per metric: their scales differ. */
export function learningCurve(view: Pick<ModelView, "model" | "learningCurve">, theme: Theme): TopLevelSpec {
  const names = [...new Set(view.learningCurve.flatMap((point) => Object.keys(point.metrics)))].slice(0, 4);
  const colors = paletteOf(theme);
  return {
    title: chartHeading(view.model, "learning"),
    config: configOf(theme),
    autosize: { type: "pad" },
    spacing: 14,
    vconcat: names.map((name, at) => ({
      width: 320,
      height: names.length === 1 ? 220 : 110,
      data: {
        values: view.learningCurve
          .filter((point) => Object.hasOwn(point.metrics, name))
          .map((point) => ({ step: point.step, value: point.metrics[name] ?? null })),
      },
      mark: { type: "line" as const, color: colors.candidate, strokeWidth: 2 },
      encoding: {
        x: {
          field: "step",
          type: "quantitative" as const,
          title: at === names.length - 1 ? "step" : null,
          axis: { tickCount: 6 },
          scale: { nice: false, zero: false },
        },
        y: {
          field: "value",
          type: "quantitative" as const,
          title: clip(oneLine(name), 24),
          axis: { tickCount: 4 },
          scale: { zero: false },
        },
      },
    })),
  };
}
