import { evaluationFaults } from "./evaluation-faults.ts";
import { gateFaults } from "./gate-faults.ts";
import type { Config, ModelConfig } from "./schema.ts";
import type { SemanticFault } from "./semantic-fault.ts";
import { suggest as suggestion } from "./suggest.ts";

export type { SemanticFault } from "./semantic-fault.ts";

/** What a schema cannot say: names that must exist elsewhere in the file, gates that must parse, a ladder without a ring. */
export function semanticFaults(config: Config): readonly SemanticFault[] {
  return [
    ...Object.entries(config.models).flatMap(([name, model]) => modelFaults(name, model, config)),
    ...ladderFaults(config),
  ];
}

function modelFaults(name: string, model: ModelConfig, config: Config): readonly SemanticFault[] {
  const path = ["models", name];
  const faults: SemanticFault[] = [
    ...evaluationFaults(model.evaluate).map((fault) => ({ ...fault, path: [...path, "evaluate", ...fault.path] })),
    ...gateFaults(model).map((fault) => ({ ...fault, path: [...path, "gates", ...fault.path] })),
  ];
  const environments = Object.keys(config.environments);
  if (!environments.includes(model.baseline) && model.adopt?.environment !== model.baseline) {
    faults.push({
      path: [...path, "baseline"],
      message: noEnvironment(model.baseline, environments),
    });
  }
  if (model.adopt !== undefined && !environments.includes(model.adopt.environment)) {
    faults.push({
      path: [...path, "adopt", "environment"],
      message: noEnvironment(model.adopt.environment, environments),
    });
  }
  return faults;
}

function ladderFaults(config: Config): readonly SemanticFault[] {
  const names = Object.keys(config.environments);
  return Object.entries(config.environments).flatMap(([name, environment]): readonly SemanticFault[] => {
    const { after } = environment;
    if (after === undefined) return [];
    const path = ["environments", name, "after"];
    if (!names.includes(after)) return [{ path, message: noEnvironment(after, names) }];
    if (environment.promote === "on-merge") {
      const message = `an environment that comes after ${after} cannot take versions on merge as well`;
      return [{ path: ["environments", name, "promote"], message }];
    }
    return runsInACircle(name, config) ? [{ path, message: `the environment "${name}" comes after itself` }] : [];
  });
}

function runsInACircle(start: string, config: Config): boolean {
  const seen = new Set<string>();
  let at: string | undefined = start;
  while (at !== undefined) {
    if (seen.has(at)) return true;
    seen.add(at);
    at = config.environments[at]?.after;
  }
  return false;
}

function noEnvironment(name: string, known: readonly string[]): string {
  if (known.length === 0) return `no environment "${name}": the file lists none under environments`;
  return `no environment "${name}"${suggest(name, known)}`;
}

function suggest(word: string, known: readonly string[]): string {
  return suggestion(word, known, { list: true });
}
