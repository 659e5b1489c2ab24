import type { ModelView, PullView } from "../core/view.ts";
import { inOrder, outcomeOf } from "./attention.ts";
import { type Block, code, details, heading, paragraph } from "./document.ts";
import { type ChartUrls, writeMarkdown } from "./markdown-writer.ts";
import { deployments } from "./sections/deployments.ts";
import { faultList } from "./sections/failure.ts";
import { type Detail, detailLevels, modelBlocks, modelHeading, modelSection } from "./sections/model.ts";
import { summaryTable } from "./sections/summary.ts";
import { counted, shortCommit } from "./words.ts";

/** GitHub refuses a longer comment. */
export const commentLimit = 65_536;

/** The marker by which the App finds its own comment again. */
export function commentMarker(pull: number): string {
  return `<!-- assay:pull:${pull} -->`;
}

/**
 * The comment of a pull request, at most 65,536 characters. What does not fit is left out in steps: first details of
 * models that pass, then of the others, then whole sections, passing models first.
 */
export function renderComment(view: PullView, options: { readonly charts: ChartUrls; readonly appName: string }): string {
  const models = inOrder(view.models);
  const top = writeMarkdown([...deployments(view), ...notes(view), ...staleness(view)]);
  const end = `${footer(view, options.appName)}\n\n${commentMarker(view.number)}\n`;
  const budget = commentLimit - end.length - 4;
  for (const [calm, urgent] of steps) {
    const body = writeSections(models, options.charts, budget - top.length - reserve, (one) =>
      detailLevels[outcomeOf(one) === "failure" || outcomeOf(one) === "action_required" ? urgent : calm],
    );
    const text = [top, body ?? ""].filter((part) => part !== "").join("\n\n");
    if (body !== null && text.length <= budget) return `${text}\n\n${end}`;
  }
  return `${fitted(models, top, options.charts, budget)}\n\n${end}`;
}

const reserve = 200;
