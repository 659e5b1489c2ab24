import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import { config } from "../core/config/schema.ts";
import { report } from "../core/report.ts";
import { runResult } from "../core/run-result.ts";
import { ticket } from "../core/ticket.ts";

/** The published schemas, each from the object that types and validates the same thing in the code. */
const published = {
  "config.json": { title: "Assay configuration", schema: config, side: "input" },
  "report.json": { title: "Assay report", schema: report, side: "output" },
  "run-result.json": { title: "Result of an Assay run", schema: runResult, side: "output" },
  "ticket.json": { title: "Claims of an Assay ticket", schema: ticket, side: "output" },
} as const;

function text(name: keyof typeof published): string {
  const { title, schema, side } = published[name];
  const json = z.toJSONSchema(schema, { io: side, target: "draft-2020-12" });
  return `${JSON.stringify({ ...json, $id: `https://raw.githubusercontent.com/assay-ci/assay/v0/schemas/${name}`, title }, null, 2)}\n`;
}

const check = process.argv.includes("--check");
const stale: string[] = [];
for (const name of Object.keys(published) as (keyof typeof published)[]) {
  const file = new URL(name, import.meta.url);
  const wanted = text(name);
  if (!check) await writeFile(file, wanted);
  else if ((await readFile(file, "utf8").catch(() => "")) !== wanted) stale.push(name);
}
if (stale.length > 0) {
  process.stderr.write(`schemas out of date: ${stale.join(", ")}; run: npm run build:schemas\n`);
  process.exitCode = 1;
}
