#!/usr/bin/env node
import { once } from "node:events";
import { createLog } from "./log.ts";
import { secretHider, secretsOf } from "./secrets.ts";
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
const { settings } = read;

const hide = secretHider(secretsOf(settings));
const fail = (error: unknown): never => {
  const isPlain = error instanceof StartProblem;
  process.stderr.write(hide(isPlain ? `${error.message}\n` : `${String(error)}\n`));
  process.exit(isPlain ? 3 : 4);
};
if (args.includes("--retry-dead")) {
  const { retryDead } = await import("./retry-dead.ts");
  process.stdout.write(await retryDead(settings, new Date()).catch(fail));
  process.exit(0);
}

/** A machine that shuts down gives ten seconds before it kills, and says nothing of what was under way. */
const endMs = 9_500;
const log = createLog(settings);
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort(new Error("asked to end"));
    setTimeout(() => {
      log.fatal("did not end in time: what is under way is left to whoever comes next, once its leases have run out");
      process.exit(4);
    }, endMs);
  });

// Loaded late: until somebody listens to signals, the first process of a container does not hear them.
const { startApp } = await import("./server.ts");
const app = await startApp(settings, log, stop.signal).catch((error: unknown) =>
  stop.signal.aborted ? process.exit(0) : fail(error),
);
process.stdout.write(`${JSON.stringify({ ready: true, url: app.url, port: app.port })}\n`);
if (!stop.signal.aborted) await once(stop.signal, "abort");
await app.stop().catch(fail);
process.exit(0);
