import { globSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

/** Workflows of this project and of its example repositories, the template that is shipped, and our actions. */
export const workflowFiles: readonly string[] = globSync(
  [".github/workflows/*.{yml,yaml}", "fixtures/repos/*/.github/workflows/*.{yml,yaml}", "runner/init/workflow.yml"],
  { cwd: root },
).toSorted();
export const actionFiles: readonly string[] = globSync("actions/*/action.yml", { cwd: root }).toSorted();
