import { join, resolve } from "node:path";
import { describeFault, type Fault } from "../../core/fault.ts";
import type { Report, Verdict } from "../../core/report.ts";
import { renderReportTerminal } from "../../report/terminal.ts";
import { type Arguments, exitCodes, requiredValue, valueOf } from "../cli/command.ts";
import { openConsole } from "../cli/console.ts";
import { badUsage } from "../cli/failure.ts";
import { plainText } from "../cli/plain-text.ts";
import { runEvaluation } from "../evaluate/evaluate.ts";
import { demandFile } from "../files.ts";
import { readModelConfig } from "../settings.ts";
import { type World, wantsColour } from "../world.ts";
import { shownPath } from "./shown-path.ts";

/** `assay evaluate`: prints the report; the exit code says the verdict. */
export async function evaluate(world: World, given: Arguments): Promise<number> {
  const console = openConsole(world, given.switches.includes("quiet"));
  const path = (text: string): string => resolve(world.cwd, text);
  const model = requiredValue(given, "model");
  const config = await readModelConfig(path(requiredValue(given, "config")), model);
  const candidate = path(requiredValue(given, "candidate"));
  await demandFile(candidate, "model_unreadable", "the candidate");
  const version = valueOf(given, "baseline-version");
  const baselineFile = valueOf(given, "baseline");
  if (baselineFile === null && version !== null) throw badUsage("--baseline-version needs --baseline FILE");
  const baseline = baselineFile === null ? null : { file: path(baselineFile), version };
  if (baseline !== null) await demandFile(baseline.file, "model_unreadable", "the baseline");
  const root = path(valueOf(given, "root") ?? ".");
  const data = valueOf(given, "data");
  const out = path(requiredValue(given, "out"));

  const report = await runEvaluation({
    model,
    config,
    candidate,
    baseline,
    data: data === null ? resolve(root, config.evaluate.data) : path(data),
    workers: readWorkers(given),
    provider: valueOf(given, "provider") ?? "cpu",
    out,
    path: world.env["PATH"],
    startedAt: new Date(),
    interrupt: world.interrupt,
    console,
  });

  console.progress("");
  const fault = gateFault(report);
  if (!given.switches.includes("json"))
    world.stdout(
      renderReportTerminal(report, {
        columns: world.terminal.columns,
        colour: wantsColour(world),
        detail: "brief",
        page: shownPath(world.cwd, join(out, "report.html")),
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

function readWorkers(given: Arguments): number | null {
  const text = valueOf(given, "workers");
  if (text === null) return null;
  if (!/^[1-9][0-9]?$/.test(text)) throw badUsage(`--workers must be a whole number from 1 to 99, not ${text}`);
  return Number(text);
}
