import { z } from "zod";
import { createChance } from "./chance.ts";

/**
 * Trouble that the emulator makes on request, until it has happened `times` times: once unless said, and without end where
 * `odds` let it happen to some of what fits only. The same seed meets the same trouble in the same order of requests.
 */
const odds = z.object({ chance: z.number().min(0).max(1), seed: z.number().int().min(0) }).optional();
const times = z.number().int().positive().optional();
const restMatch = z.object({
  method: z.string().optional(),
  path: z.string().optional(),
  actor: z.string().optional(),
});

export const faultSchema = z.union([
  z.object({
    match: restMatch,
    kind: z.literal("status"),
    code: z.number().int().min(400).max(599),
    headers: z.record(z.string(), z.string()).optional(),
    message: z.string().optional(),
    times,
    odds,
  }),
  z.object({
    match: restMatch,
    kind: z.literal("timeout"),
    ms: z.number().positive(),
    times,
    odds,
  }),
  z.object({
    match: restMatch,
    kind: z.literal("lose-response"),
    /** How long the one who asked waits before the connection breaks. */
    afterMs: z.number().positive().optional(),
    times,
    odds,
  }),
  z.object({
    match: restMatch,
    /** What was asked for is done, and the connection breaks in the middle of the answer's body. */
    kind: z.literal("cut"),
    times,
    odds,
  }),
  z.object({
    event: z.string().optional(),
    action: z.string().optional(),
    /** `fail`: recorded as a delivery that found nobody, as opposed to `drop`, of which nothing is known. */
    kind: z.enum(["drop", "fail", "duplicate"]),
    times,
    odds,
  }),
  z.object({
    event: z.string().optional(),
    action: z.string().optional(),
    kind: z.literal("reorder"),
    /** The next event overtakes it; if none comes, it goes out after this time. A second unless said. */
    heldMs: z.number().positive().optional(),
    times,
    odds,
  }),
  z.object({
    event: z.string().optional(),
    action: z.string().optional(),
    kind: z.literal("delay"),
    delayMs: z.number().positive(),
    times,
    odds,
  }),
]);

export type Fault = z.input<typeof faultSchema>;
export type RestFault = Extract<Fault, { match: unknown }>;
export type WebhookFault = Exclude<Fault, RestFault>;

export type WebhookFaults = { readonly webhook: (event: string, action: string | null) => WebhookFault | null };

export type Faults = WebhookFaults & {
  readonly inject: (fault: Fault) => string;
  readonly clear: () => void;
  /** How often each kind of trouble has been made; `status 502` and its like one by one. */
  readonly made: () => Readonly<Record<string, number>>;
  readonly rest: (request: {
    method: string;
    path: string;
    template: string | null;
    actor: string;
  }) => RestFault | null;
};

function nameOf(fault: Fault): string {
  return fault.kind === "status" ? `status ${fault.code}` : fault.kind;
}

export function createFaults(): Faults {
  const active = new Map<string, { fault: Fault; left: number; strikes: () => boolean }>();
  const counts = new Map<string, number>();
  let last = 0;

  function take<F extends Fault>(applies: (fault: Fault) => fault is F): F | null {
    for (const [id, entry] of active) {
      if (!applies(entry.fault) || !entry.strikes()) continue;
      const name = nameOf(entry.fault);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      entry.left -= 1;
      if (entry.left <= 0) active.delete(id);
      return entry.fault;
    }
    return null;
  }
  return {
    inject(fault) {
      last += 1;
      const { odds: given } = fault;
      const draw = given === undefined ? null : createChance(given.seed);
      const strikes = () => draw === null || given === undefined || draw() < given.chance;
      active.set(`fault-${last}`, { fault, left: fault.times ?? (given === undefined ? 1 : Infinity), strikes });
      return `fault-${last}`;
    },
    clear: () => active.clear(),
    made: () => Object.fromEntries(counts),
    rest: ({ method, path, template, actor }) =>
      take((fault): fault is RestFault => {
        if (!("match" in fault)) return false;
        const { match } = fault;
        if (match.method !== undefined && match.method.toUpperCase() !== method.toUpperCase()) return false;
        if (match.actor !== undefined && match.actor !== actor) return false;
        return match.path === undefined || match.path === template || path.includes(match.path);
      }),
    webhook: (event, action) =>
      take((fault): fault is WebhookFault => {
        if ("match" in fault) return false;
        if (fault.action !== undefined && fault.action !== action) return false;
        return fault.event === undefined || fault.event === event;
      }),
  };
}
