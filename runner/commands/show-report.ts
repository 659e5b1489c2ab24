import { describeFault, type Fault } from "../../core/fault.ts";
import type { Report, Verdict } from "../../core/report.ts";
import { renderReportTerminal } from "../../report/terminal.ts";
import { type Arguments, exitCodes } from "../cli/command.ts";
import { plainText } from "../cli/plain-text.ts";
import { type World, wantsColour } from "../world.ts";
import { shownPath } from "./shown-path.ts";

/** Prints a report, as a table or as JSON, and gives the exit code of its verdict. `page` is where the HTML lies. */
export function showReport(world: World, given: Arguments, report: Report, page: string): number {
  const fault = gateFault(report);
  if (!given.switches.includes("json"))
    world.stdout(
      renderReportTerminal(report, {
        columns: world.terminal.columns,
        colour: wantsColour(world),
        detail: "brief",
        page: shownPath(world.cwd, page),
      }),
    );
  else world.stdout(`${JSON.stringify(fault === null ? report : { fault })}\n`);
  if (fault !== null) world.stderr(`assay: ${plainText(describeFault(fault))}\n`);
  return exitCodeOf(report.verdict);
}

/** A gate that could not be judged, as a fault: the verdict error is no result that a program should read on. */
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
      return exitCodes.unproven;
    case "error":
      return exitCodes.internal;
  }
}
