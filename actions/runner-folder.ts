import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { AssayError } from "../core/fault.ts";
import { childEnvironment } from "./child-environment.ts";
import type { World } from "./world.ts";

/** A package that only an installed runner has; when it resolves, the others do too. */
const nativePackage = "onnxruntime-node";

/**
 * The runner's entry of the same checkout, and so of the same version, as this action. GitHub delivers a repository
 * without its packages, so they are installed on first use: from the lock file, checked against its hashes, and
 * without install scripts. They are not kept beyond the job, since training code could change them there; npm's own
 * cache, which checks what it hands out, makes the next time quick.
 */
export async function prepareRunner(world: World, log: (line: string) => void): Promise<string> {
  const root = rootAbove(world.actionFolder);
  const main = join(root, "runner", "main.ts");
  if (!resolves(main)) {
    log(`Installing the packages of the assay runner in ${root}`);
    await install(root, world.environment);
    if (!resolves(main)) {
      throw new AssayError({
        reason: "internal",
        message: `${nativePackage} is still missing after npm ci in ${root}`,
      });
    }
  }
  return main;
}

function rootAbove(folder: string): string {
  if (existsSync(join(folder, "runner", "main.ts"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) {
    throw new AssayError({
      reason: "internal",
      message: "the action does not lie in a checkout that holds runner/main.ts",
    });
  }
  return rootAbove(parent);
}

function resolves(main: string): boolean {
  try {
    createRequire(main).resolve(nativePackage);
    return true;
  } catch {
    return false;
  }
}

async function install(root: string, environment: World["environment"]): Promise<void> {
  const nodeFolder = dirname(process.execPath);
  const path = [nodeFolder, environment["PATH"]].filter((part) => part !== undefined).join(delimiter);
  const npm = join(nodeFolder, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js");
  const [command, leading] = existsSync(npm) ? [process.execPath, [npm]] : ["npm", []];
  const child = spawn(command, [...leading, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: childEnvironment(environment, { PATH: path }),
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause) => reject(npmMissing(cause)));
    child.once("close", resolve);
  });
  if (code !== 0) {
    throw new AssayError({ reason: "internal", message: `npm ci in ${root} ended with ${code ?? "a signal"}` });
  }
}

function npmMissing(cause: Error): AssayError {
  const message =
    "npm is not on this runner's PATH: install Node.js with npm there, or run npm ci for the action beforehand";
  return new AssayError({ reason: "internal", message, detail: cause.message }, { cause });
}
