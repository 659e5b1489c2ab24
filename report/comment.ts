import type { PullView } from "../core/view.ts";
import { emptyTitle, inOrder } from "./attention.ts";
import { type Block, code, heading, paragraph, type Text } from "./document.ts";
import { fitSections } from "./fit.ts";
import { type ChartUrls, writeMarkdown } from "./markdown-writer.ts";
import { deployments } from "./sections/deployments.ts";
import { faultList } from "./sections/failure.ts";
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
 * models that pass, then of the others, then whole sections; every model keeps at least its place in the count.
 */
export function renderComment(
  view: PullView,
  options: { readonly charts: ChartUrls; readonly appName: string; readonly alone?: Alone },
): string {
  const { charts, appName, alone } = options;
  const models = inOrder(view.models);
  const ending = alone === undefined ? footer(appName) : footerAlone(appName, alone);
  const end = `${writeMarkdown([ending])}\n\n${alone?.marker ?? commentMarker(view.number)}\n`;
  const shortened = alone === undefined ? shortenedNote : shortenedAlone(alone);
  const top = topWithin(view, 20_000);
  const budget = commentLimit - end.length - top.length - shortened.length - 8;
  const sections = fitSections(models, { charts, isSettled: view.state !== "open" || alone !== undefined }, budget);
  const note = sections.shortened ? shortened : "";
  return [top, sections.markdown, note, end].filter((part) => part !== "").join("\n\n");
}

/** A comment that no App serves: it has a marker of its own, offers no commands, and says where the full report is. */
export type Alone = { readonly marker: string; readonly fullReport: string };

function shortenedAlone({ fullReport }: Alone): string {
  return `Some details are left out to keep this within GitHub's limit; they are in ${fullReport}.`;
}

const shortenedNote =
  "Some details are left out to keep this comment within GitHub's limit; the check of each model shows its own report.";

/** Deployments, notes and the table of models, with as many rows as the space allows. */
function topWithin(view: PullView, budget: number): string {
  for (const rows of [500, 100, 50, 25, 10, 5, 0]) {
    const markdown = writeMarkdown([
      ...(view.models.length === 0 && view.versions.length === 0 ? [heading(3, emptyTitle(view.notes))] : []),
      ...deployments({ ...view, versions: view.versions.slice(0, rows) }),
      ...faultList(view.notes.slice(0, rows)),
      ...olderCommit(view),
      ...(view.models.length > 1 ? summaryTable(view.models, rows) : []),
    ]);
    if (markdown.length <= budget) return markdown;
  }
  return "";
}

/** Says so when a result is not about the pull request's newest commit. */
function olderCommit(view: PullView): readonly Block[] {
  const older = view.models.filter((model) => model.commit !== view.head);
  if (older.length === 0) return [];
  const subject: Text =
    older.length === view.models.length
      ? ["Results are"]
      : [`${counted(older.length, "result")} of ${view.models.length} are`];
  return [
    paragraph(
      "⚠️ ",
      ...subject,
      " not about the newest commit ",
      code(shortCommit(view.head)),
      ", but about an older one.",
    ),
  ];
}

function footer(appName: string): Block {
  return paragraph(`${appName}: `, code("/help"), " lists the commands.");
}

function footerAlone(appName: string, { fullReport }: Alone): Block {
  return paragraph(`${appName}: the full report is in ${fullReport}.`);
}
