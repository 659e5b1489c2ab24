import type { ModelView } from "../core/view.ts";
import { outcomeOf } from "./attention.ts";
import { details, heading } from "./document.ts";
import { type ChartUrls, writeMarkdown } from "./markdown-writer.ts";
import { detailLevels, modelBlocks, modelHeading } from "./sections/model.ts";

/** Detail levels (for models that need no attention, for those that do), from everything to the least. */
const steps: readonly (readonly [calm: number, urgent: number])[] = [
  [0, 0],
  [1, 0],
  [2, 0],
  [3, 0],
  [3, 1],
  [3, 2],
  [3, 3],
  [Infinity, 2],
  [Infinity, 3],
];

export type SectionOptions = {
  readonly charts: ChartUrls;
  /** The pull request is merged: there is nothing left to do in it. */
  readonly isSettled: boolean;
};

export type Sections = {
  readonly markdown: string;
  /** Something of these models is not shown. */
  readonly shortened: boolean;
};

/** The models' sections in at most `budget` characters: all of them with less detail, or else as many as fit. */
export function fitSections(models: readonly ModelView[], options: SectionOptions, budget: number): Sections {
  const write = sectionWriter(models.length > 1, options);
  for (const [calm, urgent] of steps) {
    const parts: string[] = [];
    let length = 0;
    for (const model of models) {
      const part = write(model, isUrgent(model) ? urgent : calm);
      length += part.length + separator.length;
      if (length > budget) break;
      parts.push(part);
    }
    if (length <= budget) return { markdown: join(parts), shortened: calm + urgent > 0 };
  }
  return { markdown: join(firstThatFit(models, write, budget)), shortened: true };
}

const separator = "\n\n";

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(separator);
}

function isUrgent(model: ModelView): boolean {
  const outcome = outcomeOf(model);
  return outcome === "failure" || outcome === "action_required" || outcome === "neutral";
}

function firstThatFit(models: readonly ModelView[], write: SectionWriter, budget: number): readonly string[] {
  const parts: string[] = [];
  let length = 0;
  for (const model of models) {
    const part = write(model, detailLevels.length - 1);
    length += part.length + separator.length;
    if (length > budget) break;
    parts.push(part);
  }
  return parts;
}

type SectionWriter = (model: ModelView, level: number) => string;

/** Of several models, those that need no attention are folded. A level that does not exist leaves the section out. */
function sectionWriter(several: boolean, { charts, isSettled }: SectionOptions): SectionWriter {
  const written = new Map<ModelView, Map<number, string>>();
  return (model, level) => {
    const detail = detailLevels[level];
    if (detail === undefined) return "";
    const levels = written.get(model) ?? new Map<number, string>();
    written.set(model, levels);
    const known = levels.get(level);
    if (known !== undefined) return known;
    const folded = several && !isUrgent(model);
    const inner = modelBlocks(model, detail, isSettled);
    const title = modelHeading(model);
    const blocks = folded ? [details(title, ...inner)] : [heading(3, ...title), ...inner];
    const markdown = writeMarkdown(blocks, charts);
    levels.set(level, markdown);
    return markdown;
  };
}
