import { type Command, commonFlags, type Flag } from "./command.ts";

/** The text of `assay --help`. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const lines = commands.map((command) => `  assay ${command.name.padEnd(width)}  ${command.summary}`);
  return [
    "assay: model CI/CD for GitHub. Retrain, evaluate and report a model, here as in a pull request.",
    "",
    ...lines,
    "",
    "assay COMMAND --help shows its flags and an example.",
    exitCodeLine,
    "",
  ].join("\n");
}

/** The text of `assay COMMAND --help`. */
export function commandHelp(command: Command): string {
  const flags = [...command.flags, ...commonFlags];
  const required = command.flags.filter((flag) => flag.required === true).map(spell);
  const usage = ["assay", command.name, ...command.positionals, ...required, "[flags]"].join(" ");
  const width = Math.max(...flags.map((flag) => spell(flag).length));
  const lines = flags.map((flag) => {
    const notes = [flag.required === true ? "required" : "", flag.repeatable === true ? "may be repeated" : ""];
    const note = notes.filter((text) => text !== "").join(", ");
    return `  ${spell(flag).padEnd(width)}  ${flag.describe}${note === "" ? "" : ` (${note})`}`;
  });
  return [usage, "", command.summary, "", ...lines, "", "Example:", `  ${command.example}`, "", exitCodeLine, ""].join(
    "\n",
  );
}

const exitCodeLine =
  "Exit codes: 0 pass, 1 fail, 2 not proven (inconclusive, too few rows, no baseline), 3 bad input, 4 internal, 130 interrupted.";

function spell(flag: Flag): string {
  return flag.value === null ? `--${flag.name}` : `--${flag.name} ${flag.value}`;
}
