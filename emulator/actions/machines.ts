/** Self-hosted runners: a job waits until a machine that carries all its labels is free. First come, first served. */
import type { Machine } from "./port.ts";

export type Lease = { readonly machine: Machine; readonly release: () => void };

export type MachinePool = {
  /** A free machine with all the labels; null when the signal aborts first. Waits for ever if none matches. */
  readonly acquire: (labels: readonly string[], signal: AbortSignal) => Promise<Lease | null>;
  readonly list: () => readonly (Machine & { readonly busy: boolean })[];
};

type Waiter = { readonly labels: readonly string[]; readonly take: (lease: Lease) => void };

/** A pool of machines, all free. */
export function createMachinePool(machines: readonly Machine[]): MachinePool {
  const busy = new Set<Machine>();
  const waiters = new Set<Waiter>();

  const assign = () => {
    for (const waiter of waiters) {
      const machine = machines.find((each) => !busy.has(each) && carries(each, waiter.labels));
      if (machine === undefined) continue;
      waiters.delete(waiter);
      busy.add(machine);
      waiter.take({ machine, release: () => release(machine) });
    }
  };
  const release = (machine: Machine) => {
    if (busy.delete(machine)) assign();
  };

  return {
    list: () => machines.map((machine) => ({ ...machine, busy: busy.has(machine) })),
    acquire: (labels, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(null);
        const giveUp = () => {
          waiters.delete(waiter);
          resolve(null);
        };
        const waiter: Waiter = {
          labels,
          take: (lease) => {
            signal.removeEventListener("abort", giveUp);
            resolve(lease);
          },
        };
        signal.addEventListener("abort", giveUp, { once: true });
        waiters.add(waiter);
        assign();
      }),
  };
}

function carries(machine: Machine, labels: readonly string[]): boolean {
  const own = new Set(machine.labels.map((label) => label.toLowerCase()));
  return labels.length > 0 && labels.every((label) => own.has(label.toLowerCase()));
}
