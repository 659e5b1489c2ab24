import { describeFault, type Fault } from "../core/fault.ts";
import type { ModelView, PullView } from "../core/view.ts";
import { configurationFaults, emptyTitle, inOrder, type Outcome, outcomeOf, tally } from "./attention.ts";
import { type Block, paragraph, plain } from "./document.ts";
import { clip, oneLine, printable } from "./escape.ts";
import { writeMarkdown } from "./markdown-writer.ts";
import { faultList } from "./sections/failure.ts";
import { headlineBlock } from "./sections/metrics.ts";
import { detailLevels, modelBlocks, modelHeading } from "./sections/model.ts";
import { summaryTable } from "./sections/summary.ts";
import { modelSentence } from "./sentence.ts";
import { capitalized, counted } from "./words.ts";

export type Conclusion = "success" | "failure" | "neutral" | "action_required" | "cancelled";

export type CheckOutput = {
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  /** null while the check is not completed. */
  readonly conclusion: Conclusion | null;
  readonly status: "queued" | "in_progress" | "completed";
};

export type Annotation = {
  readonly path: string;
  readonly line: number;
  readonly column: number | null;
  readonly message: string;
};

/** GitHub refuses a longer summary or text. */
export const checkLimit = 65_535;

/** The check of one model: the same words and numbers as its section of the comment. */
export function renderModelCheck(view: ModelView): CheckOutput {
  const head: readonly Block[] = view.phase === "judged" && view.report !== null ? [headlineBlock(view.report)] : [];
  return {
    title: title(capitalized(plain(modelSentence(view)))),
    summary: writeMarkdown([paragraph(...modelHeading(view)), ...head]),
    text: firstWithin(detailLevels.map((detail) => () => modelBlocks(view, detail).slice(head.length))),
    ...state(outcomeOf(view), view.phase === "queued"),
  };
}

/**
 * The check that is required: all models together. Mistakes of the configuration fail it and become annotations; other
 * faults of the pull request are told, and hold it up where nothing was trained because of them.
 */
export function renderAggregateCheck(
  view: PullView,
  faults: readonly Fault[],
): CheckOutput & { readonly annotations: readonly Annotation[] } {
  const models = inOrder(view.models);
  const told = distinct([...faults, ...view.notes]);
  const mistakes = configurationFaults(told);
  const [only] = models;
  const words =
    models.length === 0 || mistakes.length > 0
      ? emptyTitle(told)
      : models.length === 1 && only !== undefined
        ? plain(modelHeading(only))
        : `${counted(models.length, "model")}: ${tally(models)}`;
  const nothing = models.length === 0 && told.length === 0;
  const table = (rows: number) => (models.length === 0 ? [] : summaryTable(models, rows).slice(1));
  const list = (rows: number) => (told.length === 0 ? [] : faultList(told.slice(0, rows)));
  return {
    title: title(words),
    summary: writeMarkdown([
      paragraph(nothing ? "No file of this pull request can change a model, so nothing is trained." : words),
    ]),
    text: firstWithin([500, 100, 25].map((rows) => () => [...list(rows), ...table(rows)])),
    ...state(
      mistakes.length > 0 ? "failure" : together(models, told),
      models.length > 0 && models.every((model) => model.phase === "queued"),
    ),
    annotations: mistakes.slice(0, 50).map(annotation),
  };
}

function distinct(faults: readonly Fault[]): readonly Fault[] {
  return [...new Map(faults.map((fault) => [`${fault.reason} ${describeFault(fault)}`, fault])).values()];
}

/** A required check says nothing final while a model is still at work. */
function together(models: readonly ModelView[], faults: readonly Fault[]): Outcome {
  if (models.length === 0) {
    const isOver = faults.some(({ reason }) => reason === "superseded" || reason === "pull_closed");
    return isOver ? "cancelled" : faults.length === 0 ? "success" : "action_required";
  }
  const outcomes = models.map(outcomeOf);
  const order: readonly Outcome[] = ["running", "failure", "action_required", "cancelled", "neutral"];
  return order.find((outcome) => outcomes.includes(outcome)) ?? "success";
}

function state(outcome: Outcome, queued: boolean): Pick<CheckOutput, "conclusion" | "status"> {
  if (outcome === "running") return { conclusion: null, status: queued ? "queued" : "in_progress" };
  return { conclusion: outcome, status: "completed" };
}

function title(words: string): string {
  return clip(oneLine(words).trim(), 250);
}

function firstWithin(versions: readonly (() => readonly Block[])[]): string {
  for (const version of versions) {
    const text = writeMarkdown(version());
    if (text.length <= checkLimit) return text;
  }
  return "";
}

function annotation(fault: Fault): Annotation {
  const { file, line, column, path } = fault.place ?? {};
  const where = path === undefined ? "" : `${path}: `;
  return {
    path: file ?? ".github/assay.yml",
    line: line ?? 1,
    column: column ?? null,
    message: clip(
      printable(file === undefined && path === undefined ? describeFault(fault) : `${where}${fault.message}`),
      4_000,
    ),
  };
}
