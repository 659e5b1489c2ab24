import { setTimeout as pause } from "node:timers/promises";
import { createChance } from "../../emulator/http/chance.ts";
import type { Fault } from "../../emulator/server.ts";
import { type Act, act, drawHistory, isHastyMerge, looksFirst } from "./history.ts";
import { inspect, type Seen } from "./invariants.ts";
import type { Stores } from "./stores.ts";
import { openWorld, type World } from "./world.ts";

export const faultKinds = [
  "fail",
  "drop",
  "duplicate",
  "reorder",
  "delay",
  "5xx",
  "403",
  "timeout",
  "lose",
  "cut",
  "kill",
  "crash",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export type Result = {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly made: Readonly<Record<string, number>>;
};

/** What is told apart from one life of a history to the next. */
export type Campaign = {
  readonly stores: Stores;
  readonly kinds: readonly FaultKind[];
  /** Where the App's log goes, if anywhere. */
  readonly logFile: string | null;
  /** How many acts a history has; eight unless said. */
  readonly acts?: number;
};

const betweenActsMs = 2_000;

/** Requests of the App to one of its repositories. */
const ours = { actor: "assay" } as const;
const writes = ["POST", "PATCH"] as const;

/** Seeds in a row that share one history, each with faults of its own: its undisturbed life need be lived once only. */
const livesPerHistory = 4;

export function historyOf(seed: number, acts?: number): readonly Act[] {
  return drawHistory(Math.floor(seed / livesPerHistory), acts);
}

/** The life of a history in which nothing goes wrong. */
export async function liveUndisturbed(history: readonly Act[], { stores }: Pick<Campaign, "stores">): Promise<Seen> {
  const { seen } = await live(stores, null, async (world) => {
    for (const [step, one] of history.entries()) {
      await world.leap(betweenActsMs);
      await act(world, one, step);
      await world.quiet();
    }
    return {};
  });
  return seen;
}

/** What GitHub's state tells as well. What a person said, and nobody heard, is another history. */
const told = ["pull_request", "push", "workflow_run"] as const;

/** The history of a seed under the given faults: it has to end well, and as the undisturbed life did. */
export async function runSeed(seed: number, calm: Seen, { stores, kinds, logFile, acts }: Campaign): Promise<Result> {
  const rough = await live(stores, logFile, (world) => disturb(world, historyOf(seed, acts), kinds, seed));
  const lines = Math.max(calm.state.length, rough.seen.state.length);
  const problems = [
    ...calm.problems.map((problem) => `undisturbed: ${problem}`),
    ...rough.seen.problems,
    ...Array.from({ length: lines }, (_, index) => [calm.state[index], rough.seen.state[index]])
      .filter(([expected, found]) => expected !== found)
      .map(([expected, found]) => `undisturbed: ${expected ?? "nothing"}; disturbed: ${found ?? "nothing"}`),
  ];
  return { seed, problems, made: rough.made };
}

type Life = { readonly seen: Seen; readonly made: Result["made"] };

async function live(
  stores: Stores,
  logFile: string | null,
  through: (world: World) => Promise<Result["made"]>,
): Promise<Life> {
  await using world = await openWorld(stores, logFile);
  await world.startApp();
  await world.quiet();
  const made = await through(world);
  await world.quiet();
  return { seen: await inspect(world), made };
}

/** Lives the history under faults: most acts follow one another at once, and the App dies now and then. */
async function disturb(
  world: World,
  history: readonly Act[],
  kinds: readonly FaultKind[],
  seed: number,
): Promise<Result["made"]> {
  const { faults } = world.emulator;
  const draw = createChance(seed ^ 0x5f3759df);
  const inject = () => {
    for (const [index, kind] of kinds.entries())
      for (const fault of trouble(kind, Math.floor(draw() * 1e9) + index)) faults.inject(fault);
  };
  const struck = new Map<string, number>();
  inject();
  for (const [step, one] of history.entries()) {
    const before = history[step - 1];
    if (before === undefined || ((looksFirst(one) || looksFirst(before)) && !isHastyMerge(history, step))) {
      await heal(world);
      inject();
    }
    await world.leap(betweenActsMs);
    await act(world, one, step);
    if (kinds.includes("crash") && draw() < 0.15) {
      await soon(world, draw);
      if (await world.crashStore()) struck.set("crash", (struck.get("crash") ?? 0) + 1);
    }
    if (!kinds.includes("kill") || draw() >= 0.25) continue;
    const how = await strike(world, draw);
    struck.set(how, (struck.get(how) ?? 0) + 1);
    await startThrough(world);
  }
  await heal(world);
  return { ...faults.made(), ...Object.fromEntries(struck) };
}

/** Makes no more trouble, and gives the App the time to ask for what it missed, until nothing is under way. */
async function heal(world: World): Promise<void> {
  world.emulator.faults.clear();
  await world.quiet();
  await world.pauseAWhile();
  await world.quiet();
}

/** Kills the App in the midst of something: soon, or while it waits for the answer to a write, done or not yet done. */
async function strike(world: World, draw: () => number): Promise<string> {
  const { faults } = world.emulator;
  const dice = draw();
  const odds = { chance: 0.4, seed: Math.floor(draw() * 1e9) };
  const count = (kind: string) => faults.made()[kind] ?? 0;
  const die = async (how: string) => {
    await world.endApp("SIGKILL");
    return how;
  };
  if (dice < 0.4) {
    await soon(world, draw);
    return die("kill soon");
  }
  const [kind, how] = dice < 0.75 ? ["lose-response", "kill after a write"] : ["timeout", "kill before a write"];
  const before = count(kind);
  for (const method of writes)
    faults.inject(
      kind === "timeout"
        ? { match: { ...ours, method }, kind, ms: 1_500, times: 1, odds }
        : { match: { ...ours, method }, kind: "lose-response", afterMs: 1_500, times: 1, odds },
    );
  await turns(() => count(kind) > before);
  return die(how);
}

/** Waits for some more requests of the App, for as long as one may take. */
async function soon({ emulator }: World, draw: () => number): Promise<void> {
  const target = emulator.requests().length + Math.floor(draw() * 12);
  await turns(() => emulator.requests().length >= target);
}

/** Waits until it is so, for as long as an answer may take. */
async function turns(isSo: () => boolean): Promise<void> {
  const until = performance.now() + 400;
  // What another process asks for next: there is no event to wait for.
  while (!isSo() && performance.now() < until) await pause(2);
}

/** Faults may hit the start too; whoever runs the App starts it again. */
async function startThrough(world: World): Promise<void> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await world.startApp();
    } catch (error) {
      if (attempt === 8) throw error;
    }
}

