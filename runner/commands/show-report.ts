import { describeFault, type Fault } from "../../core/fault.ts";
import type { Report, Verdict } from "../../core/report.ts";
import { renderReportTerminal } from "../../report/terminal.ts";
import { type Arguments, exitCodes } from "../cli/command.ts";
import { plainText } from "../cli/plain-text.ts";
import { type World, wantsColour } from "../world.ts";
import { shownPath } from "./shown-path.ts";

/** Prints a report, as a table or as JSON, and gives the exit code of its verdict. `page` is where the HTML lies. */
export function showReport(world: World, given: Arguments, report: Report, page: string): number {
  if (!given.switches.includes("json"))
    world.stdout(
      renderReportTerminal(report, {
        columns: world.terminal.columns,
        colour: wantsColour(world),
        detail: "brief",
        page: shownPath(world.cwd, page),
      }),
    );
  else world.stdout(`${JSON.stringify(report)}\n`);
  const fault = gateFault(report);
  if (fault !== null) world.stderr(`assay: ${plainText(describeFault(fault))}\n`);
  return exitCodeOf(report.verdict);
}

/** The first gate that could not be judged, as a fault to say on stderr: nothing of it is proven, and the report is there. */
function gateFault({ verdict, gates }: Report): Fault | null {
  const broken = gates.find((gate) => gate.verdict === "error");
  if (verdict !== "error" || broken === undefined) return null;
  return { reason: broken.reason, message: `gate ${JSON.stringify(broken.require)}: ${broken.message}` };
}

/** The exit code of a verdict, as the contract of the command lists them. */
export function exitCodeOf(verdict: Verdict): number {
  switch (verdict) {
    case "pass":
      return exitCodes.pass;
    case "fail":
      return exitCodes.fail;
    case "inconclusive":
    case "insufficient":
    case "no_baseline":
    // A gate on a number that these rows do not define: nothing is proven, and nothing is broken.
    case "error":
      return exitCodes.unproven;
  }
}
