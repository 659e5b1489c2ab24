import { resolve } from "node:path";
import { unsliced } from "../../core/config/gate-faults.ts";
import { metricsOf, needsOf } from "../../core/gate/needs.ts";
import { describeGateFault, parseGate } from "../../core/gate/parse.ts";
import { metricFault, metricSpec } from "../../core/metrics/registry.ts";
import { nearest } from "../../core/nearest.ts";
import { type Task, task as taskSchema } from "../../core/report.ts";
import { type Arguments, requiredValue, valueOf } from "../cli/command.ts";
import { badUsage } from "../cli/failure.ts";
import type { OnNan } from "../evaluate/settle.ts";
import { defaultMetrics } from "./default-metrics.ts";
import { readNames } from "./name-list.ts";

/** What `assay compare` was asked to do, as far as it can be checked without the table. */
export type CompareOptions = {
  readonly file: string;
  readonly task: Task;
  /** What the report calls the model. */
  readonly name: string;
  readonly label: string;
  /** Columns of the predictions: one per class of a multiclass task, else one. */
  readonly candidate: readonly string[];
  readonly baseline: readonly string[] | null;
  readonly baselineVersion: string | null;
  readonly weight: string | null;
  readonly group: string | null;
  readonly slices: readonly string[];
  readonly fairness: readonly string[];
  readonly metrics: readonly string[];
  readonly gates: readonly string[];
  readonly positive: string | null;
  readonly classes: readonly string[] | null;
  /** Any score instead of a probability: what needs probabilities cannot be measured. */
  readonly scores: boolean;
  readonly threshold: number;
  readonly onNan: OnNan;
  readonly level: number;
  readonly minRows: number;
  readonly out: string;
};

/** Reads and checks the flags of `assay compare`. Throws bad_usage that names the flag and what was expected. */
export function readCompareOptions(cwd: string, given: Arguments): CompareOptions {
  const task = readTask(requiredValue(given, "task"));
  const scores = given.switches.includes("scores");
  const baseline = valueOf(given, "baseline");
  const baselineVersion = valueOf(given, "baseline-version");
  if (baseline === null && baselineVersion !== null) throw badUsage("--baseline-version needs --baseline COL");
  demandTask(given, task, scores);
  const label = requiredValue(given, "label");
  const classes = readClasses(valueOf(given, "classes"));
  const columns = (flag: "candidate" | "baseline", text: string): readonly string[] =>
    withoutLabel(flag, readColumnNames(flag, text, task, classes), label);
  const gates = given.values["gate"] ?? [];
  return {
    file: resolve(cwd, requiredValue(given, "predictions")),
    task,
    name: valueOf(given, "name") ?? "predictions",
    label,
    candidate: columns("candidate", requiredValue(given, "candidate")),
    baseline: baseline === null ? null : columns("baseline", baseline),
    baselineVersion,
    weight: valueOf(given, "weight"),
    group: valueOf(given, "group"),
    slices: unique(given, "slice"),
    fairness: unique(given, "fairness"),
    metrics: readMetrics(given, task, scores),
    gates,
    positive: valueOf(given, "positive"),
    classes,
    scores,
    threshold: readNumber(given, "threshold", 0.5, scores ? finite : inside),
    onNan: readOnNan(valueOf(given, "on-nan"), task),
    level: readNumber(given, "level", 0.95, inside),
    minRows: readNumber(given, "min-rows", 50, counting),
    out: resolve(cwd, requiredValue(given, "out")),
  };
}

function readTask(text: string): Task {
  const found = taskSchema.options.find((candidate) => candidate === text);
  if (found !== undefined) return found;
  const guess = nearest(text, taskSchema.options);
  const hint = guess === null ? "" : `; did you mean ${guess}?`;
  throw badUsage(`--task must be one of ${taskSchema.options.join(", ")}, not ${text}${hint}`);
}

/** Flags that say nothing about the task are mistakes: silence would hide that they do nothing. */
function demandTask(given: Arguments, task: Task, scores: boolean): void {
  const only = [
    { flag: "positive", task: "binary" },
    { flag: "threshold", task: "binary" },
    { flag: "fairness", task: "binary" },
    { flag: "classes", task: "multiclass" },
  ] as const;
  for (const each of only) {
    if (given.values[each.flag] !== undefined && task !== each.task)
      throw badUsage(`--${each.flag} is for --task ${each.task}, not ${task}`);
  }
  if (scores && task !== "binary") throw badUsage(`--scores is for --task binary, not ${task}`);
  if (task === "multiclass" && given.values["classes"] === undefined)
    throw badUsage("--task multiclass needs --classes A,B,C: the classes in the order of the columns");
  if (task === "ranking" && given.values["group"] === undefined)
    throw badUsage("--task ranking needs --group COL: the column with the query of each row");
}

