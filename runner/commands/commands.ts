import type { Command } from "../cli/command.ts";

/** Commands of the contract that this version does not have. */
export const plannedCommands: readonly string[] = ["compare", "gate", "drift", "doctor", "verify"];

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
      { name: "workers", value: "N", describe: "prediction threads per model" },
      { name: "provider", value: "NAME", describe: "ONNX Runtime execution provider: cpu (default), cuda, webgpu" },
    ],
    example:
      "assay evaluate --config .github/assay.yml --model damage --candidate out/train/model.onnx --out out/evaluate",
    run: async (world, given) => (await import("./evaluate.ts")).evaluate(world, given),
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
