import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { badUsage } from "../cli/failure.ts";
import { makeFolder, whyUnusable } from "../files.ts";
import { configText, workflowText } from "./template.ts";

export type InitWorld = {
  readonly cwd: string;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly args: readonly string[];
};

const configFile = ".github/assay.yml";
const workflowFile = ".github/workflows/assay.yml";

/**
 * Writes the configuration and the workflow into the repository at `cwd`, and says what to do next. Writes nothing when
 * one of the files is already there, unless `--force` is given. Gives the exit code: 0, or 3 for bad input.
 */
export async function init(world: InitWorld): Promise<number> {
  const options = readOptions(world.args);
  if (typeof options === "string") {
    world.stderr(`assay init: ${options}\nUsage: assay init [--workflow-only] [--force]\n`);
    return 3;
  }
  const files = [
    ...(options.workflowOnly ? [] : [{ path: configFile, text: configText() }]),
    { path: workflowFile, text: workflowText() },
  ];
  const present = files.filter(({ path }) => existsSync(join(world.cwd, path)));
  if (present.length > 0 && !options.force) {
    for (const { path } of present) world.stderr(`assay init: ${path} is already there\n`);
    world.stderr(`Nothing was written. ${advice(options.workflowOnly)}\n`);
    return 3;
  }
  for (const { path, text } of files) {
    await makeFolder(dirname(join(world.cwd, path))).catch((error: unknown) => {
      throw badUsage(`cannot write ${path}: ${whyUnusable(error)}`);
    });
    await writeFile(join(world.cwd, path), text);
    world.stdout(`wrote ${path}\n`);
  }
  world.stdout(nextSteps(options.workflowOnly));
  return 0;
}

type Options = { readonly force: boolean; readonly workflowOnly: boolean };

/** The options, or what is wrong with them. */
function readOptions(args: readonly string[]): Options | string {
  try {
    const options = {
      force: { type: "boolean" },
      "workflow-only": { type: "boolean" },
      json: { type: "boolean" },
      quiet: { type: "boolean" },
    } as const;
    const { values } = parseArgs({ args: [...args], options, allowPositionals: false });
    return { force: values.force === true, workflowOnly: values["workflow-only"] === true };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function advice(workflowOnly: boolean): string {
  const other = workflowOnly ? "" : " --workflow-only writes the workflow alone;";
  return `${other} --force replaces what is there.`.trim();
}

function nextSteps(workflowOnly: boolean): string {
  const steps = [
    ...(workflowOnly
      ? []
      : [`Describe your model in ${configFile}: its files, its training command, its held-out data.`]),
    `Replace the last step of ${workflowFile} by your deployment.`,
    "Install the Assay App on the repository; it sets the variable ASSAY_JWKS, which the workflow needs.",
    "Merge both files into the default branch, then open a pull request that changes a model.",
  ];
  return `\nNext:\n${steps.map((step, index) => `  ${index + 1}. ${step}\n`).join("")}`;
}
