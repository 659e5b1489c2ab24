import type { Report } from "../../core/report.ts";
import { clip, html, oneLine } from "../escape.ts";
import { gateIcon } from "../gate-words.ts";
import { label } from "../metric-words.ts";
import { withSigns } from "../signs.ts";
import { capitalized } from "../words.ts";
import type { ExplorerData, GateStep, ThresholdStep } from "./explorer-data.ts";
import { type Line, type Place, type Plot, writePlot } from "./plot.ts";
import { type Explorer, placesAt, stepOf } from "./steps.ts";

/** Data for the page's script: every threshold of the report. */
export function explorerData(explorer: Explorer): ExplorerData {
  return {
    configured: explorer.configured,
    steps: explorer.thresholds.at.map((_, step) => stepOf(explorer, step)),
  };
}

/**
 * The section of the page about other thresholds. It shows the configured one; the script then shows others. Without
 * the script the slider stays hidden, and everything else is true as it stands.
 */
export function writeExplorer(explorer: Explorer): string {
  const { report, thresholds, configured } = explorer;
  const step = stepOf(explorer, configured);
  const weighted = thresholds.weights === undefined ? "" : " Metrics and curves weigh the rows; the counts do not.";
  return `<section id="threshold">
<h3>Another threshold</h3>
<p class="faint">A score at or above the threshold counts as ${name(classNames(report)[1])}. These are exact counts of all rows and values
without intervals: the report's verdict was reached at ${html(step.at)} and stays what it is. A threshold that is picked on the rows that
judge it looks better than it is.${weighted}</p>
<div class="slider" hidden>
<label for="threshold-slider">Threshold</label>
<input id="threshold-slider" type="range" min="0" max="${thresholds.at.length - 1}" step="1" value="${configured}" aria-valuetext="${html(step.at)}" aria-describedby="threshold-spoken">
<output for="threshold-slider" data-at>${html(step.at)}</output>
<button type="button" data-reset disabled>back to ${html(step.at)}</button>
</div>
<p id="threshold-spoken" class="unseen" aria-live="polite" data-spoken></p>
<div class="explorer">
${writeConfusion(report, step)}
${writeMetrics(explorer, step)}
</div>
${writeGates(explorer, step)}
<p class="legend"><span class="candidate">● candidate</span>${thresholds.rows.baseline === null ? "" : ` <span class="baseline">◆ ${baselineWords(report)}</span>`}</p>
<div class="plots">${plotsOf(explorer).map(writePlot).join("\n")}</div>
</section>`;
}

function name(text: string | undefined): string {
  return `<b>${html(clip(oneLine(text ?? ""), 40))}</b>`;
}

function baselineWords(report: Report): string {
  return html(clip(oneLine(report.baseline?.version ?? "baseline"), 60));
}

/** Negative first, as everywhere. */
function classNames(report: Report): readonly string[] {
  return report.curves.confusion?.candidate.classes ?? ["0", "1"];
}

/** By place in the counts: which class the rows are of, and what they are called. */
const cells = {
  tp: { at: 0, words: "true positives", kind: "right" },
  fp: { at: 1, words: "false positives", kind: "wrong" },
  tn: { at: 2, words: "true negatives", kind: "right" },
  fn: { at: 3, words: "false negatives", kind: "wrong" },
} as const;

function writeConfusion(report: Report, step: ThresholdStep): string {
  const [negative, positive] = classNames(report);
  const cell = ({ at, words, kind }: (typeof cells)[keyof typeof cells]): string => {
    const change = step.changes[at];
    const against =
      change === undefined
        ? ""
        : ` <small><span data-change="${at}">${change}</span> against ${baselineWords(report)}</small>`;
    return `<td class="${kind}"><b data-count="${at}">${step.counts[at] ?? ""}</b> <small>${words}</small>${against}</td>`;
  };
  return `<table class="confusion" data-plain>
<caption>Rows by what they are and what the candidate calls them at <span data-at>${html(step.at)}</span></caption>
<thead><tr><td></td><th scope="col">called ${name(negative)}</th><th scope="col">called ${name(positive)}</th></tr></thead>
<tbody><tr><th scope="row">is ${name(negative)}</th>${cell(cells.tn)}${cell(cells.fp)}</tr>
<tr><th scope="row">is ${name(positive)}</th>${cell(cells.fn)}${cell(cells.tp)}</tr></tbody>
</table>`;
}

