import type { Report } from "../../core/report.ts";
import type { ModelView } from "../../core/view.ts";
import {
  type Block,
  code,
  details,
  joined,
  left,
  link,
  paragraph,
  plain,
  strong,
  type Text,
  table,
} from "../document.ts";
import { clip } from "../escape.ts";
import { count, counted, duration, shortCommit } from "../words.ts";

/** What the result cost, where it ran, and what was reused. */
export function costLine(view: ModelView): readonly Block[] {
  const parts: Text[] = [];
  if (view.reusedFrom !== null) {
    parts.push([
      "Training reused from ",
      link(view.reusedFrom.url, code(shortCommit(view.reusedFrom.commit))),
      " (all inputs are equal)",
    ]);
  } else if (view.trainSeconds !== null) {
    const gpu = view.machine?.gpu ?? null;
    parts.push([`Trained in ${duration(view.trainSeconds)}`]);
    if (gpu !== null) parts.push([`${gpuMinutes(view.trainSeconds)} on ${clip(gpu, 60)}`]);
  }
  if (view.evaluateSeconds !== null)
    parts.push([`${parts.length === 0 ? "E" : "e"}valuated in ${duration(view.evaluateSeconds)}`]);
  const gpu = view.report?.environment.gpu ?? null;
  if (gpu !== null) parts.push([`on ${clip(gpu, 60)}`]);
  if ((view.queueSeconds ?? 0) >= shownQueueSeconds)
    parts.push([`${parts.length === 0 ? "W" : "w"}aited ${duration(view.queueSeconds ?? 0)} for a machine`]);
  parts.push([parts.length === 0 ? "Commit " : "commit ", code(shortCommit(view.commit))]);
  for (const run of view.runs) parts.push([link(run.url, `${run.stage} run`)]);
  return [paragraph(...joined(parts, " · "))];
}

/** A shorter wait is how long a runner takes to pick up a job. */
const shownQueueSeconds = 10;

/** `4.5 GPU minutes`: what a training occupied the machine's GPU for, whatever it made of it. */
function gpuMinutes(seconds: number): string {
  const minutes = seconds / 60;
  return `${minutes < 10 ? minutes.toFixed(1) : count(Math.round(minutes))} GPU minutes`;
}

/** Everything that determines the result, folded: what an auditor asks for. */
export function lineage(view: ModelView): Block {
  const rows: (readonly [string, Text])[] = [
    ["commit", [code(view.commit)]],
    ["tree", [code(view.tree)]],
    ["fingerprint", [code(view.fingerprint)]],
    ["parameters", parameters(view)],
    ...(view.report === null ? [] : reportRows(view.report)),
  ];
  return details(["Lineage: commit, data, model, environment"], lineageTable(rows));
}

/** The same for a report on its own. */
export function reportLineage(report: Report): Block {
  return details(["Lineage: data, model, environment"], lineageTable(reportRows(report)));
}

function lineageTable(rows: readonly (readonly [string, Text])[]): Block {
  return table(
    [left("what"), left("value")],
    rows.filter(([, value]) => plain(value) !== "").map(([name, value]) => [[name], value]),
  );
}

function reportRows(report: Report): readonly (readonly [string, Text])[] {
  const { candidate, baseline, data, environment, seconds } = report;
  const size = `, ${count(candidate.bytes)} bytes${candidate.parameters === null ? "" : `, ${counted(candidate.parameters, "parameter")}`}`;
  const version = baseline?.version ?? null;
  return [
    ["candidate", [code(candidate.digest), size]],
    [
      "baseline",
      baseline === null
        ? ["none"]
        : [code(baseline.digest), ...(version === null ? [] : [", ", code(clip(version, 60))])],
    ],
    ["data", [code(data.digest), `, ${counted(data.rows, "row")}, ${data.role}`]],
    ["runtime", [clip(`${environment.runtime}, ${environment.provider}, Node ${environment.node}`, 200)]],
    ["execution", [clip(executionWords(environment), 200)]],
    ["machine", [clip([environment.cpu, environment.gpu].filter((part) => part !== null).join(", "), 200)]],
    [
      "measured",
      [
        code(report.startedAt),
        ", seed ",
        code(clip(report.seed, 60)),
        `, in ${duration(seconds.load + seconds.predict + seconds.measure + (seconds.operations ?? 0))}`,
      ],
    ],
  ];
}

/** In which batches the rows were predicted, and on which provider each node of the model ran. */
function executionWords({ batch, nodes = {} }: Report["environment"]): string {
  const byProvider = Object.entries(nodes).map(([provider, n]) => `${counted(n, "node")} on ${provider}`);
  const batches = batch === undefined ? [] : [`batches of ${counted(batch, "row")}`];
  return [...batches, ...byProvider].join(", ");
}

/** `epochs = 40`; a parameter that a command changed is marked. */
function parameters(view: ModelView): Text {
  const entries = Object.entries(view.params).slice(0, 50);
  return joined(
    entries.map(([name, value]): Text => {
      const text = code(`${clip(name, 64)}=${clip(String(value), 100)}`);
      return view.overridden.includes(name) ? [strong(text), " (by command)"] : [text];
    }),
    ", ",
  );
}

/** Parameters that a command changed, said where everybody reads it. */
export function overriddenLine(view: ModelView): readonly Block[] {
  if (view.overridden.length === 0) return [];
  const names = view.overridden
    .slice(0, 20)
    .map((name): Text => [code(`${clip(name, 64)}=${clip(String(view.params[name] ?? ""), 100)}`)]);
  return [
    paragraph(
      view.phase === "queued" || view.phase === "training" ? "Training with " : "Trained with ",
      ...joined(names, ", "),
      " by command instead of the configured value",
      view.verdict === "pass"
        ? "; merging promotes this very model, later trainings use the configured value again."
        : ".",
    ),
  ];
}
