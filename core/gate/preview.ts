import { metricSpec } from "../metrics/registry.ts";
import { quantile } from "../stats/normal.ts";
import { type Assumptions, type Spread, spreadOf } from "./assumption.ts";
import { normalize } from "./linear.ts";
import { chance, type Region } from "./power-table.ts";
import { previewSlices, type SlicesPreview } from "./preview-slices.ts";
import { printGate } from "./print.ts";
import { acceptable } from "./prove.ts";
import type { CompareNode, ProofNode, SlicesNode } from "./tree.ts";

/** How often a gate passes if the candidate truly differs by that much, and how often the point estimate would. */
export type Chance = {
  readonly improvement: number;
  readonly words: string;
  readonly passes: number;
  readonly naive: number;
};

export type ProofPreview = {
  readonly kind: "proof";
  readonly condition: string;
  readonly metric: string;
  readonly method: "tango" | "hanley-mcneil" | "sd";
  readonly level: number;
  readonly chances: readonly Chance[];
  /** Chance that an equally good model passes the gate `candidate >= baseline`. */
  readonly notBelow: number;
  /** Rows at which an equally good (for a gain: twice as much better) model passes with that chance. */
  readonly rows: readonly { readonly power: number; readonly rows: number | null }[];
  /** The smallest margin that an equally good model passes with 80 % chance on n rows; null for a gain. */
  readonly margin: number | null;
};

export type Preview =
  | ProofPreview
  | SlicesPreview
  | { readonly kind: "none"; readonly condition: string; readonly why: string };

/** A condition on the improvement: positive is better. */
type Claim = { readonly region: Region; readonly level: number; readonly metric: string; readonly twoSided: boolean };

/** What a condition will do, before anything is measured. */
export function preview(node: ProofNode | SlicesNode | CompareNode, of: Assumptions): Preview {
  const condition = printGate(node);
  const claim = claimOf(node);
  const nothing = (why: string): Preview => ({ kind: "none", condition, why });
  if (claim === null)
    return nothing("only a condition on the difference of two models has a power before they are measured");
  const spread = spreadOf(claim.metric, of);
  if (spread.kind === "missing") return nothing(`it needs ${spread.flags.join(", ")}`);
  if (node.kind === "no_worse_slices") {
    return of.slices === null
      ? nothing("it needs --slices, the number of slices")
      : previewSlices(node, condition, spread, { n: of.n, slices: of.slices });
  }
  return previewProof(claim, condition, spread, of.n);
}

function claimOf(node: ProofNode | SlicesNode | CompareNode): Claim | null {
  if (node.kind === "no_worse_slices") {
    return {
      region: acceptable({ kind: "ni", margin: node.margin }),
      level: node.level,
      metric: node.metric,
      twoSided: false,
    };
  }
  if (node.kind !== "compare") {
    return { region: acceptable(node), level: node.level, metric: node.metric, twoSided: node.kind === "equiv" };
  }
  const normal = normalize(node);
  if (normal === null || node.level === null || normal.subject.kind !== "delta") return null;
  const { metric } = normal.subject;
  const higherIsBetter = metricSpec(metric)?.higherIsBetter !== false;
  const limit = higherIsBetter ? normal.limit : -normal.limit;
  const isLower = (normal.operator[0] === ">") === higherIsBetter;
  const region = isLower
    ? { low: limit, high: Number.POSITIVE_INFINITY }
    : { low: Number.NEGATIVE_INFINITY, high: limit };
  return { region, level: node.level, metric, twoSided: false };
}

function previewProof(claim: Claim, condition: string, spread: Spread, n: number): ProofPreview {
  const { region, level, metric } = claim;
  const z = quantile(level);
  const truths = truthsOf(region);
  return {
    kind: "proof",
    condition,
    metric,
    method: spread.kind === "flips" ? "tango" : spread.method,
    level,
    chances: truths.map(({ improvement, words }) => ({
      improvement,
      words,
      passes: chance(spread, n, improvement, region, z),
      naive: chance(spread, n, improvement, region, 0),
    })),
    notBelow: chance(spread, n, 0, { low: -0.5 / n, high: Number.POSITIVE_INFINITY }, 0),
    rows: [0.8, 0.95].map((power) => ({ power, rows: rowsFor(claim, spread, power) })),
    margin: region.low < 0 ? smallestMargin(claim, spread, n) : null,
  };
}

/** What may be true: equally good, and exactly at each end of what is accepted, where a pass is false. */
function truthsOf({ low, high }: Region): readonly { improvement: number; words: string }[] {
  const truths = [{ improvement: 0, words: "equally good" }];
  if (Number.isFinite(low) && low < 0) truths.push({ improvement: low, words: "worse by the margin" });
  if (Number.isFinite(low) && low > 0) {
    truths.push(
      { improvement: low, words: "better by just the gain" },
      { improvement: 2 * low, words: "better by twice the gain" },
    );
  }
  if (Number.isFinite(high) && high !== 0) truths.push({ improvement: high, words: "better by the limit" });
  return truths;
}

/** Rows for that chance of passing if the models are equally good; where a gain is asked for, if it is doubled. */
function rowsFor({ region, level, twoSided }: Claim, spread: Spread, power: number): number | null {
  const truth = region.low > 0 ? 2 * region.low : 0;
  const distance = Math.min(truth - region.low, region.high - truth);
  if (!(distance > 0)) return null;
  const z = quantile(level);
  const needed = z + quantile(twoSided ? (1 + power) / 2 : power);
  if (spread.kind === "normal") return leastRows((n) => needed * spread.standardErrorAt(n) <= distance);
  const variance = Math.max(spread.disagreement, truth) - truth * truth;
  const rows = Math.ceil((needed * needed * variance) / (distance * distance));
  // Without any disagreement Tango's bound is −z² / (n + z²), so fewer rows prove nothing.
  return Math.max(rows, Math.floor((z * z * (1 - distance)) / distance) + 1);
}

function leastRows(enough: (n: number) => boolean): number | null {
  let high = 2;
  while (!enough(high)) {
    high *= 2;
    if (high > 1e12) return null;
  }
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function smallestMargin({ level, twoSided }: Claim, spread: Spread, n: number): number {
  const z = quantile(level);
  const needed = z + quantile(twoSided ? 0.9 : 0.8);
  if (spread.kind === "normal") return needed * spread.standardErrorAt(n);
  return Math.max(needed * Math.sqrt(spread.disagreement / n), (z * z) / (n + z * z));
}