function trouble(kind: FaultKind, seed: number): readonly Fault[] {
  const odds = (chance: number) => ({ odds: { chance, seed } });
  switch (kind) {
    case "fail":
      return [{ kind, times: 2, ...odds(0.1) }];
    case "drop":
      return told.map((event) => ({ event, kind, times: 1, ...odds(0.1) }));
    case "duplicate":
      return [{ kind, ...odds(0.2) }];
    case "reorder":
      return [{ kind, heldMs: 150, ...odds(0.2) }];
    case "delay":
      return [{ kind, delayMs: 60, ...odds(0.2) }];
    case "5xx":
      return [{ match: ours, kind: "status", code: 502, times: 3, ...odds(0.08) }];
    case "403":
      return [{ match: ours, kind: "status", code: 403, headers: { "retry-after": "1" }, times: 1, ...odds(0.06) }];
    case "timeout":
      return [{ match: ours, kind: "timeout", ms: 50, times: 2, ...odds(0.06) }];
    case "lose":
      return writes.map((method) => ({
        match: { ...ours, method },
        kind: "lose-response" as const,
        times: 2,
        ...odds(0.15),
      }));
    case "cut":
      return [{ match: ours, kind, times: 6, ...odds(0.3) }];
    case "kill":
    case "crash":
      return [];
  }
}
