/** `concurrency:` groups: one holder at a time, and a queue whose length and manners the newcomer chooses. */
export type ConcurrencyRequest = {
  /** `owner/name`: groups of different repositories have nothing to do with each other. */
  readonly repository: string;
  readonly group: string;
  readonly cancelInProgress: boolean;
  /** `single`: a newcomer replaces whoever waits. `max`: up to 100 wait in order. */
  readonly queue: "single" | "max";
  /** Asks a holder to end, for a newcomer with `cancel-in-progress`. */
  readonly cancelHolder: () => void;
  readonly signal: AbortSignal;
};

export type ConcurrencyEntry =
  | { readonly kind: "entered"; readonly leave: () => void }
  | { readonly kind: "superseded"; readonly message: string }
  | { readonly kind: "cancelled" };

export type ConcurrencyGroups = { readonly enter: (request: ConcurrencyRequest) => Promise<ConcurrencyEntry> };

type Member = { readonly request: ConcurrencyRequest; readonly resolve: (entry: ConcurrencyEntry) => void };
type Group = { holder: Member | null; readonly pending: Member[] };

const longestQueue = 100;

/** Groups without members; names are compared without regard to case. */
export function createConcurrencyGroups(): ConcurrencyGroups {
  const groups = new Map<string, Group>();

  const advance = (name: string, group: Group) => {
    if (group.holder !== null) return;
    const next = group.pending.shift();
    if (next === undefined) {
      groups.delete(name);
      return;
    }
    group.holder = next;
    const leave = () => {
      if (group.holder !== next) return;
      group.holder = null;
      advance(name, group);
    };
    next.resolve({ kind: "entered", leave });
  };

  return {
    enter: (request) =>
      new Promise((resolve) => {
        if (request.signal.aborted) return resolve({ kind: "cancelled" });
        const name = `${request.repository}\0${request.group}`.toLowerCase();
        const group = groups.get(name) ?? { holder: null, pending: [] };
        groups.set(name, group);
        const superseded: ConcurrencyEntry = {
          kind: "superseded",
          message: `Canceling since a higher priority waiting request for '${request.group}' exists`,
        };
        if (request.queue === "single") for (const each of group.pending.splice(0)) each.resolve(superseded);
        if (request.cancelInProgress) group.holder?.request.cancelHolder();
        if (group.pending.length >= longestQueue) return resolve(superseded);

        const giveUp = () => {
          const index = group.pending.indexOf(member);
          if (index < 0) return;
          group.pending.splice(index, 1);
          resolve({ kind: "cancelled" });
        };
        const member: Member = { request, resolve };
        request.signal.addEventListener("abort", giveUp, { once: true });
        group.pending.push(member);
        advance(name, group);
      }),
  };
}
