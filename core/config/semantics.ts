import { parseGate } from "../gate/parse.ts";
import { metricIds, metricSpec } from "../metrics/registry.ts";
import { nearest } from "../nearest.ts";
import { type Config, gateExpression, type ModelConfig } from "./schema.ts";

export type SemanticFault = { readonly path: readonly PropertyKey[]; readonly message: string };

/** What a schema cannot say: names that must exist elsewhere in the file, gates that must parse, a ladder without a ring. */
export function semanticFaults(config: Config): readonly SemanticFault[] {
  return [
    ...Object.entries(config.models).flatMap(([name, model]) => modelFaults(name, model, config)),
    ...ladderFaults(config),
  ];
}

function modelFaults(name: string, model: ModelConfig, config: Config): readonly SemanticFault[] {
  const path = ["models", name];
  const { task, metrics, classes, slices } = model.evaluate;
  const faults: SemanticFault[] = [];
  const known = metricIds(task);
  metrics.forEach((id, index) => {
    if (metricSpec(id) === null || !known.includes(id)) {
      faults.push({
        path: [...path, "evaluate", "metrics", index],
        message: `no metric "${id}" for task ${task}${suggest(id, known)}`,
      });
    }
  });
  if (task === "multiclass" && classes === undefined) {
    faults.push({
      path: [...path, "evaluate"],
      message: "a multiclass model needs classes, in the order of its output",
    });
  }
  if (new Set(slices).size !== slices.length) {
    faults.push({ path: [...path, "evaluate", "slices"], message: "a slice is listed twice" });
  }
  model.gates.forEach((gate, index) => {
    const parsed = parseGate(gateExpression(gate));
    if (!parsed.ok) {
      faults.push({
        path: [...path, "gates", index],
        message: `gate, column ${parsed.fault.column}: ${parsed.fault.message}`,
      });
    }
  });
  const environments = Object.keys(config.environments);
  if (!environments.includes(model.baseline) && model.adopt?.environment !== model.baseline) {
    faults.push({
      path: [...path, "baseline"],
      message: `no environment "${model.baseline}"${suggest(model.baseline, environments)}`,
    });
  }
  if (model.adopt !== undefined && !environments.includes(model.adopt.environment)) {
    faults.push({
      path: [...path, "adopt", "environment"],
      message: `no environment "${model.adopt.environment}"${suggest(model.adopt.environment, environments)}`,
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
    if (!names.includes(after)) return [{ path, message: `no environment "${after}"${suggest(after, names)}` }];
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

function suggest(word: string, known: readonly string[]): string {
  const close = nearest(word, known);
  if (close !== null) return `; did you mean "${close}"?`;
  return known.length > 0 && known.length <= 30 ? `; expected one of ${known.join(", ")}` : "";
}
