#!/usr/bin/env node
import { startApp } from "./server.ts";
import { readSettings } from "./settings.ts";
import { StartProblem } from "./start-problem.ts";

if (process.argv.includes("--help")) {
  process.stdout.write("Starts the Assay App. Its settings are environment variables: see Install it in README.md.\n");
  process.exit(0);
}
const read = readSettings(process.env);
if (!read.ok) {
  for (const { name, message } of read.problems) process.stderr.write(`${name}: ${message}\n`);
  process.exit(3);
}
const app = await startApp(read.settings).catch((error: unknown) => {
  process.stderr.write(error instanceof StartProblem ? `${error.message}\n` : `${String(error)}\n`);
  process.exit(error instanceof StartProblem ? 3 : 4);
});
process.stdout.write(`${JSON.stringify({ ready: true, url: app.url, port: app.port })}\n`);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopping) process.exit(130);
    stopping = true;
    void app.stop().then(() => process.exit(0));
  });
}
