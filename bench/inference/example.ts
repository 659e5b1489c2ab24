import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readTrainingFlights, writeHeldOut } from "../flights/data.ts";
import { exportOnnx, flightInputs } from "../flights/export-onnx.ts";
import { learn } from "../flights/learn.ts";

/** Files of the example in a folder: two trained models, their configuration, and held-out flights by number of rows. */
export type Example = {
  readonly folder: string;
  readonly candidate: string;
  readonly baseline: string;
  readonly data: readonly { readonly file: string; readonly rows: number }[];
};

const hidden = [256, 128] as const;

/** Trains both models on the same 60,000 flights, the candidate longer, and writes the flights they never saw. */
export async function makeExample(folder: string, progress: (text: string) => void): Promise<Example> {
  await mkdir(folder, { recursive: true });
  const flights = await readTrainingFlights();
  for (const { name, seed, epochs } of [
    { name: "candidate", seed: 1, epochs: 2 },
    { name: "baseline", seed: 2, epochs: 1 },
  ]) {
    progress(`training the ${name}`);
    await writeFile(join(folder, `${name}.onnx`), exportOnnx(learn(flights, { seed, epochs, hidden })));
  }
  await writeFile(join(folder, "assay.yml"), JSON.stringify(configuration, null, 2));
  const data: { file: string; rows: number }[] = [];
  for (const wanted of [300_000, 1_000_000, "all"] as const) {
    progress(`writing ${wanted} flights`);
    const file = join(folder, `flights-${wanted}.parquet`);
    data.push({ file, rows: await writeHeldOut(file, wanted) });
  }
  return { folder, candidate: join(folder, "candidate.onnx"), baseline: join(folder, "baseline.onnx"), data };
}

// JSON is YAML.
const configuration = {
  version: 1,
  models: {
    flights: {
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
      // True of both models, so that every evaluation ends with 0.
      gates: ["candidate.roc_auc > 0.6"],
    },
  },
  environments: { production: { promote: "manual" } },
} as const;
