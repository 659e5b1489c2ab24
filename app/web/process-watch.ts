import { monitorEventLoopDelay } from "node:perf_hooks";

export type ProcessReading = {
  readonly startedAtSeconds: number;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly externalBytes: number;
  /** How late timers were since the last reading, in seconds. */
  readonly loopDelay: { readonly mean: number; readonly p50: number; readonly p99: number; readonly max: number };
};

/** Watches this process from now on. */
export function watchProcess(): () => ProcessReading {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const startedAtSeconds = Date.now() / 1_000 - process.uptime();
  return () => {
    const { rss, heapUsed, external } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const seconds = (nanoseconds: number) => (Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0);
    const [p50, p99] = [delay.percentile(50), delay.percentile(99)];
    const loopDelay = { mean: seconds(delay.mean), p50: seconds(p50), p99: seconds(p99), max: seconds(delay.max) };
    delay.reset();
    return {
      startedAtSeconds,
      cpuSeconds: (user + system) / 1e6,
      residentBytes: rss,
      heapBytes: heapUsed,
      externalBytes: external,
      loopDelay,
    };
  };
}
