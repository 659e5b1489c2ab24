import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { claimFolder } from "./folder.ts";
import { story } from "./story.ts";
import { type StepRecord, tell } from "./tell.ts";
import { type Ports, root, startWorld, type World } from "./world.ts";

export type Outside = {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly stdout: { readonly write: (text: string) => unknown; readonly isTTY?: boolean };
  readonly stderr: { readonly write: (text: string) => unknown };
  readonly onInterrupt: (stop: () => void) => void;
};

const help = `Usage: npm run demo -- [--once] [--repeat N] [--json] [--github-port N] [--app-port N]

The whole loop on this machine, without an account: a GitHub, the Assay App and machines that run its workflow, as
processes that speak HTTP. A pull request is opened, a model is retrained, evaluated, reported, merged and deployed.

  --once            end when the story is told: exit code 0 if all of it came true, 1 if not
  --repeat N        tell it N times, each in a new world; implies --once
  --json            print the steps as JSON instead of text; implies --once
  --github-port N   where the page shall be (default 3400, or any free port)
  --app-port N      where the App shall be (default 3401, or any free port)

Without --once everything stays up: open the link, comment, push, merge, review. Ctrl-C ends it.
`;

/** Runs the demo and gives its exit code: 0 told, 1 a step did not come true, 3 bad usage, 130 interrupted. */
export async function runDemo(outside: Outside): Promise<number> {
  const options = readOptions(outside.args);
  if ("problem" in options) {
    outside.stderr.write(`${options.problem}\n\n${help}`);
    return 3;
  }
  if (options.help) {
    outside.stdout.write(help);
    return 0;
  }
  const interrupted = new Promise<"interrupted">((resolve) => outside.onInterrupt(() => resolve("interrupted")));
  const runs: StepRecord[][] = [];
  for (let round = 1; round <= options.repeat; round += 1) {
    const say = options.json ? () => {} : (text: string) => void outside.stdout.write(text);
    if (options.repeat > 1) say(`\nRound ${round} of ${options.repeat}\n`);
    const code = await oneRound(options, say, interrupted, outside, runs);
    if (code !== 0) return code;
  }
  if (options.json) outside.stdout.write(`${JSON.stringify(runs.length === 1 ? runs[0] : runs, null, 2)}\n`);
  return 0;
}

type Options = {
  readonly once: boolean;
  readonly repeat: number;
  readonly json: boolean;
  readonly help: boolean;
  readonly ports: Ports;
};

async function oneRound(
  options: Options,
  say: (text: string) => void,
  interrupted: Promise<"interrupted">,
  outside: Outside,
  runs: StepRecord[][],
): Promise<number> {
  const start = performance.now();
  let world: World | null = null;
  let isTold = false;
  try {
    say("Starting a GitHub, the App and four machines …\n");
    const folder = await claimFolder(join(root, ".demo"), outside.pid);
    const starting = startWorld(folder, options.ports, outside.env);
    const started = await Promise.race([starting, interrupted]);
    if (started === "interrupted") {
      await (await starting).stop();
      return 130;
    }
    world = started;
    say(`  ${seconds(start)}  GitHub ${world.url}   App ${world.appUrl}   logs ${join(world.folder, "*.log")}\n\n`);
    const storyStart = performance.now();
    const telling = tell(world, story, told(say), begun(say));
    const ended = await Promise.race([telling, interrupted]);
    if (ended === "interrupted") {
      telling.catch(() => {});
      say("\nInterrupted in the middle of the story.\n");
      return 130;
    }
    runs.push([...ended]);
    say(`\nThe story is complete: ${ended.length} steps in ${seconds(storyStart)}, ${seconds(start)} with starting.\n`);
    isTold = true;
    if (options.once) return 0;
    say(`\n${invitation(world)}`);
    const end = await Promise.race([interrupted, world.died]);
    if (end === "interrupted") {
      say("\nStopping everything …\n");
      return 0;
    }
    isTold = false;
    outside.stderr.write(`${end}\n`);
    return 1;
  } catch (error) {
    outside.stderr.write(
      `\nThe story stopped: ${error instanceof Error ? error.message : String(error)}\nLogs: ${join(root, ".demo", String(outside.pid))}\n`,
    );
    return 1;
  } finally {
    await world?.stop();
    // What a failed story left behind is evidence; a told one leaves nothing.
    if (world !== null && isTold) await rm(world.folder, { recursive: true, force: true });
  }
}

function begun(say: (text: string) => void) {
  return (step: { readonly title: string }, index: number) => say(`${String(index + 1).padStart(2)}. ${step.title}\n`);
}

function told(say: (text: string) => void) {
  return (step: StepRecord) => say(`    ${step.seconds.toFixed(1)} s  ${step.seen}\n           ${step.link}\n`);
}

function invitation(world: World): string {
  return [
    `It stays up. Open ${world.url} and try, as ada, grace or sam:`,
    "  - comment /help, or /retrain learning_rate=0.2, on pull request #2",
    "  - edit models/damage/features.ts on a branch of your own and open a pull request",
    "  - look at the deployments, the runs with their logs, and the App's dashboard",
    "Ctrl-C ends it.",
    "",
  ].join("\n");
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1)} s`;
}

function readOptions(args: readonly string[]): Options | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: "boolean", default: false },
        repeat: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        "github-port": { type: "string", default: "3400" },
        "app-port": { type: "string", default: "3401" },
      },
    });
    const whole = (name: "repeat" | "github-port" | "app-port", least: number) => {
      const number = Number(values[name] ?? "1");
      if (!Number.isInteger(number) || number < least || number > 65_535)
        throw new TypeError(`--${name} expects a whole number from ${least} on, found "${values[name] ?? ""}"`);
      return number;
    };
    const repeat = whole("repeat", 1);
    return {
      once: values.once || values.json || values.repeat !== undefined,
      repeat,
      json: values.json,
      help: values.help,
      ports: { github: whole("github-port", 0), app: whole("app-port", 0) },
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
