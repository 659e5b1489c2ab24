import type { ModelConfig } from "../config/schema.ts";
import { type Gate, type GateSpec, gateOf } from "../gate/judge.ts";
import { normalize, subjectKey } from "../gate/linear.ts";
import { type GateNode, parseGate } from "../gate/parse.ts";
import { printGate } from "../gate/print.ts";
import type { CompareNode, ProofNode, SlicesNode } from "../gate/tree.ts";
import type { Report, Task } from "../report.ts";
import { byMore, type Difference, type Direction, together } from "./change.ts";
import { powerOf } from "./power.ts";

type Read = { readonly spec: GateSpec; readonly gate: Gate; readonly node: GateNode | null };

/**
 * The gates of a model that differ, paired by what they are about: the same condition on the same metric and slice with
 * another margin is one gate that got weaker or stricter.
 */
export function gateDifferences(
  model: string,
  before: ModelConfig,
  after: ModelConfig,
  report: Report | null,
): readonly Difference[] {
  const old = before.gates.map((spec) => read(spec, before.evaluate.task));
  const left = after.gates.map((spec) => read(spec, after.evaluate.task));
  const pairs: (readonly [Read | null, Read | null])[] = [];
  for (const one of old) {
    const same = left.findIndex((other) => text(other.spec) === text(one.spec));
    const at = same >= 0 ? same : left.findIndex((other) => key(other) === key(one) && !isKept(other, old));
    const [found = null] = at < 0 ? [] : left.splice(at, 1);
    pairs.push([one, found]);
  }
  for (const one of left) pairs.push([null, one]);
  return pairs
    .filter(([a, b]) => a === null || b === null || text(a.spec) !== text(b.spec))
    .map(([a, b]) => ({
      subject: "gates",
      name: model,
      setting: "gates",
      before: a === null ? null : text(a.spec),
      after: b === null ? null : text(b.spec),
      direction: a === null ? "stricter" : b === null ? "weaker" : compareGates(a, b),
      power: { before: powerOf(a?.node ?? null, report), after: powerOf(b?.node ?? null, report) },
    }));
}

function read(spec: GateSpec, task: Task): Read {
  const gate = gateOf(spec);
  const parsed = parseGate(gate.require, task);
  return { spec, gate, node: parsed.ok ? parsed.gate : null };
}

/** A gate that stands unchanged on the other side is not the changed form of this one. */
function isKept(of: Read, among: readonly Read[]): boolean {
  return among.some((one) => text(one.spec) === text(of.spec));
}

/** A gate as a person reads it: its condition, and what it says beyond the defaults. */
function text(spec: GateSpec): string {
  const { require, mode, rules } = gateOf(spec);
  const more = [
    ...(mode === null || mode === "fp-free" ? [] : [`mode: ${mode}`]),
    ...(rules.correction === "holm" ? [] : [`correction: ${rules.correction}`]),
    ...(rules.critical ? ["critical"] : []),
    ...(rules.onInsufficient === "warn" ? [] : [`on_insufficient: ${rules.onInsufficient}`]),
  ];
  return [require, ...more].join(", ");
}

/** By what two gates are forms of one. */
function key({ node, gate }: Read): string {
  if (node === null) return gate.require;
  switch (node.kind) {
    case "ni":
    case "sup":
    case "equiv":
    case "limit_gain":
      return JSON.stringify([node.kind, node.metric, node.slice]);
    case "no_worse_slices":
      return JSON.stringify([node.kind, node.metric]);
    case "compare": {
      const normal = normalize(node);
      return normal === null ? printGate(node) : JSON.stringify([subjectKey(normal.subject), normal.operator[0]]);
    }
    default:
      return printGate(node);
  }
}

function compareGates(before: Read, after: Read): Direction {
  return together([compareConditions(before, after), ...compareRules(before.gate, after.gate)]);
}

function compareConditions({ node: before, gate }: Read, { node: after }: Read): Direction {
  if (before === null || after === null) return "unknown";
  if (before.kind === "no_worse_slices" && after.kind === "no_worse_slices")
    return compareSlices(before, after, gate.rules.critical);
  return compareNodes(before, after);
}

function compareNodes(before: GateNode, after: GateNode): Direction {
  if (isProof(before) && isProof(after)) return compareProofs(before, after);
  if (before.kind === "compare" && after.kind === "compare") return compareComparisons(before, after);
  return printGate(before) === printGate(after) ? "neutral" : "unknown";
}

function isProof(node: GateNode): node is ProofNode {
  return node.kind === "ni" || node.kind === "sup" || node.kind === "equiv" || node.kind === "limit_gain";
}

/** A wider margin demands less, except of a gain that has to be proven. */
function compareProofs(before: ProofNode, after: ProofNode): Direction {
  const margin = byMore(before.margin, after.margin);
  return together([before.kind === "sup" ? margin : opposite(margin), byMore(before.level, after.level)]);
}

/** Slices block when one is surely worse, so more confidence blocks less, unless each has to be proven not worse. */
function compareSlices(before: SlicesNode, after: SlicesNode, isCritical: boolean): Direction {
  const level = byMore(before.level, after.level);
  return together([
    opposite(byMore(before.margin, after.margin)),
    isCritical ? level : opposite(level),
    compareSets(before.by, after.by),
  ]);
}

/** Fewer columns watch less; null is all of them. */
function compareSets(before: readonly string[] | null, after: readonly string[] | null): Direction {
  if (before === null || after === null) return before === after ? "neutral" : after === null ? "stricter" : "weaker";
  const lost = before.some((column) => !after.includes(column));
  const won = after.some((column) => !before.includes(column));
  return lost && won ? "unknown" : lost ? "weaker" : won ? "stricter" : "neutral";
}

function compareComparisons(before: CompareNode, after: CompareNode): Direction {
  const [old, now] = [normalize(before), normalize(after)];
  if (old === null || now === null) return printGate(before) === printGate(after) ? "neutral" : "unknown";
  const isAbove = now.operator.startsWith(">");
  const limit = byMore(old.limit, now.limit);
  return together([
    isAbove ? limit : opposite(limit),
    byMore(Number(old.operator.length === 1), Number(now.operator.length === 1)),
    // A value alone proves nothing: a level is always more than none.
    byMore(before.level ?? 0, after.level ?? 0),
    opposite(byMore(before.precision ?? Number.MAX_VALUE, after.precision ?? Number.MAX_VALUE)),
  ]);
}

/** What undecided means, how many slices are allowed for, and what too few rows do: the more it blocks, the stricter. */
function compareRules(before: Gate, after: Gate): readonly Direction[] {
  const modes = ["fn-free", "ask", "fp-free"];
  const corrections = ["bh", "holm"];
  const insufficient = ["ignore", "warn", "block"];
  return [
    byMore(modes.indexOf(before.mode ?? "fp-free"), modes.indexOf(after.mode ?? "fp-free")),
    byMore(corrections.indexOf(before.rules.correction), corrections.indexOf(after.rules.correction)),
    byMore(Number(before.rules.critical), Number(after.rules.critical)),
    byMore(insufficient.indexOf(before.rules.onInsufficient), insufficient.indexOf(after.rules.onInsufficient)),
  ];
}

function opposite(direction: Direction): Direction {
  return direction === "weaker" ? "stricter" : direction === "stricter" ? "weaker" : direction;
}
