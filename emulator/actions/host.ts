/** The Actions host: runs workflow files on this machine, in real processes, without docker. */
import { createConcurrencyGroups } from "./concurrency.ts";
import { createMachinePool } from "./machines.ts";
import type { ActionsHost, HostPort, Machine, RunHandle } from "./port.ts";
import { startRun } from "./run.ts";
import type { RuntimeTokens } from "./runtime-tokens.ts";

export type ActionsHostOptions = {
  readonly port: HostPort;
  readonly machines: readonly Machine[];
  /** Base URL of the results service, as steps reach it. */
  readonly resultsUrl: string;
  /** The tokens that the results service verifies. */
  readonly tokens: RuntimeTokens;
  /** Variables of the machines (PATH, HOME, …). Steps see these and nothing of the emulator's own environment. */
  readonly environment: Readonly<Record<string, string>>;
};

/** A host without runs. */
export function createActionsHost(options: ActionsHostOptions): ActionsHost {
  const machines = createMachinePool(options.machines);
  const host = { ...options, machines, concurrency: createConcurrencyGroups() };
  const open = new Set<RunHandle>();
  return {
    start(request) {
      const run = startRun(host, request);
      open.add(run);
      void run.done.then(() => open.delete(run));
      return run;
    },
    machines: machines.list,
    async close() {
      const runs = [...open];
      for (const run of runs) run.forceCancel();
      await Promise.all(runs.map((run) => run.done));
    },
  };
}
