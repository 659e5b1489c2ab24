import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { assayHere, type Ended, scratch } from "./assay.ts";

export type Row = {
  readonly a: number | null;
  readonly b: number | null;
  readonly word: string | null;
  readonly y: number | string | boolean | null;
};

/** 200 rows that a threshold on `a` mostly explains, in a fixed order; every tenth label is wrong. */
export const rows: readonly Row[] = Array.from({ length: 200 }, (_, index) => {
  const a = ((index * 37) % 200) / 100 - 1;
  const truth = a > 0 ? 1 : 0;
  return { a, b: index % 7, word: ["up", "down", "side"][index % 3] ?? "", y: index % 10 === 0 ? 1 - truth : truth };
});

export function csv(of: readonly Readonly<Record<string, string | number | boolean | null>>[]): string {
  const names = Object.keys(of[0] ?? {});
  return `${[names.join(","), ...of.map((row) => names.map((name) => String(row[name] ?? "")).join(","))].join("\n")}\n`;
}

/** Writes rows of CSV text as Parquet. */
export async function writeParquet(from: string, to: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (SELECT * FROM read_csv('${from}')) TO '${to}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

/** The rows of a Parquet file. */
export async function readParquet(file: string): Promise<readonly Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const found = await connection.runAndReadAll(`SELECT * FROM read_parquet('${file}')`);
  const objects = found.getRowObjects();
  connection.closeSync();
  instance.closeSync();
  return objects;
}

export const binary = {
  task: "binary",
  data: "rows.csv",
  label: "y",
  inputs: { x: ["a", "b"] } as Readonly<Record<string, string | readonly string[]>>,
  output: { name: "p" } as Readonly<Record<string, unknown>>,
  metrics: ["roc_auc", "log_loss"],
};

export type Setup = {
  readonly evaluate?: Readonly<Record<string, unknown>>;
  readonly gates?: readonly string[];
  readonly candidate: Uint8Array;
  readonly baseline?: Uint8Array;
  readonly data?: string;
};

/** A folder with a configuration, data and models, ready for `evaluate`. */
export async function project(t: TestContext, setup: Setup): Promise<string> {
  const cwd = await scratch(t);
  await write(cwd, setup);
  return cwd;
}

/** Writes the same into a folder that is there. */
export async function write(cwd: string, setup: Setup): Promise<void> {
  await mkdir(join(cwd, ".github"));
  const model = {
    paths: ["train.mjs"],
    train: { run: "node train.mjs" },
    evaluate: { ...binary, ...setup.evaluate },
    gates: setup.gates ?? [],
  };
  const config = { version: 1, models: { tiny: model }, environments: { production: {} } };
  await writeFile(join(cwd, ".github/assay.yml"), JSON.stringify(config));
  await writeFile(join(cwd, "candidate.onnx"), setup.candidate);
  if (setup.baseline !== undefined) await writeFile(join(cwd, "baseline.onnx"), setup.baseline);
  await writeFile(join(cwd, "rows.csv"), setup.data ?? csv(rows));
}

/** `assay evaluate --json` in such a folder, with the baseline where there is one. */
export async function evaluate(cwd: string, extra: readonly string[] = []): Promise<Ended> {
  return assayHere(evaluation(extra), cwd);
}

/** The arguments of that command. */
export function evaluation(extra: readonly string[] = []): readonly string[] {
  const args = ["evaluate", "--config", ".github/assay.yml", "--model", "tiny", "--candidate", "candidate.onnx"];
  // One thread is enough for so few rows.
  const workers = extra.includes("--workers") ? [] : ["--workers", "1"];
  return [...args, "--out", "out", "--json", ...workers, ...extra];
}
