#!/usr/bin/env node
import { retryDead } from "./retry-dead.ts";
import { secretHider, secretsOf } from "./secrets.ts";
import { startApp } from "./server.ts";
import { readSettings } from "./settings.ts";
import { StartProblem } from "./start-problem.ts";

const help = `Usage: npm run app [-- --retry-dead]

Starts the Assay App. Its settings are environment variables: see "Install it" in README.md and docs/operations.md.

  --retry-dead  lets deliveries and effects that were given up be tried again, says how many, and ends. Beside a
                running App with DATABASE_URL; otherwise stop the App before.
  --help        shows this
`;
const args = process.argv.slice(2);
const unknown = args.filter((argument) => argument !== "--help" && argument !== "--retry-dead");
if (args.includes("--help") || unknown.length > 0) {
  (unknown.length > 0 ? process.stderr : process.stdout).write(help);
  process.exit(unknown.length > 0 ? 3 : 0);
}
const read = readSettings(process.env);
if (!read.ok) {
  for (const { name, message } of read.problems) process.stderr.write(`${name}: ${message}\n`);
  process.exit(3);
}
const hide = secretHider(secretsOf(read.settings));
const fail = (error: unknown): never => {
  process.stderr.write(hide(error instanceof StartProblem ? `${error.message}\n` : `${String(error)}\n`));
  process.exit(error instanceof StartProblem ? 3 : 4);
};
if (args.includes("--retry-dead")) {
  process.stdout.write(await retryDead(read.settings, new Date()).catch(fail));
  process.exit(0);
}
const app = await startApp(read.settings).catch(fail);
process.stdout.write(`${JSON.stringify({ ready: true, url: app.url, port: app.port })}\n`);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopping) process.exit(130);
    stopping = true;
    void app.stop().then(() => process.exit(0));
  });
}
