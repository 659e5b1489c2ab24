import { describeGateFault, parseGate } from "../gate/parse.ts";
import { type GateNode, references } from "../gate/tree.ts";
import { metricFault } from "../metrics/registry.ts";
import { type Config, gateExpression, type ModelConfig } from "./schema.ts";
import { suggest as suggestion } from "./suggest.ts";

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
  metrics.forEach((id, index) => {
    const message = metricFault(task, id);
    if (message !== null) faults.push({ path: [...path, "evaluate", "metrics", index], message });
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
    const parsed = parseGate(gateExpression(gate), task);
    const at = [...path, "gates", index];
    if (!parsed.ok) faults.push({ path: at, message: `gate, ${describeGateFault(parsed.fault)}` });
    else {
      const unmeasured = gateMetrics(parsed.gate).find((id) => !metrics.includes(id));
      if (unmeasured !== undefined)
        faults.push({ path: at, message: `the gate needs ${unmeasured}, which evaluate.metrics does not list` });
    }
  });
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

/** Every metric that a gate looks at. */
function gateMetrics(gate: GateNode): readonly string[] {
  switch (gate.kind) {
    case "ni":
    case "sup":
      return [gate.metric];
    case "compare":
      return [...references(gate.left), ...references(gate.right)].map((reference) => reference.metric);
    case "not":
      return gateMetrics(gate.of);
    case "and":
    case "or":
      return gate.parts.flatMap(gateMetrics);
  }
}

function noEnvironment(name: string, known: readonly string[]): string {
  if (known.length === 0) return `no environment "${name}": the file lists none under environments`;
  return `no environment "${name}"${suggest(name, known)}`;
}

function suggest(word: string, known: readonly string[]): string {
  return suggestion(word, known, { list: true });
}
