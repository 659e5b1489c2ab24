import { parseArgs } from "node:util";
import { type FaultKind, faultKinds, historyOf, liveUndisturbed, runSeed } from "./campaign.ts";
import type { Seen } from "./invariants.ts";
import { makeStores, type StoreKind, type Stores, storeKinds } from "./stores.ts";

const help = `Usage: npm run faults -- [--seed N] [--runs K] [--store KIND] [--faults KIND,…] [--log FILE]

Lives random histories of pull requests against the emulator, undisturbed and under faults, and compares the ends.

  --seed N     the first seed (default 1); four in a row share a history, each with faults of its own
  --runs K     how many seeds from there on (default 3)
  --faults …   any of ${faultKinds.join(", ")}
               (default: all)
  --store KIND postgres, a server of its own, or embedded (default: postgres where it starts)
  --log FILE   append the log of the disturbed App there

Exit code 0: no violation, 1: some, 3: bad usage, 130: interrupted.
`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      runs: { type: "string", default: "3" },
      faults: { type: "string", default: faultKinds.join(",") },
      store: { type: "string" },
      log: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const whole = (name: "seed" | "runs", least: number) => {
    const number = Number(values[name]);
    if (Number.isSafeInteger(number) && number >= least) return number;
    throw new TypeError(`--${name} expects a whole number from ${least} on, found "${values[name]}"`);
  };
  const kinds = values.faults.split(",").map((name): FaultKind => {
    const kind = faultKinds.find((known) => known === name);
    if (kind !== undefined) return kind;
    throw new TypeError(`--faults knows ${faultKinds.join(", ")}, found "${name}"`);
  });
  const { log: logFile = null, help: isHelp } = values;
  const store = storeKinds.find((known) => known === values.store);
  if (store !== values.store) throw new TypeError(`--store knows ${storeKinds.join(" and ")}, found "${values.store}"`);
  return { seed: whole("seed", 0), runs: whole("runs", 1), store: store ?? null, kinds, logFile, isHelp };
}

/** Stores of the wished kind; where none is wished and no server starts, embedded ones, which is said. */
async function storesOf(wished: StoreKind | null): Promise<Stores> {
  const stores = await makeStores(wished ?? "postgres");
  if (typeof stores !== "string") return stores;
  process.stderr.write(`${stores}${wished === null ? "; the App's store is embedded" : ""}\n`);
  const instead = wished === null ? await makeStores("embedded") : stores;
  if (typeof instead === "string") throw new Error(instead);
  return instead;
}

async function main(): Promise<number> {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    return 3;
  }
  if (options.isHelp) {
    process.stdout.write(help);
    return 0;
  }
  await using stores = await storesOf(options.store);
  let interrupted = false;
  // The database server's own would end this process at once, and leave the App of this run behind.
  process.removeAllListeners("SIGINT");
  process.once("SIGINT", () => {
    interrupted = true;
    process.stderr.write("\nInterrupted: ends with this run.\n");
  });
  const { kinds, logFile } = options;
  const totals = new Map<string, number>();
  let runs = 0;
  let violations = 0;
  /** How undisturbed lives ended, by their history. */
  const calm = new Map<string, Promise<Seen>>();
  for (let seed = options.seed; seed < options.seed + options.runs && !interrupted; seed += 1) {
    process.stderr.write(`seed ${seed} … `);
    const start = performance.now();
    const acts = historyOf(seed);
    const history = JSON.stringify(acts);
    const undisturbed = calm.get(history) ?? liveUndisturbed(acts, { stores });
    calm.set(history, undisturbed);
    const { problems, made } = await undisturbed
      .then((seen) => runSeed(seed, seen, { stores, kinds, logFile }))
      .catch((error: unknown) => ({
        problems: [error instanceof Error ? error.message : String(error)],
        made: {},
      }));
    // On a terminal the App and the database server heard it as well: such a run says nothing.
    if (interrupted && problems.length > 0) break;
    runs += 1;
    violations += problems.length;
    for (const [kind, times] of Object.entries(made)) totals.set(kind, (totals.get(kind) ?? 0) + times);
    process.stderr.write(
      `${problems.length === 0 ? "ok" : "VIOLATED"}, ${((performance.now() - start) / 1_000).toFixed(1)} s\n`,
    );
    for (const problem of problems) process.stdout.write(`seed ${seed}: ${problem}\n`);
    if (problems.length > 0)
      process.stdout.write(
        `  again: npm run faults -- --seed ${seed} --runs 1 --store ${stores.kind} --faults ${kinds.join(",")}\n`,
      );
  }
  process.stdout.write(`\n${"runs".padEnd(20)}${runs}\n`);
  for (const [kind, times] of totals) process.stdout.write(`${kind.padEnd(20)}${times}\n`);
  process.stdout.write(`${"violations".padEnd(20)}${violations}\n`);
  if (interrupted) return 130;
  return violations === 0 ? 0 : 1;
}

process.exitCode = await main();
