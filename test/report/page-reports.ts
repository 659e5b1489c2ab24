import type { Report } from "../../core/report.ts";
import { reportOf } from "./fixtures.ts";

/** A small report with three thresholds and nothing to draw: the model lets the later ones through with fewer mistakes. */
export function thresholdReport(names: { readonly text: string } = { text: "damage" }): Report {
  const base = reportOf("operations-fairness");
  const { text } = names;
  return {
    ...base,
    model: text,
    baseline: { digest: `sha256:${"0".repeat(64)}`, version: text },
    metrics: [],
    operations: {},
    fairness: [],
    behaviour: null,
    gates: [
      gate("candidate.precision > 0.8", text),
      gate("ni(f1, 1pp) at 95%", text),
      gate("candidate.precision > 0.5 and flip_rate < 10%", text),
      gate("candidate.f1[phase = 'Climb'] > 0.1", text),
      gate(text, text),
    ],
    curves: {
      roc: null,
      pr: null,
      calibration: null,
      confusion: { candidate: { classes: [text, `${text}!`], counts: [] }, baseline: null },
      thresholds: {
        configured: 0.5,
        at: [0.25, 0.5, 0.75],
        rows: {
          candidate: [
            [10, 20, 70, 0],
            [8, 4, 86, 2],
            [5, 1, 89, 5],
          ],
          baseline: [
            [10, 30, 60, 0],
            [8, 2, 88, 2],
            [0, 0, 90, 10],
          ],
        },
      },
    },
  };
}

function gate(require: string, message: string): Report["gates"][number] {
  return { require, verdict: "fail", reason: "value_outside", bound: null, needs: null, message };
}
