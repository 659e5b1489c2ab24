import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readTrainingFlights, writeHeldOut } from "../flights/data.ts";
import { exportOnnx, flightInputs } from "../flights/export-onnx.ts";
import { learn } from "../flights/learn.ts";

/** A model of the configuration, with the files of its candidate and baseline. */
export type ExampleModel = { readonly name: string; readonly candidate: string; readonly baseline: string };

/** Files of the example in a folder: models, their configuration, and held-out flights by number of rows. */
export type Example = {
  readonly folder: string;
  readonly trained: ExampleModel;
  /** As wide as it takes for inference to be nearly all of the work; its weights are random. */
  readonly heavier: ExampleModel;
  readonly data: readonly { readonly file: string; readonly rows: number }[];
};

const hidden = [256, 128] as const;
const heavierHidden = [512, 512] as const;

/**
 * Trains both models on the same 60,000 flights, the candidate longer, and writes the flights they never saw. The heavier
 * ones learn nothing: their predictions are worth nothing, and take as long as others.
 */
export async function makeExample(folder: string, progress: (text: string) => void): Promise<Example> {
  await mkdir(folder, { recursive: true });
  const flights = await readTrainingFlights();
  for (const { name, ...training } of [
    { name: "candidate", seed: 1, epochs: 2, hidden },
    { name: "baseline", seed: 2, epochs: 1, hidden },
    { name: "heavier-candidate", seed: 3, epochs: 0, hidden: heavierHidden },
    { name: "heavier-baseline", seed: 4, epochs: 0, hidden: heavierHidden },
  ]) {
    progress(`training the ${name}`);
    await writeFile(join(folder, `${name}.onnx`), exportOnnx(learn(flights, training)));
  }
  await writeFile(join(folder, "assay.yml"), JSON.stringify(configuration, null, 2));
  const data: { file: string; rows: number }[] = [];
  for (const wanted of [300_000, 1_000_000, "all"] as const) {
    progress(`writing ${wanted} flights`);
    const file = join(folder, `flights-${wanted}.parquet`);
    data.push({ file, rows: await writeHeldOut(file, wanted) });
  }
  const file = (name: string): string => join(folder, name);
  return {
    folder,
    trained: { name: "flights", candidate: file("candidate.onnx"), baseline: file("baseline.onnx") },
    heavier: { name: "heavier", candidate: file("heavier-candidate.onnx"), baseline: file("heavier-baseline.onnx") },
    data,
  };
}

const model = {
  paths: ["flights/**"],
  train: { run: "node train.ts" },
  evaluate: {
    task: "binary",
    data: "flights.parquet",
    label: "late",
    inputs: flightInputs,
    output: { name: "late", kind: "probability" },
    metrics: ["roc_auc", "average_precision", "log_loss", "brier", "ece", "accuracy", "f1"],
  },
} as const;

// JSON is YAML. The gates are true of the models, so that every evaluation ends with 0.
const configuration = {
  version: 1,
  models: {
    flights: { ...model, gates: ["candidate.roc_auc > 0.6"] },
    heavier: { ...model, gates: ["candidate.roc_auc > 0"] },
  },
  environments: { production: { promote: "manual" } },
} as const;
