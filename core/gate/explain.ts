import { formatPercent, formatSize } from "../metrics/format.ts";
import { metricSpec } from "../metrics/registry.ts";
import { nameOf } from "./lookup.ts";
import { printGate } from "./print.ts";
import { type GateNode, measuredParts, type SlicesNode } from "./tree.ts";

/** A gate in words: when it passes, when it fails, and when it does neither. */
export function explainGate(node: GateNode): string {
  switch (node.kind) {
    case "and":
      return `All of: ${node.parts.map(explainGate).join(" And: ")}`;
    case "or":
      return `At least one of: ${node.parts.map(explainGate).join(" Or: ")}`;
    case "not":
      return `The opposite of: ${explainGate(node.of)}`;
    case "no_worse_slices":
      return explainSlices(node);
    case "compare":
      return explainComparison(node);
    case "ni":
    case "sup":
    case "equiv":
    case "limit_gain":
      return explainProof(node);
  }
}

function explainProof(node: Extract<GateNode, { kind: "ni" | "sup" | "equiv" | "limit_gain" }>): string {
  const name = nameOf(node);
  const size = formatSize(node.metric, node.margin);
  const sure = `with ${formatPercent(node.level)} confidence`;
  const direction = metricSpec(node.metric)?.higherIsBetter === false ? " (less is better)" : "";
  const goals = {
    ni: [`not worse than the baseline by ${size}`, `worse by ${size} or more`],
    sup: [`better than the baseline by more than ${size}`, `not that much better`],
    equiv: [`within ${size} of the baseline, either way`, `further away than that`],
    limit_gain: [
      `better than the baseline by less than ${size}`,
      `better by ${size} or more, as after a leak of labels`,
    ],
  } as const;
  const [pass, fail] = goals[node.kind];
  return `${name}${direction} is proven ${pass}, ${sure}: pass; proven ${fail}: fail; neither: inconclusive.`;
}

function explainSlices(node: SlicesNode): string {
  const size = formatSize(node.metric, node.margin);
  const where = node.by === null ? "in any slice" : `in any slice by ${node.by.join(", ")}`;
  const name = nameOf({ metric: node.metric, slice: null });
  return `${name} is significantly worse by more than ${size} ${where}, corrected for their number at ${formatPercent(node.level)}: fail; else pass.`;
}

function explainComparison(node: Extract<GateNode, { kind: "compare" }>): string {
  const text = printGate({ ...node, precision: null, level: null });
  const flips = [...measuredParts(node.left), ...measuredParts(node.right)].some((part) => part.kind === "flips");
  const note = flips ? " Flips are rows on which the two models decide differently." : "";
  if (node.level === null) return `The measured numbers meet ${text}: pass; else fail.${note}`;
  const precise =
    node.precision === null ? "" : ` An interval wider than ± ${Number(node.precision.toPrecision(6))}: insufficient.`;
  return `${text} is proven with ${formatPercent(node.level)} confidence: pass; the opposite: fail; neither: inconclusive.${precise}${note}`;
}
