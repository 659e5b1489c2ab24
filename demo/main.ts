import { runDemo } from "./run.ts";

process.exitCode = await runDemo({
  args: process.argv.slice(2),
  env: process.env,
  pid: process.pid,
  stdout: process.stdout,
  stderr: process.stderr,
  onInterrupt: (stop) => {
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
  },
});
