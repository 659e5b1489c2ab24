import type { ModelConfig, ParamValue } from "./config/schema.ts";
import { digestJson } from "./digest.ts";
import { matchesAny } from "./paths.ts";

/** A file of a commit: its path and its git blob id, which is a digest of its content. */
export type TreeFile = { readonly path: string; readonly sha: string };

export type FingerprintInput = {
  readonly model: string;
  readonly config: ModelConfig;
  readonly files: readonly TreeFile[];
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly seed: number;
};

/**
 * Digest of everything that determines a training result: the command, the code it can read (the model's paths), its
 * data, its parameters, its seed and the kind of machine. Equal fingerprints need no second training.
 */
export function fingerprint({ model, config, files, params, seed }: FingerprintInput): string {
  return digestJson({
    schema: 1,
    model,
    command: config.train.run,
    environment: config.train.runner.toSorted(),
    code: listing(files, matchesAny(config.paths)),
    data: listing(files, matchesAny(config.train.data)),
    params,
    seed,
  });
}

function listing(
  files: readonly TreeFile[],
  matches: (path: string) => boolean,
): readonly (readonly [string, string])[] {
  return files
    .filter((file) => matches(file.path))
    .map((file) => [file.path, file.sha] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Is a file one of those that training may read: the model's code or its training data? */
export function isTrainingInput(config: ModelConfig): (path: string) => boolean {
  return matchesAny([...config.paths, ...config.train.data]);
}

/** Can a change to these files change the model? Its code and its training data count, the evaluation data does not. */
export function isAffected(config: ModelConfig, changedFiles: readonly string[]): boolean {
  return changedFiles.some(isTrainingInput(config));
}
