import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

// Loaded into the measured process by `node --import`: as it ends, its largest resident set goes to a file, in bytes.
// Threads are part of the process, so only the main one writes.
const file = process.env["ASSAY_BENCH_PEAK_FILE"];
if (file !== undefined && isMainThread)
  process.on("exit", () => writeFileSync(file, String(process.resourceUsage().maxRSS * 1_024)));
