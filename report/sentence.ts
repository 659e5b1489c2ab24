import { reasons } from "../core/fault.ts";
import { counts, isForPerson } from "../core/gate/conclude.ts";
import { formatDelta, formatSize, formatValue } from "../core/metrics/format.ts";
import { type GateResult, type Report, sliceName, type Verdict } from "../core/report.ts";
import type { ModelView } from "../core/view.ts";
import { code, type Text } from "./document.ts";
import { clip } from "./escape.ts";
import { type Change, changeOf, headlineMetric, mentioned, overallMetrics, provenChanges } from "./findings.ts";
import { requirement, rowsWords } from "./gate-words.ts";
import { label } from "./metric-words.ts";
import { provablyWorse, sliceFindings } from "./slice-findings.ts";
import { count, counted, enumeration, percent, roughly, shortCommit } from "./words.ts";

/** What is known about a model at its commit, in a few words: the heading of its section and the title of its check. */
export function modelSentence(view: ModelView): Text {
  const at = code(shortCommit(view.commit));
  switch (view.phase) {
    case "queued":
      return ["queued, ", at];
    case "training":
      return ["training ", at, progressWords(view)];
    case "evaluating":
      return ["evaluating ", at, "…"];
    case "failed":
      return [failureWords(view)];
    case "cancelled":
      return [view.fault?.reason === "superseded" ? "superseded by a newer commit or command" : "cancelled"];
    case "judged":
      return view.report === null || view.verdict === null
        ? ["judged, but its report is missing"]
        : reportSentence(view.report, view.verdict);
  }
}

/** `, step 17 of 40 (43 %), about 8 min to go` */
function progressWords({ progress }: ModelView): string {
  if (progress === null || progress.of <= 0) return "…";
  const { step, of, remainingSeconds } = progress;
  const share = Math.round((100 * Math.min(step, of)) / of) / 100;
  const left = remainingSeconds === null || step >= of ? "" : `, about ${roughly(remainingSeconds)} to go`;
  return `, step ${count(step)} of ${count(of)} (${percent(share)})${left}`;
}

function failureWords(view: ModelView): string {
  const reason = view.fault?.reason ?? "internal";
  if (view.fault === null) return `${failedStage(view)} failed`;
  if (reason === "run_cancelled" || reason === "training_cancelled") return `${failedStage(view)} was cancelled`;
  return `${failedStage(view)} failed — ${reasons[reason]}`;
}

function failedStage(view: ModelView): string {
  const reason = view.fault?.reason ?? "internal";
  if (reason.startsWith("training_") || reason === "model_missing" || reason === "commit_unavailable")
    return "training";
  if (/^(?:model|data|predictions|report)_/.test(reason)) return "evaluation";
  return view.runs.at(-1)?.stage === "evaluate" ? "evaluation" : "training";
}

/** The verdict of a report in words that claim no more than its intervals prove. */
export function reportSentence(report: Report, verdict: Verdict): Text {
  switch (verdict) {
    case "pass":
      return [passWords(report)];
    case "fail":
      return failWords(report);
    case "inconclusive":
      return [inconclusiveWords(report)];
    case "insufficient":
      return [`too few rows to judge${aboutGates(report, "insufficient")}`];
    case "no_baseline":
      return [noBaselineWords(report)];
    case "error":
      return [`the gates could not be judged${aboutGates(report, "error")}`];
  }
}

function noBaselineWords(report: Report): string {
  const judged = report.gates.filter((gate) => gate.verdict === "pass").length;
  const others =
    judged === 0 ? "" : `; ${counted(judged, "gate")} on the value alone ${judged === 1 ? "passes" : "pass"}`;
  return `no baseline yet to compare with${others}`;
}

