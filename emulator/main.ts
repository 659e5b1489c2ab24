import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { seedSchema } from "./seed.ts";
import { startEmulator } from "./server.ts";

const help = `Usage: node emulator/main.ts --folder DIR [--port N] --seed FILE.json [--quiet]

A GitHub on this machine. Prints one line of JSON on stdout when it listens:
  {"ready":true,"url":…,"apiUrl":…,"apps":…,"tokens":…}
Logs go to stderr. SIGTERM or SIGINT ends it. Other processes steer it under URL/_emulator/:
  GET requests, unknown, clock, idle · POST faults, clock {"advanceMs":…,"keepTokens":true}, schedule {"repository":…} · DELETE faults
`;

const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    port: { type: "string" },
    seed: { type: "string" },
    quiet: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  },
});

if (values.help === true) process.stdout.write(help);
else if (values.folder === undefined || values.seed === undefined) {
  process.stderr.write(help);
  process.exitCode = 3;
} else {
  const emulator = await startEmulator({
    folder: values.folder,
    port: Number(values.port ?? 0),
    seed: seedSchema.parse(JSON.parse(await readFile(values.seed, "utf8"))),
    log: (line) => void (values.quiet === true || process.stderr.write(`${line}\n`)),
  });
  const { url, apiUrl, apps, tokens } = emulator;
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => void emulator.close().then(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify({ ready: true, url, apiUrl, apps, tokens })}\n`);
}
