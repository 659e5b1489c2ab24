#!/usr/bin/env node
import { isatty } from "node:tty";
import type { World } from "./world.ts";

// ONNX Runtime reports to Microsoft unless this is set before its library is loaded, and so before anything of ours is.
process.env["ORT_DISABLE_TELEMETRY"] = "1";

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupt.abort());
// A reader that has seen enough (`assay report … | head`) is no failure.
process.stdout.on("error", () => process.exit());
// A terminal that is gone must not crash us before the training is ended.
process.stderr.on("error", () => {});

const world: World = {
  args: process.argv.slice(2),
  cwd: process.cwd(),
  env: { ...process.env },
  execPath: process.execPath,
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  terminal: {
    stdout: isatty(1),
    stderr: isatty(2),
    columns: process.stdout.columns || Number.parseInt(process.env["COLUMNS"] ?? "", 10) || 80,
  },
  interrupt: interrupt.signal,
};
const { runToEnd } = await import("./run-to-end.ts");
process.exitCode = await runToEnd(world);
