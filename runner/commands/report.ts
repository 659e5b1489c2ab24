import { randomBytes } from "node:crypto";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { AssayError, type Fault } from "../../core/fault.ts";
import { type Report, report as reportSchema } from "../../core/report.ts";
import type { TerminalReport } from "../../report/terminal.ts";
import { type Arguments, exitCodes, valueOf } from "../cli/command.ts";
import { badUsage } from "../cli/failure.ts";
import { demandFile, whyUnusable } from "../files.ts";
import { type World, wantsColour } from "../world.ts";
import { shownPath } from "./shown-path.ts";

const formats = ["md", "html", "terminal", "svg"] as const;
type Format = (typeof formats)[number];

/** `assay report`: shows a report again. The exit code says whether it could be shown, not what its verdict is. */
export async function report(world: World, given: Arguments): Promise<number> {
  const wanted = valueOf(given, "format") ?? "terminal";
  const format = formats.find((candidate) => candidate === wanted);
  if (format === undefined) throw badUsage(`--format must be one of ${formats.join(", ")}, not ${wanted}`);
  const all = given.switches.includes("all");
  if (all && format !== "terminal") throw badUsage("--all needs --format terminal: the other formats show everything");
  const file = await reportFile(resolve(world.cwd, given.positionals[0] ?? ""));
  const found = await readReport(file);
  const out = valueOf(given, "out");
  if (out === null && given.switches.includes("json")) {
    world.stdout(`${JSON.stringify(found)}\n`);
    return exitCodes.pass;
  }
  const text = await render(found, format, valueOf(given, "chart"), {
    columns: world.terminal.columns,
    colour: out === null && wantsColour(world),
    detail: all ? "all" : "brief",
    page: await pageBeside(world.cwd, file),
  });
  if (out === null) world.stdout(text);
  else await writeWhole(resolve(world.cwd, out), text);
  return exitCodes.pass;
}

/** The report itself, or the one in the folder that `assay evaluate` made. */
async function reportFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() === true ? join(path, "report.json") : path;
}

/** The page that `assay evaluate` wrote next to the report, if it is still there. */
async function pageBeside(cwd: string, file: string): Promise<string | null> {
  const page = join(dirname(file), "report.html");
  const found = await stat(page).catch(() => null);
  return found?.isFile() === true ? shownPath(cwd, page) : null;
}

/** Reads a report file. Throws report_invalid that names the first place where it is not one. */
async function readReport(file: string): Promise<Report> {
  await demandFile(file, "report_invalid", "the report");
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw invalid(file, `the file is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(file, `the file is not a report: ${issue?.message ?? "unreadable"}`, issue?.path.join("."));
}

async function render(of: Report, format: Format, chart: string | null, terminal: TerminalReport): Promise<string> {
  if (chart !== null && format !== "svg") throw badUsage("--chart needs --format svg");
  switch (format) {
    case "md":
      return (await import("../../report/markdown.ts")).renderReportMarkdown(of);
    case "html":
      return (await import("../../report/html.ts")).renderReportHtml(of);
    case "terminal":
      return (await import("../../report/terminal.ts")).renderReportTerminal(of, terminal);
    case "svg":
      return (await import("./report-chart.ts")).renderReportChart(of, chart);
  }
}

async function writeWhole(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `.assay-report-${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new AssayError({ reason: "bad_usage", message: `cannot write here: ${whyUnusable(error)}`, place: { file } });
  }
}

function invalid(file: string, message: string, path?: string): AssayError {
  const place: Fault["place"] = path === undefined || path === "" ? { file } : { file, path };
  return new AssayError({ reason: "report_invalid", message, place });
}
