import type { World } from "../world.ts";

/** One flag of a command: a switch when `value` is null, otherwise `--name VALUE` with this placeholder. */
export type Flag = {
  readonly name: string;
  readonly value: string | null;
  readonly describe: string;
  readonly required?: true;
  readonly repeatable?: true;
};

/** What a command line said, checked against the command's flags; every value is still text. */
export type Arguments = {
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly switches: readonly string[];
  readonly positionals: readonly string[];
};

export type Command = {
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly string[];
  readonly flags: readonly Flag[];
  readonly example: string;
  readonly run: (world: World, given: Arguments) => Promise<number>;
};

export const exitCodes = { pass: 0, fail: 1, unproven: 2, badInput: 3, internal: 4, interrupted: 130 } as const;

/** Flags that every command has. */
export const commonFlags: readonly Flag[] = [
  { name: "json", value: null, describe: "machine-readable result on stdout" },
  { name: "quiet", value: null, describe: "no progress and no log on stderr" },
  { name: "help", value: null, describe: "this text" },
];

/** The last value given for a flag, or null. */
export function valueOf(given: Arguments, name: string): string | null {
  return given.values[name]?.at(-1) ?? null;
}

/** The value of a flag that the command declares as required. */
export function requiredValue(given: Arguments, name: string): string {
  const value = valueOf(given, name);
  if (value === null) throw new Error(`--${name} is not declared as required`);
  return value;
}
