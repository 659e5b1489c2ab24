import { glob, lstat, readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { AssayError, type Fault } from "../../core/fault.ts";
import { conclude, counts } from "../../core/gate/conclude.ts";
import { type Report, report as reportSchema } from "../../core/report.ts";
import { isPlainFile } from "../model-file.ts";

const maxFiles = 200;
const maxReportBytes = 16 * 1024 * 1024;
const maxTotalBytes = 64 * 1024 * 1024;

/**
 * The reports that the patterns name, each once, in the order of their paths. They may have been made next to untrusted
 * code: links are not followed, sizes are capped, the schema is checked. Throws an AssayError that names the file.
 */
export async function readReports(workspace: string, patterns: readonly string[]): Promise<readonly Report[]> {
  const files = await findFiles(workspace, patterns);
  const reports = new Map<string, Report>();
  let total = 0;
  for (const file of files) {
    const name = relative(workspace, file);
    const { size } = await lstat(file);
    total += size;
    if (size > maxReportBytes) throw invalid(name, `it has ${size} bytes; at most ${maxReportBytes} are read`);
    if (total > maxTotalBytes) throw invalid(name, `with it the reports have more than ${maxTotalBytes} bytes`);
    const report = parse(name, await readFile(file, "utf8"));
    if (reports.has(report.model)) {
      throw invalid(name, `it is a second report about the model ${JSON.stringify(report.model)}`);
    }
    reports.set(report.model, report);
  }
  return [...reports.values()];
}

async function findFiles(workspace: string, patterns: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const literal = resolve(workspace, pattern);
    const matches = (await lstat(literal).catch(() => null)) === null ? await matching(workspace, pattern) : [literal];
    if (matches.length === 0) throw invalid(pattern, "no such file");
    for (const file of matches) {
      if (!(await isPlainFile(file))) throw invalid(relative(workspace, file), "it is not a regular file");
      found.add(file);
    }
  }
  if (found.size === 0) throw new AssayError({ reason: "bad_usage", message: "the input report names no file" });
  if (found.size > maxFiles) {
    throw new AssayError({
      reason: "report_invalid",
      message: `${found.size} files match; at most ${maxFiles} are read`,
    });
  }
  return [...found].toSorted();
}

async function matching(workspace: string, pattern: string): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const match of glob(pattern, { cwd: workspace })) {
    files.push(resolve(workspace, match));
    if (files.length > maxFiles) break;
  }
  return files;
}

/** A parser's own message would quote the file, which could be anything; so only its place is told. */
function parse(name: string, text: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(name, "it is not JSON");
  }
  const parsed = reportSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(name, `it is not a report: ${issue?.message ?? "unreadable"}`, issue?.path.join("."));
  }
  const { verdict, gates } = parsed.data;
  const concluded = conclude(gates.map(counts));
  if (verdict !== concluded) throw invalid(name, `its verdict is ${verdict}, but its gates amount to ${concluded}`);
  return parsed.data;
}

function invalid(file: string, message: string, path?: string): AssayError {
  const place: Fault["place"] = path === undefined || path === "" ? { file } : { file, path };
  return new AssayError({ reason: "report_invalid", message, place });
}
