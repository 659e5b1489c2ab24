#!/usr/bin/env node
import { startApp } from "./server.ts";
import { readSettings } from "./settings.ts";

const read = readSettings(process.env);
if (!read.ok) {
  for (const { name, message } of read.problems) process.stderr.write(`${name}: ${message}\n`);
  process.exit(3);
}
const app = await startApp(read.settings);
process.stdout.write(`${JSON.stringify({ ready: true, url: app.url, port: app.port })}\n`);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopping) process.exit(130);
    stopping = true;
    void app.stop().then(() => process.exit(0));
  });
}
