import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Bench } from "./bench.ts";
import { chartsBench } from "./charts/charts.ts";
import { commentBench } from "./comment/comment.ts";
import { honestyBench } from "./honesty/honesty.ts";
import { inferenceBench } from "./inference/inference.ts";
import { loadBench } from "./load/load.ts";
import { metricsBench } from "./metrics/metrics.ts";
import { slicesBench } from "./metrics/slices.ts";
import { reconcileBench } from "./reconcile/reconcile.ts";
import { replaceSection } from "./section.ts";
import { benchStory } from "./story.ts";

const usage = "npm run bench -- NAME [RUNS | --runs RUNS] [--write]";

const benches: Readonly<Record<string, Bench>> = {
  metrics: metricsBench,
  slices: slicesBench,
  inference: inferenceBench,
  honesty: honestyBench,
  charts: chartsBench,
  comment: commentBench,
  load: loadBench,
  reconcile: reconcileBench,
  story: {
    measures: "every step of the demo's story",
    run: ({ runs, env, pid }) => benchStory({ rounds: runs ?? 5, env, pid }),
  },
};

// Raw sessions are opened here too: see runner/main.ts.
process.env["ORT_DISABLE_TELEMETRY"] = "1";
const given = readArguments();
const [name, rounds] = given.positionals;
const bench = name === undefined ? undefined : benches[name];
const runsText = given.values.runs ?? rounds ?? null;

const list = Object.entries(benches).map(([one, { measures }]) => `  ${one.padEnd(10)} ${measures}\n`);

if (given.problem !== null) {
  process.stderr.write(`${given.problem}\n${usage}\n${list.join("")}`);
  process.exitCode = 3;
} else if (name === undefined || given.values.help) {
  process.stdout.write(`${usage}\n${list.join("")}`);
} else if (bench === undefined || (runsText !== null && !/^[1-9][0-9]{0,6}$/.test(runsText))) {
  const problem =
    bench === undefined ? `no benchmark ${JSON.stringify(name)}` : `RUNS must be a whole number, not ${runsText}`;
  process.stderr.write(`${problem}\n${usage}\n${list.join("")}`);
  process.exitCode = 3;
} else {
  const progress = (text: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  };
  const runs = runsText === null ? null : Number(runsText);
  const markdown = await bench.run({ runs, env: process.env, pid: process.pid, progress });
  progress("");
  if (given.values.write) await write(name, markdown);
  else process.stdout.write(`${markdown.trim()}\n`);
}

function readArguments() {
  const options = {
    runs: { type: "string" },
    write: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  try {
    return { ...parseArgs({ allowPositionals: true, options }), problem: null };
  } catch (error) {
    const values = { runs: undefined, write: false, help: false };
    return { positionals: [], values, problem: error instanceof Error ? error.message : "wrong arguments" };
  }
}

async function write(name: string, markdown: string): Promise<void> {
  const file = new URL("README.md", import.meta.url);
  const next = replaceSection(await readFile(file, "utf8"), name, markdown);
  if (next === null) throw new Error(`bench/README.md has no section <!-- bench:${name} -->`);
  await writeFile(file, next);
}
