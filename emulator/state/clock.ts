/** The emulator's time: the machine's, plus whatever was added by `advance`. */
export type Clock = {
  readonly now: () => Date;
  readonly iso: () => string;
  readonly advance: (ms: number) => void;
  /** Calls back once `until` has come, by waiting or by `advance`; the answer cancels. */
  readonly at: (until: number, callback: () => void) => () => void;
  readonly close: () => void;
};

const longestTimerMs = 2 ** 31 - 1;

/** A clock that can be moved forward; `timeMs` is the machine's own. */
export function createClock(timeMs: () => number): Clock {
  let offset = 0;
  const pending = new Map<symbol, { until: number; callback: () => void; timer: NodeJS.Timeout }>();
  const now = () => timeMs() + offset;

  function arm(id: symbol, until: number, callback: () => void): void {
    const timer = setTimeout(() => check(id), Math.min(Math.max(0, until - now()), longestTimerMs));
    pending.set(id, { until, callback, timer });
  }
  function check(id: symbol): void {
    const entry = pending.get(id);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    pending.delete(id);
    if (entry.until <= now()) entry.callback();
    else arm(id, entry.until, entry.callback);
  }
  return {
    now: () => new Date(now()),
    // GitHub's timestamps have whole seconds.
    iso: () => `${new Date(now()).toISOString().slice(0, 19)}Z`,
    advance(ms) {
      offset += ms;
      // A copy, because checking arms anew what is not yet due.
      const armed = [...pending.keys()];
      for (const id of armed) check(id);
    },
    at(until, callback) {
      const id = Symbol("timer");
      arm(id, until, callback);
      return () => {
        clearTimeout(pending.get(id)?.timer);
        pending.delete(id);
      };
    },
    close() {
      for (const { timer } of pending.values()) clearTimeout(timer);
      pending.clear();
    },
  };
}
