import { describeFault, type Fault } from "../core/fault.ts";
import type { ModelView, PullView } from "../core/view.ts";
import { inOrder, type Outcome, outcomeOf, tally } from "./attention.ts";
import { type Block, paragraph, plain } from "./document.ts";
import { clip, oneLine, printable } from "./escape.ts";
import { writeMarkdown } from "./markdown-writer.ts";
import { faultList } from "./sections/failure.ts";
import { detailLevels, modelBlocks, modelHeading } from "./sections/model.ts";
import { headlineBlock } from "./sections/metrics.ts";
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
    title: title(plain(modelSentence(view))),
    summary: writeMarkdown([paragraph(...modelHeading(view)), ...head]),
    text: firstWithin(detailLevels.map((detail) => () => modelBlocks(view, detail))),
    ...state(outcomeOf(view), view.phase === "queued"),
  };
}

/** The check that is required: all models together, and the mistakes of the configuration as annotations. */
export function renderAggregateCheck(
  view: PullView,
  faults: readonly Fault[],
): CheckOutput & { readonly annotations: readonly Annotation[] } {
  const models = inOrder(view.models);
  const annotations = faults.slice(0, 50).map(annotation);
  const notes = view.notes.length === 0 ? [] : [faultList(view.notes.slice(0, 20))];
  if (faults.length > 0) {
    const words = `The configuration has ${counted(faults.length, "mistake")}`;
    const text = firstWithin([faults.length, 50, 10].map((n) => () => [faultList(faults.slice(0, n))]));
    return { title: words, summary: `${words}.`, text, ...state("failure", false), annotations };
  }
  if (models.length === 0) {
    const summary = writeMarkdown([
      paragraph("No file of this pull request can change a model, so nothing is trained."),
      ...notes,
    ]);
    return { title: "No model is affected", summary, text: "", ...state("success", false), annotations };
  }
  const [only] = models;
  const words =
    models.length === 1 && only !== undefined
      ? plain(modelHeading(only))
      : `${counted(models.length, "model")}: ${tally(models)}`;
  return {
    title: title(words),
    summary: writeMarkdown([paragraph(words), ...notes]),
    text: firstWithin([500, 100, 25].map((rows) => () => summaryTable(models, rows).slice(1))),
    ...state(
      together(models),
      models.every((model) => model.phase === "queued"),
    ),
    annotations,
  };
}

/** A required check says nothing final while a model is still at work. */
function together(models: readonly ModelView[]): Outcome {
  const outcomes = models.map(outcomeOf);
  const order: readonly Outcome[] = ["running", "failure", "action_required", "cancelled"];
  return order.find((outcome) => outcomes.includes(outcome)) ?? "success";
}

function state(outcome: Outcome, queued: boolean): Pick<CheckOutput, "conclusion" | "status"> {
  if (outcome === "running") return { conclusion: null, status: queued ? "queued" : "in_progress" };
  return { conclusion: outcome, status: "completed" };
}

function title(words: string): string {
  return clip(capitalized(oneLine(words).trim()), 250);
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