function writeMetrics({ report, metrics, thresholds }: Explorer, step: ThresholdStep): string {
  const compared = thresholds.rows.baseline !== null;
  const heads = [...(compared ? [baselineWords(report)] : []), "candidate", ...(compared ? ["Δ"] : [])];
  const rows = metrics.map((id, at) => {
    const numbers = (step.metrics[at] ?? []).map(
      (words, column) => `<td class="right" data-metric="${at}.${column}">${html(words)}</td>`,
    );
    return `<tr><th scope="row">${html(oneLine(label(id)))}</th>${numbers.join("")}</tr>`;
  });
  return `<div class="scroll"><table data-plain>
<caption>Metrics at <span data-at>${html(step.at)}</span></caption>
<thead><tr><th scope="col">metric</th>${heads.map((head) => `<th scope="col" class="right">${head}</th>`).join("")}</tr></thead>
<tbody>${rows.join("\n")}</tbody>
</table></div>`;
}

/** The words of a gate's state, also the script's. */
const stateWords: Readonly<Record<GateStep["state"], string>> = {
  holds: "✓ would hold",
  broken: "✗ would not hold",
  unknown: "? cannot be told here",
};

function writeGates({ gates }: Explorer, step: ThresholdStep): string {
  if (gates.length === 0) return `<p class="faint">No gate depends on the threshold.</p>`;
  const items = gates.map(({ gate }, at) => {
    const { state, words } = step.gates[at] ?? { state: "unknown", words: "" };
    const states = Object.entries(stateWords).map(
      ([key, shown]) => `<b class="${key}"${key === state ? "" : " hidden"} data-state="${key}">${shown}</b>`,
    );
    const verdict = withSigns(`${gateIcon(gate)} ${gate.verdict.replaceAll("_", " ")}`);
    return `<li data-gate="${at}"><code>${html(clip(oneLine(gate.require), 300))}</code><br>
${states.join("")} <span data-words>${html(oneLine(words))}</span><br><small>the report's verdict: ${html(verdict)}</small></li>`;
  });
  return `<h4>Gates at <span data-at>${html(step.at)}</span>, by their values alone</h4>
<ul class="gates">${items.join("\n")}</ul>`;
}

/** ROC and PR curves with both models' places on them, and the metric that a gate asks for over all thresholds. */
function plotsOf(explorer: Explorer): readonly Plot[] {
  const { report, thresholds, drawn, configured } = explorer;
  const marks = placesAt(explorer, configured);
  const { roc, pr } = report.curves;
  const curve = (of: typeof roc): readonly Line[] => [
    { kind: "baseline", points: of?.baseline ?? [] },
    { kind: "candidate", points: of?.candidate ?? [] },
  ];
  const all = thresholds.at.map((_, step) => placesAt(explorer, step)["threshold"] ?? []);
  const over = (side: number): readonly Place[] =>
    all.flatMap((places) => [places[side] ?? null].filter((place) => place !== null));
  const diagonal: Line = {
    kind: "guide",
    points: [
      [0, 0],
      [1, 1],
    ],
  };
  const shown: readonly (Plot | null)[] = [
    roc && {
      id: "roc",
      title: "ROC curve",
      x: "false positive rate",
      y: "true positive rate",
      lines: [diagonal, ...curve(roc)],
      marks: marks["roc"] ?? [],
    },
    pr && {
      id: "pr",
      title: "Precision and recall",
      x: "recall",
      y: "precision",
      lines: curve(pr),
      marks: marks["pr"] ?? [],
    },
    drawn === null
      ? null
      : {
          id: "threshold",
          title: capitalized(`${label(drawn)} by threshold`),
          x: "threshold",
          y: label(drawn),
          lines: [
            { kind: "baseline", points: over(1) },
            { kind: "candidate", points: over(0) },
          ],
          marks: marks["threshold"] ?? [],
        },
  ];
  return shown.filter((plot) => plot !== null);
}
