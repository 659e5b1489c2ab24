/** `strategy.matrix` expanded into the combinations that become jobs. */
import { isDeepStrictEqual } from "node:util";
import { isRecord } from "./expressions.ts";

export type Combination = Readonly<Record<string, unknown>>;

/** GitHub's limit on the jobs of one matrix. */
const mostCombinations = 256;

/**
 * Product of the vectors, less `exclude`, extended by `include`: an include joins every combination whose original values
 * it does not overwrite, and is a combination of its own if there is none. Throws on a matrix that GitHub refuses.
 */
export function expandMatrix(matrix: unknown): readonly Combination[] {
  if (!isRecord(matrix)) throw new Error("The matrix must be a mapping");
  const { include, exclude, ...vectors } = matrix;
  const product = productOf(vectors);
  const excluded = listOf(exclude, "exclude");
  const kept = product.filter((combination) => !excluded.some((each) => matches(combination, each)));
  const combinations = withIncludes(kept, listOf(include, "include"));
  if (combinations.length === 0) throw new Error("Matrix must define at least one vector");
  if (combinations.length > mostCombinations) {
    throw new Error(`Matrix has ${combinations.length} combinations; at most ${mostCombinations} are allowed`);
  }
  return combinations;
}

/** `build (linux, 20)`: the default name of a matrix job. */
export function defaultJobName(name: string, combination: Combination | null): string {
  const values = Object.values(combination ?? {}).flatMap((value) => leavesOf(value));
  return values.length === 0 ? name : `${name} (${values.join(", ")})`;
}

function productOf(vectors: Combination): readonly Combination[] {
  const entries = Object.entries(vectors);
  if (entries.length === 0) return [];
  return entries.reduce<readonly Combination[]>(
    (combinations, [key, vector]) => {
      if (!Array.isArray(vector)) throw new Error(`Matrix vector '${key}' must be a list`);
      if (vector.length === 0) throw new Error(`Matrix vector '${key}' does not contain any values`);
      return combinations.flatMap((each) => vector.map((value: unknown) => ({ ...each, [key]: value })));
    },
    [{}],
  );
}

function withIncludes(combinations: readonly Combination[], includes: readonly Combination[]): readonly Combination[] {
  const extended = combinations.map((original) => ({ original, value: original }));
  const added: Combination[] = [];
  for (const include of includes) {
    const hosts = extended.filter(({ original }) =>
      Object.entries(include).every(([key, value]) => !(key in original) || isDeepStrictEqual(original[key], value)),
    );
    if (hosts.length === 0) added.push(include);
    for (const host of hosts) host.value = { ...host.value, ...include };
  }
  return [...extended.map(({ value }) => value), ...added];
}

function matches(combination: Combination, pattern: Combination): boolean {
  return Object.entries(pattern).every(([key, value]) => isDeepStrictEqual(combination[key], value));
}

function listOf(value: unknown, name: string): readonly Combination[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Error(`Matrix '${name}' must be a list`);
  return value.map((item: unknown) => {
    if (!isRecord(item)) throw new Error(`Matrix '${name}' must hold mappings`);
    return item;
  });
}

function leavesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => leavesOf(item));
  if (isRecord(value)) return Object.values(value).flatMap((item) => leavesOf(item));
  return [String(value)];
}
