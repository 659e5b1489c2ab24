/** Preloaded into the App: its clock is ahead by so much, as if the time had passed since the last start. */
const aheadMs = Number(process.env["FAULTS_CLOCK_AHEAD_MS"] ?? "0");
const real = Date;
const now = () => real.now() + aheadMs;

globalThis.Date = new Proxy(real, {
  construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
  get: (target, name, self) => (name === "now" ? now : Reflect.get(target, name, self)),
});
