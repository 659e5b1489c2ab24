import type { Config, EnvironmentConfig, ModelConfig } from "../config/schema.ts";
import type { Report } from "../report.ts";
import { type ConfigChange, type Difference, type Direction, inOrder, type Subject } from "./change.ts";
import { gateDifferences } from "./gates.ts";

/**
 * What a new configuration means, compared with the one that rules; `reports` holds the newest known report of each model,
 * by which the power of gates is told. Total: any two valid configurations have an answer, the same ones none.
 */
export function compareConfigs(
  before: Config,
  after: Config,
  reports: Readonly<Record<string, Report | undefined>>,
): ConfigChange {
  const models = namesOf(before.models, after.models).flatMap((name) =>
    modelDifferences(name, own(before.models, name), own(after.models, name), own(reports, name) ?? null),
  );
  const environments = namesOf(before.environments, after.environments).flatMap((name) =>
    environmentDifferences(name, own(before.environments, name), own(after.environments, name)),
  );
  return inOrder([...models, ...environments]);
}

function modelDifferences(
  name: string,
  before: ModelConfig | undefined,
  after: ModelConfig | undefined,
  report: Report | null,
): readonly Difference[] {
  if (before === undefined || after === undefined)
    return [whole("models", name, before !== undefined, after !== undefined)];
  return [
    ...gateDifferences(name, before, after, report),
    ...settings("numbers", name, "evaluate", measured(before), measured(after), () => "unknown"),
    ...settings("numbers", name, "", { baseline: before.baseline }, { baseline: after.baseline }, () => "unknown"),
    ...settings("training", name, "train", before.train, after.train, () => "neutral"),
    ...settings("training", name, "evaluate", machines(before), machines(after), () => "neutral"),
    // A file that no path names is not seen by training, and a change to it trains nothing.
    ...settings("training", name, "", { paths: before.paths }, { paths: after.paths }, () => "unknown"),
    ...settings("models", name, "", { adopt: before.adopt }, { adopt: after.adopt }, () => "neutral"),
  ];
}

const machineSettings = ["runner", "timeout", "shards"] as const;

/** What decides which numbers come out, and what they mean. */
function measured({ evaluate }: ModelConfig): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(evaluate).filter(([name]) => !machineSettings.some((one) => one === name)));
}

function machines({ evaluate }: ModelConfig): Readonly<Record<string, unknown>> {
  return Object.fromEntries(machineSettings.map((name) => [name, evaluate[name]]));
}

function environmentDifferences(
  name: string,
  before: EnvironmentConfig | undefined,
  after: EnvironmentConfig | undefined,
): readonly Difference[] {
  if (before === undefined || after === undefined)
    return [whole("environments", name, before !== undefined, after !== undefined)];
  return settings("environments", name, "", before, after, (setting, old, now) => {
    if (setting === "runner") return "neutral";
    // What enters by itself is held up by less.
    if (setting === "promote" && now === "on-merge") return "weaker";
    if (setting === "promote" && old === "on-merge") return "stricter";
    if (setting === "promote") return now === "manual" ? "stricter" : "weaker";
    return now === undefined ? "weaker" : old === undefined ? "stricter" : "unknown";
  });
}

function whole(subject: Subject, name: string, wasThere: boolean, isThere: boolean): Difference {
  const setting = subject === "models" ? "model" : "environment";
  // A model that is no longer named is no longer judged.
  const direction = subject === "models" && !isThere ? "weaker" : "neutral";
  return {
    subject,
    name,
    setting,
    before: wasThere ? name : null,
    after: isThere ? name : null,
    direction,
    power: null,
  };
}

/** Settings of one level that differ, as JSON where they are more than a text. */
function settings(
  subject: Subject,
  name: string,
  below: string,
  before: object,
  after: object,
  directionOf: (setting: string, before: unknown, after: unknown) => Direction,
): readonly Difference[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...now.keys()])].toSorted().flatMap((key) => {
    const [a, b] = [written(old.get(key)), written(now.get(key))];
    if (a === b) return [];
    const setting = below === "" ? key : `${below}.${key}`;
    const direction = directionOf(key, old.get(key), now.get(key));
    return [{ subject, name, setting, before: a, after: b, direction, power: null }];
  });
}

function written(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(sorted(value));
}

/** Keys of records in order: another order of the same settings is no change. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function namesOf(before: object, after: object): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
}

function own<T>(of: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}
