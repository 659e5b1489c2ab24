import { parseArgs } from "node:util";
import { nearest } from "../../core/nearest.ts";
import { type Arguments, type Command, commonFlags, type Flag } from "./command.ts";
import { badUsage } from "./failure.ts";

/** Reads the arguments after the command's name. Throws `bad_usage` that names the flag and what was expected. */
export function readArguments(command: Command, args: readonly string[]): Arguments {
  const flags = [...command.flags, ...commonFlags];
  const options = Object.fromEntries(
    flags.map((flag) => [flag.name, { type: flag.value === null ? ("boolean" as const) : ("string" as const) }]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });

  const values: Record<string, string[]> = {};
  const switches: string[] = [];
  const positionals: string[] = [];
  const places: number[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const given = args[token.index] ?? "";
    // No flag begins so: it is an expression such as `-0.01 < delta(f1)`, of which parseArgs makes a flag per letter.
    if (/^-[\d.(\s]/.test(given)) {
      if (places.at(-1) !== token.index) positionals.push(given);
      places.push(token.index);
      continue;
    }
    const flag = flags.find((candidate) => candidate.name === token.name);
    if (flag === undefined) throw unknownFlag(command, token.rawName, flags);
    if (flag.value === null) {
      if (token.value !== undefined) throw badUsage(`--${flag.name} takes no value`);
      switches.push(flag.name);
      continue;
    }
    const { value } = token;
    // parseArgs takes the next argument whatever it is: `--config --model x` must not read a file named `--model`.
    if (value === undefined || value === "" || (!token.inlineValue && value.startsWith("--")))
      throw badUsage(`--${flag.name} needs a value: --${flag.name} ${flag.value}`);
    const before = values[flag.name] ?? [];
    if (before.length > 0 && flag.repeatable !== true) throw badUsage(`--${flag.name} is given more than once`);
    values[flag.name] = [...before, value];
  }
  demand(command, values, positionals);
  return { values, switches, positionals };
}

function demand(
  command: Command,
  values: Readonly<Record<string, readonly string[]>>,
  positionals: readonly string[],
): void {
  const missing = command.flags.filter((flag) => flag.required === true && values[flag.name] === undefined);
  if (missing.length > 0) {
    const list = missing.map((flag) => `--${flag.name} ${flag.value}`).join(", ");
    throw badUsage(`assay ${command.name} needs ${list}; for example: ${command.example}`);
  }
  const absent = command.positionals[positionals.length];
  if (absent !== undefined) throw badUsage(`assay ${command.name} needs ${absent}; for example: ${command.example}`);
  const extra = positionals[command.positionals.length];
  if (extra !== undefined) throw badUsage(`assay ${command.name} does not expect ${JSON.stringify(extra)}`);
}

function unknownFlag(command: Command, given: string, flags: readonly Flag[]): Error {
  const guess = nearest(
    given.replace(/^-+/, ""),
    flags.map((flag) => flag.name),
  );
  const hint = guess === null ? `see assay ${command.name} --help` : `did you mean --${guess}?`;
  return badUsage(`assay ${command.name} has no flag ${given}: ${hint}`);
}
