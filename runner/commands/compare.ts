import { join } from "node:path";
import type { Arguments } from "../cli/command.ts";
import { openConsole } from "../cli/console.ts";
import { runComparison } from "../compare/compare.ts";
import { readCompareOptions } from "../compare/options.ts";
import { demandFile } from "../files.ts";
import type { World } from "../world.ts";
import { showReport } from "./show-report.ts";

/** `assay compare`: prints the report; the exit code says the verdict. */
export async function compare(world: World, given: Arguments): Promise<number> {
  const console = openConsole(world, given.switches.includes("quiet"));
  const options = readCompareOptions(world.cwd, given);
  await demandFile(options.file, "data_unreadable", "the predictions");
  const { interrupt } = world;
  const report = await runComparison({ ...options, startedAt: new Date(), interrupt, console });
  console.progress("");
  return showReport(world, given, report, join(options.out, "report.html"));
}
