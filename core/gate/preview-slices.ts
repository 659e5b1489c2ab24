import { quantile } from "../stats/normal.ts";
import type { Spread } from "./assumption.ts";
import { chance, type Region } from "./power-table.ts";
import type { SlicesNode } from "./tree.ts";

export type SlicesPreview = {
  readonly kind: "slices";
  readonly condition: string;
  readonly metric: string;
  readonly level: number;
  readonly slices: number;
  readonly rowsPerSlice: number;
  /** Chance that a model which is equally good in every slice is blocked, by what the gate does about their number. */
  readonly falseBlock: { readonly holm: number; readonly uncorrected: number; readonly naive: number };
  /** Chance that one slice which is worse by twice the margin blocks. */
  readonly detects: number;
};

/** What a gate about independent slices of equal size will do. */
export function previewSlices(
  node: SlicesNode,
  condition: string,
  spread: Spread,
  of: { readonly n: number; readonly slices: number },
): SlicesPreview {
  const { slices } = of;
  const rowsPerSlice = Math.max(2, Math.floor(of.n / slices));
  const alpha = 1 - node.level;
  // A slice is worse when its upper bound is below −margin: the smallest p-value meets Holm's first and hardest step.
  const worse: Region = { low: Number.NEGATIVE_INFINITY, high: -node.margin };
  const blocks = (z: number, improvement: number): number => chance(spread, rowsPerSlice, improvement, worse, z);
  const any = (one: number): number => -Math.expm1(slices * Math.log1p(-Math.min(one, 1 - 1e-16)));
  const holm = quantile(1 - alpha / slices);
  return {
    kind: "slices",
    condition,
    metric: node.metric,
    level: node.level,
    slices,
    rowsPerSlice,
    falseBlock: {
      holm: any(blocks(holm, 0)),
      uncorrected: any(blocks(quantile(node.level), 0)),
      naive: any(blocks(0, 0)),
    },
    detects: blocks(holm, -2 * node.margin),
  };
}
