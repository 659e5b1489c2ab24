import type { Command } from "../cli/command.ts";

/** Commands of the contract that this version does not have. */
export const plannedCommands: readonly string[] = ["drift", "doctor", "verify"];

const config = {
  name: "config",
  value: "FILE",
  describe: "the configuration, .github/assay.yml",
  required: true,
} as const;
const model = { name: "model", value: "NAME", describe: "a model of the configuration", required: true } as const;
const out = { name: "out", value: "DIR", describe: "folder for the results", required: true } as const;

// Each command is imported when it runs: DuckDB, ONNX Runtime and Vega are slow to load.
export const commands: readonly Command[] = [
  {
    name: "train",
    summary: "Run the model's training command and check that it left a model.",
    positionals: [],
    flags: [
      config,
      model,
      out,
      { name: "param", value: "NAME=VALUE", describe: "change a parameter of the configuration", repeatable: true },
      { name: "seed", value: "N", describe: "random seed, else the first of the configuration" },
      { name: "checkout", value: "DIR", describe: "where the command runs, else the current folder" },
      { name: "checkpoint", value: "DIR", describe: "folder for checkpoints that outlives an interruption" },
      { name: "commit", value: "SHA", describe: "commit being trained, told to the command" },
      { name: "job", value: "ID", describe: "job being served, told to the command" },
    ],
    example: "assay train --config .github/assay.yml --model damage --param epochs=5 --out out/train",
    run: async (world, given) => (await import("./train.ts")).train(world, given),
  },
  {
    name: "evaluate",
    summary: "Predict held-out rows with a candidate and a baseline, measure, and judge the gates.",
    positionals: [],
    flags: [
      config,
      model,
      { name: "candidate", value: "FILE", describe: "the ONNX model to judge", required: true },
      out,
      { name: "baseline", value: "FILE", describe: "the ONNX model to compare with" },
      { name: "baseline-version", value: "NAME", describe: "how the report names the baseline, such as damage@v12" },
      { name: "data", value: "FILE", describe: "held-out rows instead of the configured file" },
      { name: "root", value: "DIR", describe: "where configured paths start, else the current folder" },
      { name: "workers", value: "N", describe: "prediction threads, else one per core, at most 4" },
      {
        name: "provider",
        value: "NAME",
        describe: "ONNX Runtime execution provider: cpu (default), cuda, webgpu, auto",
      },
      { name: "batch", value: "N", describe: "rows predicted at once, else the fastest number, or 1,024" },
      {
        name: "cache",
        value: "DIR",
        describe: "keep predictions here, and use them; only where training cannot write",
      },
      { name: "cache-size", value: "SIZE", describe: "the least recently used entries go beyond this, else 2GiB" },
      { name: "shard", value: "I/N", describe: "predict only this part of the rows, to be merged" },
      { name: "merge", value: "DIR", describe: "measure what a shard predicted", repeatable: true },
    ],
    example:
      "assay evaluate --config .github/assay.yml --model damage --candidate out/train/model.onnx --out out/evaluate",
    run: async (world, given) => (await import("./evaluate.ts")).evaluate(world, given),
  },
  {
    name: "compare",
    summary: "Measure and judge a table of predictions, of any model; no ONNX needed.",
    positionals: [],
    flags: [
      {
        name: "predictions",
        value: "FILE",
        describe: "rows with label and predictions: Parquet, CSV, JSON",
        required: true,
      },
      { name: "task", value: "TASK", describe: "binary, multiclass, regression or ranking", required: true },
      { name: "label", value: "COL", describe: "column with the truth; ranking: the gain", required: true },
      {
        name: "candidate",
        value: "COL[,COL…]",
        describe: "score of the positive class, number, or one column per class",
        required: true,
      },
      out,
      { name: "baseline", value: "COL[,COL…]", describe: "the same of the model to compare with" },
      { name: "weight", value: "COL", describe: "weight of each row" },
      { name: "group", value: "COL", describe: "what is drawn at random as one; ranking: the query" },
      { name: "slice", value: 'COL|"SQL"', describe: "a column or a SQL predicate", repeatable: true },
      { name: "metric", value: "ID", describe: "what to measure, else the customary metrics", repeatable: true },
      { name: "gate", value: '"EXPR"', describe: "a condition to judge", repeatable: true },
      { name: "positive", value: "VALUE", describe: "binary: the label that is positive" },
      { name: "classes", value: "A,B,C", describe: "multiclass: the classes in the order of the columns" },
      { name: "scores", value: null, describe: "binary: any score, not a probability" },
      { name: "threshold", value: "T", describe: "binary: a score at or above it is positive, else 0.5" },
      { name: "on-nan", value: "error|drop-pair|worst", describe: "predictions that are missing or no number" },
      {
        name: "fairness",
        value: "COL",
        describe: "binary: compare the values of a column as groups",
        repeatable: true,
      },
      { name: "level", value: "P", describe: "two-sided level of the intervals, else 0.95" },
      { name: "min-rows", value: "N", describe: "a slice with fewer rows is insufficient, else 50" },
      { name: "name", value: "NAME", describe: "how the report names the model, else predictions" },
      { name: "baseline-version", value: "NAME", describe: "how the report names the baseline" },
    ],
    example:
      "assay compare --predictions p.parquet --task binary --label y --candidate new --baseline old --out out/compare",
    run: async (world, given) => (await import("./compare.ts")).compare(world, given),
  },
  {
    name: "gate",
    summary: "Explain a gate and preview what it will do, before it is used.",
    positionals: ["EXPR"],
    flags: [
      { name: "n", value: "N", describe: "rows of the evaluation; ranking: queries", required: true },
      { name: "disagreement", value: "P", describe: "share of rows the two models decide differently, such as 5%" },
      { name: "task", value: "TASK", describe: "binary, multiclass, regression or ranking: checks the metrics" },
      { name: "positives", value: "P", describe: "ROC AUC: share of positive rows" },
      { name: "auc", value: "A", describe: "ROC AUC: the value that both models have" },
      { name: "correlation", value: "R", describe: "ROC AUC: correlation of the two models' estimates" },
      { name: "sd", value: "S", describe: "other metrics: standard deviation of the per-row differences" },
      { name: "slices", value: "K", describe: "no_worse_slices: number of slices, of equal size" },
      { name: "reliability", value: "R", describe: "with --steps: rows for a test set that is used again" },
      { name: "steps", value: "H", describe: "with --reliability: how often it is used" },
    ],
    example: "assay gate 'ni(accuracy,0.5pp)' --n 2000 --disagreement 5%",
    run: async (world, given) => (await import("./gate.ts")).gate(world, given),
  },
  {
    name: "report",
    summary: "Show a report again.",
    positionals: ["REPORT.json"],
    flags: [
      { name: "format", value: "md|html|terminal|svg", describe: "how to show it, else terminal" },
      { name: "all", value: null, describe: "every slice, operation and digest, with --format terminal" },
      { name: "chart", value: "KIND", describe: "which chart, with --format svg" },
      { name: "out", value: "FILE", describe: "write to a file instead of stdout" },
    ],
    example: "assay report out/evaluate/report.json --format html --out report.html",
    run: async (world, given) => (await import("./report.ts")).report(world, given),
  },
  {
    name: "init",
    summary: "Write a configuration and a workflow for this repository.",
    positionals: [],
    flags: [
      { name: "workflow-only", value: null, describe: "leave the configuration alone" },
      { name: "force", value: null, describe: "replace files that are already there" },
    ],
    example: "assay init",
    run: async (world, given) => {
      const { cwd, stdout, stderr } = world;
      const args = given.switches
        .filter((name) => name === "workflow-only" || name === "force")
        .map((name) => `--${name}`);
      return (await import("../init/init.ts")).init({ cwd, stdout, stderr, args });
    },
  },
];
