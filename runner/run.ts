import { nearest } from "../core/nearest.ts";
import manifest from "../package.json" with { type: "json" };
import { readArguments } from "./cli/arguments.ts";
import { exitCodes } from "./cli/command.ts";
import { badUsage } from "./cli/failure.ts";
import { commandHelp, overview } from "./cli/help.ts";
import { commands, plannedCommands } from "./commands/commands.ts";
import type { World } from "./world.ts";

/** Runs the command that the arguments name and gives its exit code. Throws AssayError for bad input. */
export async function run(world: World): Promise<number> {
  const [name, ...rest] = world.args;
  if (name === undefined || name === "--help" || name === "-h" || (name === "help" && rest.length === 0)) {
    world.stdout(overview(commands));
    return exitCodes.pass;
  }
  if (name === "--version") {
    world.stdout(`assay ${manifest.version}\n`);
    return exitCodes.pass;
  }
  const wanted = name === "help" ? (rest[0] ?? "") : name;
  if (plannedCommands.includes(wanted)) throw badUsage(`assay ${wanted} is not in this version yet`);
  const command = commands.find((candidate) => candidate.name === wanted);
  if (command === undefined) throw unknownCommand(wanted);
  if (name === "help" || rest.includes("--help") || rest.includes("-h")) {
    world.stdout(commandHelp(command));
    return exitCodes.pass;
  }
  return command.run(world, readArguments(command, rest));
}

function unknownCommand(name: string): Error {
  const names = commands.map((command) => command.name);
  const guess = nearest(name, names);
  const hint = guess === null ? `the commands are ${names.join(", ")}` : `did you mean assay ${guess}?`;
  return badUsage(`assay has no command ${JSON.stringify(name)}: ${hint}`);
}
