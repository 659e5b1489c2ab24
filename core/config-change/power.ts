import type { Assumptions } from "../gate/assumption.ts";
import { conditionsOf, metricsOf } from "../gate/needs.ts";
import type { GateNode } from "../gate/parse.ts";
import { preview } from "../gate/preview.ts";
import type { Report } from "../report.ts";
import type { Power } from "./change.ts";

/**
 * The power of a single condition on rows like those of a known report: its differences per row spread as they did there.
 * Null where the report says nothing of the kind, or the condition is not about the difference of two models.
 */
export function powerOf(node: GateNode | null, report: Report | null): Power | null {
  if (node === null || report === null) return null;
  if (node.kind === "and" || node.kind === "or" || node.kind === "not") return null;
  const [condition] = conditionsOf(node);
  if (condition === undefined) return null;
  const [metric = null] = metricsOf(node);
  const found = preview(condition, assumptionsOf(report, metric));
  const rows = report.data.rows;
  if (found.kind === "slices") return { rows, goodPasses: 1 - found.falseBlock.holm, badStopped: found.detects };
  if (found.kind === "none") return null;
  const passes = (words: string) => found.chances.find((chance) => chance.words === words)?.passes ?? null;
  const good = passes("equally good");
  const bad = passes("worse by the margin");
  return good === null ? null : { rows, goodPasses: good, badStopped: bad === null ? null : 1 - bad };
}

function assumptionsOf(report: Report, metric: string | null): Assumptions {
  const overall = report.metrics.find(({ id, slice }) => slice === null && id === metric);
  const error = overall?.delta?.standardError ?? null;
  const slices = report.metrics.filter(({ id, slice }) => slice !== null && id === metric).length;
  return {
    n: report.data.rows,
    disagreement: report.behaviour?.disagreement ?? null,
    positives: null,
    auc: null,
    correlation: null,
    sd: error === null ? null : error * Math.sqrt(report.data.rows),
    slices: slices > 0 ? slices : null,
  };
}
