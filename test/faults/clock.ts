/**
 * Preloaded into the App: its clock is ahead, and leaps further when the parent says by how much. What happens at
 * intervals happens then as if the time had passed.
 */
let aheadMs = Number(process.env["FAULTS_CLOCK_AHEAD_MS"] ?? "0");
const real = Date;
const now = () => real.now() + aheadMs;

globalThis.Date = new Proxy(real, {
  construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
  get: (target, name, self) => (name === "now" ? now : Reflect.get(target, name, self)),
});

type Interval = { readonly run: () => void; readonly everyMs: number; leaptMs: number };
const intervals = new Map<unknown, Interval>();

globalThis.setInterval = new Proxy(setInterval, {
  apply: (target, self, args: [() => void, number]) => {
    const timer: unknown = Reflect.apply(target, self, args);
    const [run, everyMs] = args;
    intervals.set(timer, { run, everyMs, leaptMs: 0 });
    return timer;
  },
});
globalThis.clearInterval = new Proxy(clearInterval, {
  apply: (target, self, args: [NodeJS.Timeout]) => {
    intervals.delete(args[0]);
    return Reflect.apply(target, self, args);
  },
});

process.on("message", (leapMs) => {
  if (typeof leapMs !== "number") return;
  aheadMs += leapMs;
  for (const interval of intervals.values()) {
    interval.leaptMs += leapMs;
    if (interval.leaptMs < interval.everyMs) continue;
    interval.leaptMs = 0;
    interval.run();
  }
});
process.channel?.unref();
