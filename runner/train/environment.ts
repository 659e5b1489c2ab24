import { tmpdir } from "node:os";
import { delimiter, dirname } from "node:path";
import type { Params } from "./params.ts";

export type TrainingFacts = {
  readonly output: string;
  readonly paramsFile: string;
  readonly params: Params;
  readonly seed: number;
  readonly checkpoint: string;
  readonly commit: string;
  readonly job: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The whole environment of a training command, which is code of a pull request: what a program needs to start, the GPU's
 * variables, and ours. Tokens, GITHUB_*, ACTIONS_* and INPUT_* of the process that starts it stay behind.
 */
export function trainingEnvironment(
  parent: Environment,
  execPath: string,
  facts: TrainingFacts,
): Record<string, string> {
  const gpu = Object.entries(parent).filter(([name]) => /^(CUDA|NVIDIA)_/.test(name) && !looksSecret(name));
  const params = Object.entries(facts.params).map(([name, value]) => [
    `ASSAY_PARAM_${name.toUpperCase()}`,
    String(value),
  ]);
  const all: Environment = {
    ...Object.fromEntries(gpu),
    // Our own Node first: a command that says `node train.ts` needs one that reads TypeScript.
    PATH: [dirname(execPath), parent["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"].join(delimiter),
    HOME: parent["HOME"],
    LANG: parent["LANG"] ?? "C.UTF-8",
    TMPDIR: parent["TMPDIR"] ?? tmpdir(),
    ...Object.fromEntries(params),
    ASSAY_OUTPUT: facts.output,
    ASSAY_PARAMS: facts.paramsFile,
    ASSAY_SEED: String(facts.seed),
    ASSAY_CHECKPOINT: facts.checkpoint,
    ASSAY_COMMIT: facts.commit,
    ASSAY_JOB: facts.job,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

// NVIDIA_API_KEY and its kind are credentials, not settings of a GPU.
function looksSecret(name: string): boolean {
  return /KEY|TOKEN|SECRET|PASSW|CREDENTIAL/.test(name);
}