/** What is asked for, or else customary, and whatever the gates are about. */
function readMetrics(given: Arguments, task: Task, scores: boolean): readonly string[] {
  const wanted = unique(given, "metric");
  const gates = given.values["gate"] ?? [];
  const slices = given.values["slice"] ?? [];
  for (const id of wanted) demandMetric(`--metric ${id}`, task, id, scores);
  const gated = gates.flatMap((gate) => {
    const flag = `--gate ${JSON.stringify(gate)}`;
    const parsed = parseGate(gate, task);
    if (!parsed.ok) throw badUsage(`${flag}, ${describeGateFault(parsed.fault)}`);
    const ids = metricsOf(parsed.gate);
    for (const id of ids) demandMetric(flag, task, id, scores);
    for (const need of needsOf(parsed.gate)) {
      const message = unsliced(need, slices, "--slice");
      if (message !== null) throw badUsage(`${flag}, column ${need.column}: ${message}`);
    }
    return ids;
  });
  return [...new Set([...(wanted.length > 0 ? wanted : defaultMetrics(task, scores)), ...gated])];
}

function demandMetric(flag: string, task: Task, id: string, scores: boolean): void {
  if (id.includes(",")) throw badUsage(`${flag}: give --metric once for each, as ${separately(id)}`);
  const spec = metricSpec(id);
  if (spec?.method === "operation")
    throw badUsage(`${flag}: ${id} is measured while a model runs; a table of predictions has none`);
  const fault = metricFault(task, id);
  if (fault !== null) throw badUsage(`${flag}: ${fault}`);
  if (scores && spec?.needs === "probability")
    throw badUsage(`${flag}: ${id} needs probabilities, and --scores says that these are none`);
}

function separately(list: string): string {
  return list
    .split(",")
    .map((id) => `--metric ${id.trim()}`)
    .join(" ");
}

function readClasses(text: string | null): readonly string[] | null {
  if (text === null) return null;
  const classes = readNames("classes", text);
  if (classes.length < 2) throw badUsage(`--classes must name two classes or more, as A,B,C, not ${text}`);
  return classes;
}

function readColumnNames(
  flag: "candidate" | "baseline",
  text: string,
  task: Task,
  classes: readonly string[] | null,
): readonly string[] {
  const columns = readNames(flag, text);
  const expected = task === "multiclass" ? (classes?.length ?? columns.length) : 1;
  if (columns.length === expected) return columns;
  const count = columns.length === 1 ? "one column" : `${columns.length} columns`;
  throw badUsage(
    task === "multiclass"
      ? `--${flag} names ${count}, --classes names ${expected} classes; expected one column per class, in that order`
      : `--${flag} names ${count}; a ${task} task has one column per model`,
  );
}

/** The truth is no prediction: it would pass every gate. */
function withoutLabel(flag: string, columns: readonly string[], label: string): readonly string[] {
  if (!columns.includes(label)) return columns;
  throw badUsage(`--${flag} names ${JSON.stringify(label)}, which is the label: no model predicted it`);
}

function readOnNan(text: string | null, task: Task): OnNan {
  const known = ["error", "drop-pair", "worst"] as const;
  const found = known.find((candidate) => candidate === (text ?? "error"));
  if (found === undefined) throw badUsage(`--on-nan must be one of ${known.join(", ")}, not ${text}`);
  // A wrong number can always be further off: there is no worst one.
  if (found === "worst" && task === "regression")
    throw badUsage("--on-nan worst is for tasks with a worst prediction; for --task regression use drop-pair");
  return found;
}

type Range = { readonly holds: (value: number) => boolean; readonly words: string };

const inside: Range = { holds: (value) => value > 0 && value < 1, words: "a number between 0 and 1" };
const finite: Range = { holds: Number.isFinite, words: "a number" };
const counting: Range = {
  holds: (value) => Number.isInteger(value) && value >= 1 && value <= 1_000_000,
  words: "a whole number from 1 to 1000000",
};

function readNumber(given: Arguments, flag: string, otherwise: number, range: Range): number {
  const text = valueOf(given, flag);
  if (text === null) return otherwise;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!range.holds(value)) throw badUsage(`--${flag} must be ${range.words}, not ${text}`);
  return value;
}

function unique(given: Arguments, flag: string): readonly string[] {
  const all = given.values[flag] ?? [];
  const twice = all.find((text, index) => all.indexOf(text) !== index);
  if (twice !== undefined) throw badUsage(`--${flag} ${JSON.stringify(twice)} is given twice`);
  return all;
}
