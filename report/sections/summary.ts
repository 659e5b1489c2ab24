import type { ModelView } from "../../core/view.ts";
import { inOrder, outcomeIcon, outcomeOf, tally } from "../attention.ts";
import { type Block, heading, left, paragraph, type Text, table } from "../document.ts";
import { clip } from "../escape.ts";
import { headlineWords } from "../metric-words.ts";
import { modelSentence } from "../sentence.ts";
import { counted } from "../words.ts";

/** One row per model, what needs attention first. */
export function summaryTable(models: readonly ModelView[], limit: number): readonly Block[] {
  const ordered = inOrder(models);
  const rows = ordered
    .slice(0, limit)
    .map((view): readonly Text[] => [
      [outcomeIcon(outcomeOf(view))],
      [clip(view.model, 60)],
      modelSentence(view),
      [view.report === null || view.phase !== "judged" ? "" : (headlineWords(view.report) ?? "")],
    ]);
  const left_ = ordered.length - rows.length;
  return [
    heading(3, `${counted(models.length, "model")}: ${tally(models)}`),
    table([left(""), left("model"), left("result"), left("decisive metric")], rows),
    ...(left_ === 0 ? [] : [paragraph(`${counted(left_, "more model")}: ${tally(ordered.slice(limit))}.`)]),
  ];
}
