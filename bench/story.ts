import { execFile } from "node:child_process";
import { cp, mkdir, rm } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { root } from "../demo/world.ts";

const run = promisify(execFile);
const step = z.object({ title: z.string(), seconds: z.number(), requests: z.number() });
const rounds = z.array(z.array(step));

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The time of every step of the demo's story and the App's requests to GitHub in it, as a Markdown table: the median of
 * several rounds. The floor stands beside it, measured in the same run: the training command and the evaluation alone.
 */
export async function benchStory(options: {
  readonly rounds: number;
  readonly env: Environment;
  readonly pid: number;
}): Promise<string> {
  const told = await tellStories(options.rounds, options.env);
  const folder = join(root, ".tmp", `bench-${options.pid}`);
  try {
    const floor = await measureFloor(folder, options.rounds, options.env);
    return render(told, floor);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tellStories(count: number, env: Environment): Promise<z.infer<typeof rounds>> {
  const told: z.infer<typeof rounds> = [];
  for (let round = 0; round < count; round += 1) {
    const { stdout } = await run(
      process.execPath,
      ["demo/main.ts", "--json", "--github-port", "0", "--app-port", "0"],
      { cwd: root, env, maxBuffer: 1 << 24 },
    );
    told.push(z.array(step).parse(JSON.parse(stdout)));
  }
  return told;
}

type Floor = { readonly train: number; readonly evaluate: number };

/** Seconds of the training command and of `assay evaluate`, each as a process of its own, without any of the loop. */
async function measureFloor(folder: string, count: number, env: Environment): Promise<Floor> {
  const repository = join(folder, "birdstrikes");
  await mkdir(folder, { recursive: true });
  await cp(join(root, "fixtures/repos/birdstrikes"), repository, { recursive: true });
  await cp(join(root, "fixtures/repos/birdstrikes-story/better"), repository, { recursive: true });
  const train: number[] = [];
  const evaluate: number[] = [];
  for (let round = 0; round < count; round += 1) {
    train.push(await seconds(() => run(process.execPath, ["models/damage/train.ts"], { cwd: repository, env })));
    const args = [
      "--config",
      ".github/assay.yml",
      "--model",
      "damage",
      "--candidate",
      "output/model.onnx",
      "--baseline",
      "models/damage/production.onnx",
      "--quiet",
    ];
    const out = join(folder, `report-${round}`);
    evaluate.push(
      await seconds(() =>
        run(process.execPath, [join(root, "runner/main.ts"), "evaluate", ...args, "--out", out], {
          cwd: repository,
          env,
        }),
      ),
    );
  }
  return { train: median(train), evaluate: median(evaluate) };
}

function render(told: z.infer<typeof rounds>, floor: Floor): string {
  const titles = told[0]?.map((one) => one.title) ?? [];
  const rows = titles.map((title, index) => {
    const times = told.map((round) => round[index]?.seconds ?? 0);
    const requests = told.map((round) => round[index]?.requests ?? 0);
    return `| ${index + 1} | ${title} | ${median(times).toFixed(2)} | ${Math.max(...times).toFixed(2)} | ${median(requests)} |`;
  });
  const totals = told.map((round) => round.reduce((sum, one) => sum + one.seconds, 0));
  const requests = told.map((round) => round.reduce((sum, one) => sum + one.requests, 0));
  return [
    `${told.length} rounds on ${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
    "",
    "| | step | median s | slowest s | App's requests to GitHub |",
    "|--:|---|--:|--:|--:|",
    ...rows,
    `| | **whole story** | **${median(totals).toFixed(2)}** | **${Math.max(...totals).toFixed(2)}** | **${median(requests)}** |`,
    "",
    `Floor, in the same run: the training command alone ${floor.train.toFixed(2)} s, \`assay evaluate\` alone ${floor.evaluate.toFixed(2)} s.`,
    "The story holds three trainings and evaluations, two of them side by side, and two deployments.",
    "",
  ].join("\n");
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
