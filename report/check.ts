import { configPath } from "../core/config/parse.ts";
import { describeFault, type Fault } from "../core/fault.ts";
import { counts } from "../core/gate/conclude.ts";
import type { ModelView, PullView } from "../core/view.ts";
import { configurationFaults, emptyTitle, inOrder, type Outcome, outcomeOf, tally } from "./attention.ts";
import { type Block, paragraph, plain } from "./document.ts";
import { clip, oneLine, printable } from "./escape.ts";
import { gateCell } from "./gate-words.ts";
import { writeMarkdown } from "./markdown-writer.ts";
import { configChangeBlocks, configChangeTitle } from "./sections/config-change.ts";
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
  /** Lines of the configuration: mistakes, and gates that failed or cannot be proven. */
  readonly annotations: readonly Annotation[];
};

export type Annotation = {
  readonly path: string;
  readonly line: number;
  readonly column: number | null;
  readonly level: "failure" | "warning";
  readonly message: string;
};

/** GitHub refuses a longer summary or text. */
export const checkLimit = 65_535;

/** The check of one model: the same words and numbers as its section of the comment. */
export function renderModelCheck(view: ModelView): CheckOutput {
  const head: readonly Block[] =
    view.phase === "judged" && view.report !== null ? [headlineBlock(view.report, view.baseline)] : [];
  return {
    title: title(capitalized(plain(modelSentence(view)))),
    summary: writeMarkdown([paragraph(...modelHeading(view)), ...head]),
    text: firstWithin(detailLevels.map((detail) => () => modelBlocks(view, detail).slice(head.length))),
    ...state(outcomeOf(view), view.phase === "queued"),
    annotations: gateAnnotations(view),
  };
}

/** The gates that did not pass, on their lines; a gate that stands nowhere in the file of this commit has none. */
function gateAnnotations({ report, gatePlaces, phase }: ModelView): readonly Annotation[] {
  if (report === null || phase !== "judged") return [];
  return report.gates.flatMap((gate) => {
    const place = gatePlaces.find((one) => one.gate === gate.require);
    const verdict = counts(gate);
    if (place === undefined || verdict === "pass") return [];
    const level = verdict === "fail" || verdict === "error" ? ("failure" as const) : ("warning" as const);
    const { line, column } = place;
    const message = clip(printable(oneLine(`${report.model}: ${plain(gateCell(gate))}. ${gate.message}`)), 4_000);
    return [{ path: configPath, line, column, level, message }];
  });
}

/**
 * The check that is required: all models together. Mistakes of the configuration fail it and become annotations; other
 * faults of the pull request are told, and hold it up where nothing was trained because of them.
 */
export function renderAggregateCheck(view: PullView, faults: readonly Fault[]): CheckOutput {
  const models = inOrder(view.models);
  const told = distinct([...faults, ...view.notes]);
  const change = view.configChange ?? [];
  const single = onlyModel(view, told);
  if (single !== null) return renderModelCheck(single);
  const mistakes = configurationFaults(told);
  const [only] = models;
  const words =
    models.length === 0 || mistakes.length > 0
      ? emptyTitle(told)
      : models.length === 1 && only !== undefined
        ? plain(modelHeading(only))
        : `${counted(models.length, "model")}: ${tally(models)}`;
  const nothing = models.length === 0 && told.length === 0;
  const changed = change.length === 0 ? [] : [configChangeTitle(change)];
  const headline = nothing && changed.length > 0 ? [] : [words];
  const table = (rows: number) => (models.length === 0 ? [] : summaryTable(models, rows).slice(1));
  const list = (rows: number) => (told.length === 0 ? [] : faultList(told.slice(0, rows)));
  return {
    title: title(capitalized([...headline, ...changed].join("; "))),
    summary: writeMarkdown([
      paragraph(nothing ? "No file of this pull request can change a model, so nothing is trained." : words),
      ...(change.length === 0 ? [] : [paragraph(`The configuration would change: ${configChangeTitle(change)}.`)]),
    ]),
    text: firstWithin(
      [500, 100, 25, 5].map((rows) => () => [...list(rows), ...table(rows), ...configChangeBlocks(change, rows)]),
    ),
    ...state(
      mistakes.length > 0 ? "failure" : together(models, told),
      models.length > 0 && models.every((model) => model.phase === "queued"),
    ),
    annotations: mistakes.slice(0, 50).map(annotation),
  };
}

/** The model that the check is about, when there is one alone and nothing else to tell: then it shows all of that model. */
function onlyModel({ models, configChange }: PullView, told: readonly Fault[]): ModelView | null {
  const [only, ...others] = models;
  return others.length + told.length + (configChange ?? []).length > 0 ? null : (only ?? null);
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
    path: file ?? configPath,
    line: line ?? 1,
    column: column ?? null,
    level: "failure",
    message: clip(
      printable(file === undefined && path === undefined ? describeFault(fault) : `${where}${fault.message}`),
      4_000,
    ),
  };
}