function passWords(report: Report): string {
  if (report.baseline !== null && report.baseline.digest === report.candidate.digest) {
    return "the same model as the baseline, byte for byte";
  }
  const where = worseWhere(report);
  if (report.gates.length === 0) return `${measuredWords(report, where)}; no gate is configured`;
  const relative = report.gates.some((gate) => /\b(?:ni|sup|equiv)\s*\(/.test(gate.require));
  // A gate of the mode fn-free passes although nothing is proven: the sentence must not claim that it is.
  const open = report.gates.filter((gate) => gate.verdict !== counts(gate)).length;
  const proof = !relative ? "meets its gates" : where === null ? "not worse" : "not worse overall";
  const claim = open === 0 ? proof : `passes, though ${counted(open, "gate")} could not be settled`;
  const better = provenChanges(report, "better").map((change) => label(change.metric.id));
  const worse = provenChanges(report, "worse").map((change) => label(change.metric.id));
  if (worse.length > 0)
    return `${open === 0 ? "passes every gate, though" : `${claim}, and`} ${worseWords(worse, where)}`;
  if (better.length === 0) return where === null ? claim : `${claim}, but provably worse ${where.words}`;
  const slices = where === null ? "" : `, but provably worse on ${where.metric} ${where.words}`;
  return `${claim}, and provably better on ${several(better)}${slices}`;
}

type Where = { readonly metric: string; readonly words: string };

/** The slices where the headline metric got provably worse, as `where phase = Climb`. */
function worseWhere(report: Report): Where | null {
  const id = headlineMetric(report)?.id ?? "";
  const names = provablyWorse(report, id).map((name) => `where ${clip(name, 60)}`);
  if (names.length === 0) return null;
  return { metric: label(id), words: names.length > 2 ? `in ${count(names.length)} slices` : enumeration(names) };
}

function worseWords(worse: readonly string[], where: Where | null): string {
  const overall = `${enumeration(worse.slice(0, 2))} got provably worse`;
  if (where === null) return overall;
  return `${overall}, ${worse.includes(where.metric) ? "also" : `and ${where.metric}`} ${where.words}`;
}

function measuredWords(report: Report, where: Where | null): string {
  const words = changeWords(report) ?? "measured";
  return where === null ? words : `${words} overall, but ${where.metric} got provably worse ${where.words}`;
}

function changeWords(report: Report): string | null {
  if (report.baseline === null) return null;
  const better = provenChanges(report, "better").map((change) => label(change.metric.id));
  const worse = provenChanges(report, "worse").map((change) => label(change.metric.id));
  const parts = [
    ...(worse.length === 0 ? [] : [`provably worse on ${several(worse)}`]),
    ...(better.length === 0 ? [] : [`provably better on ${several(better)}`]),
  ];
  return parts.length === 0 ? "no provable change" : parts.join(", ");
}

function failWords(report: Report): Text {
  const failed = report.gates.filter((gate) => gate.verdict === "fail");
  const ids = failed.flatMap(mentioned);
  const overall = overallMetrics(report)
    .filter((metric) => ids.includes(metric.id))
    .map(changeOf)
    .find((change) => change !== null && change.proven && change.direction === "worse");
  if (overall !== undefined && overall !== null) return [`worse — ${moved(overall)}`];
  const slice = sliceFindings(report).worse.find((change) => change.proven && ids.includes(change.metric.id));
  if (slice !== undefined) return [`worse on ${clip(sliceName(slice.metric.slice), 80)} — ${moved(slice)}`];
  const [first] = failed;
  return first === undefined ? ["fails its gates"] : absoluteFailure(report, failed.length, first);
}

function absoluteFailure(report: Report, failures: number, gate: GateResult): Text {
  const ids = mentioned(gate);
  const metric = overallMetrics(report).find((one) => ids.includes(one.id));
  const operation = ids.find((id) => Object.hasOwn(report.operations, id));
  if (failures === 1 && metric === undefined && operation !== undefined)
    return [`fails a gate on ${label(operation)} — required: `, code(clip(gate.require, 200))];
  const wish = requirement(gate);
  if (failures > 1 || metric === undefined || metric.candidate.value === null || typeof wish !== "string") {
    return [`fails ${count(failures)} of ${counted(report.gates.length, "gate")}`];
  }
  const change = changeOf(metric);
  const value =
    /^[<>≤≥]/.test(wish) || change === null
      ? formatValue(metric.id, metric.candidate.value)
      : formatDelta(metric.id, change.value);
  return [`fails a gate — ${label(metric.id)} is ${value}, required: ${wish}`];
}

/** `ROC AUC dropped 3.1 pp` */
function moved(change: Change): string {
  const amount = formatSize(change.metric.id, Math.abs(change.value));
  return `${label(change.metric.id)} ${change.value < 0 ? "dropped" : "rose"} ${amount}`;
}

function inconclusiveWords(report: Report): string {
  const open = report.gates.filter((gate) => counts(gate) === "inconclusive");
  const rows = open.map((gate) => gate.needs?.rows ?? null).filter((n) => n !== null);
  const about = aboutGates(report, "inconclusive");
  if (isForPerson(report.gates)) return `inconclusive${about}: a person decides`;
  if (rows.length === 0 || rows.length < open.length) return `inconclusive${about}`;
  const isRanking = report.task === "ranking";
  return `inconclusive — ${rowsWords(Math.max(...rows), isRanking ? "query" : "row")}`;
}

function aboutGates(report: Report, verdict: Verdict): string {
  const ids = report.gates.filter((gate) => counts(gate) === verdict).flatMap(mentioned);
  const names = [...new Set(ids)].filter((id) => report.metrics.some((metric) => metric.id === id)).map(label);
  return names.length === 0 ? "" : ` on ${several(names)}`;
}

function several(names: readonly string[]): string {
  const shown = names.map((name) => clip(name, 60));
  return shown.length <= 3
    ? enumeration(shown)
    : enumeration([...shown.slice(0, 2), `${shown.length - 2} more metrics`]);
}
