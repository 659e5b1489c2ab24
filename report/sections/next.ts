import { isForPerson } from "../../core/gate/conclude.ts";
import type { ModelView } from "../../core/view.ts";
import { type Block, code, type Inline, paragraph, type Text } from "../document.ts";

/** What the reader can do now. */
export function nextSteps(view: ModelView): readonly Block[] {
  const steps = stepsFor(view);
  return steps === null ? [] : [paragraph("Next: ", ...steps)];
}

function stepsFor(view: ModelView): Text | null {
  const retrain = code(retrainCommand(view));
  switch (view.phase) {
    case "queued":
    case "training":
    case "evaluating":
      return null;
    case "failed":
      return ["push a fix, or try again with ", plainRetrain(view), "."];
    case "cancelled":
      return view.fault?.reason === "superseded" ? null : ["start again with ", plainRetrain(view), "."];
    case "judged":
      break;
  }
  switch (view.verdict) {
    case "pass":
      return ["merge, or try ", retrain, "."];
    case "fail":
      return ["push a change, or try ", retrain, "."];
    case "inconclusive":
    case "insufficient":
      if (view.report !== null && isForPerson(view.report.gates)) {
        return [
          "a person decides: merging makes no version by itself; more held-out rows, a stronger change or ",
          retrain,
          " may settle it.",
        ];
      }
      return ["add held-out rows on the base branch, push a stronger change, or try ", retrain, "."];
    case "no_baseline":
      return [
        "name the model that is in production under ",
        code("adopt"),
        " in the configuration, or keep only gates on the candidate's own values until a first version exists.",
      ];
    case "error":
    case null:
      return ["correct the gate or the configuration, then ", plainRetrain(view), "."];
  }
}

function plainRetrain(view: ModelView): Inline {
  return code(`/retrain ${view.model}`);
}

/** A command that changes a parameter the model really has: half a rate, twice a count. */
export function retrainCommand(view: ModelView): string {
  const numbers = Object.entries(view.params).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number" && entry[1] !== 0 && /^\w{1,64}$/.test(entry[0]),
  );
  const chosen = numbers.find(([name]) => /rate|lr|decay/i.test(name)) ?? numbers.find(([name]) => !/seed/i.test(name));
  if (chosen === undefined) return `/retrain ${view.model}`;
  const [name, value] = chosen;
  const suggested = Number.isInteger(value) ? value * 2 : Number((value / 2).toPrecision(3));
  return `/retrain ${view.model} ${name}=${suggested}`;
}
