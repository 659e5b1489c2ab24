import { type Fault, reasons } from "../core/fault.ts";
import { isForPerson } from "../core/gate/conclude.ts";
import type { Verdict } from "../core/report.ts";
import type { ModelView } from "../core/view.ts";
import { capitalized, counted } from "./words.ts";

/** What a model's state means for the reader; the check's conclusion and the order of a comment follow from it. */
export type Outcome = "failure" | "action_required" | "neutral" | "running" | "cancelled" | "success";

const ofVerdict: Readonly<Record<Verdict, Outcome>> = {
  pass: "success",
  fail: "failure",
  error: "failure",
  inconclusive: "action_required",
  insufficient: "action_required",
  no_baseline: "action_required",
};

/** A result without a report or without a single metric is never a success. */
export function outcomeOf(view: ModelView): Outcome {
  switch (view.phase) {
    case "queued":
    case "training":
    case "evaluating":
      return "running";
    case "failed":
      return "failure";
    case "cancelled":
      return "cancelled";
    case "judged":
      if (view.verdict === null || view.report === null || view.report.metrics.length === 0) return "failure";
      // The gates of the mode `ask` leave the decision to a person, so the check takes no side.
      if (view.verdict === "inconclusive" && isForPerson(view.report.gates)) return "neutral";
      return ofVerdict[view.verdict];
  }
}

const order: readonly Outcome[] = ["failure", "action_required", "neutral", "running", "cancelled", "success"];

const icons: Readonly<Record<Outcome, string>> = {
  failure: "❌",
  action_required: "◻️",
  neutral: "◻️",
  running: "⏳",
  cancelled: "⏹️",
  success: "✅",
};

export function outcomeIcon(outcome: Outcome): string {
  return icons[outcome];
}

/** What needs attention first, then by name. */
export function inOrder(models: readonly ModelView[]): readonly ModelView[] {
  const rank = new Map(models.map((view) => [view, order.indexOf(outcomeOf(view))]));
  return models.toSorted(
    (a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0) || (a.model < b.model ? -1 : a.model > b.model ? 1 : 0),
  );
}

const nouns: Readonly<Record<Outcome, string>> = {
  failure: "failed",
  action_required: "undecided",
  neutral: "for a person to decide",
  running: "running",
  cancelled: "cancelled",
  success: "passed",
};

/** `1 failed, 2 passed` */
export function tally(models: readonly ModelView[]): string {
  const outcomes = models.map(outcomeOf);
  return order
    .map((outcome) => [outcome, outcomes.filter((one) => one === outcome).length] as const)
    .filter(([, n]) => n > 0)
    .map(([outcome, n]) => `${n} ${nouns[outcome]}`)
    .join(", ");
}

/** Mistakes of the configuration: they fail the check whatever the models do. */
export function configurationFaults(faults: readonly Fault[]): readonly Fault[] {
  return faults.filter((fault) => fault.reason.startsWith("config_"));
}

/** What to say of a pull request without a model: its mistakes, what holds it up, or that it affects none. */
export function emptyTitle(faults: readonly Fault[]): string {
  const mistakes = configurationFaults(faults).length;
  if (mistakes > 0) return `The configuration has ${counted(mistakes, "mistake")}`;
  const [first] = faults;
  return first === undefined ? "No model is affected" : capitalized(reasons[first.reason]);
}
