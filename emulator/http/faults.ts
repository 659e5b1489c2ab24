import { z } from "zod";

/** Trouble that the emulator makes on request, until it has happened `times` times. */
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
    times: z.number().int().positive().optional(),
  }),
  z.object({
    match: restMatch,
    kind: z.literal("timeout"),
    ms: z.number().positive(),
    times: z.number().int().positive().optional(),
  }),
  z.object({ match: restMatch, kind: z.literal("lose-response"), times: z.number().int().positive().optional() }),
  z.object({
    event: z.string().optional(),
    action: z.string().optional(),
    kind: z.enum(["drop", "duplicate", "reorder"]),
    times: z.number().int().positive().optional(),
  }),
  z.object({
    event: z.string().optional(),
    action: z.string().optional(),
    kind: z.literal("delay"),
    delayMs: z.number().positive(),
    times: z.number().int().positive().optional(),
  }),
]);

export type Fault = z.input<typeof faultSchema>;
export type RestFault = Extract<Fault, { match: unknown }>;
export type WebhookFault = Exclude<Fault, RestFault>;

export type WebhookFaults = { readonly webhook: (event: string, action: string | null) => WebhookFault | null };

export type Faults = WebhookFaults & {
  readonly inject: (fault: Fault) => string;
  readonly clear: () => void;
  readonly rest: (request: {
    method: string;
    path: string;
    template: string | null;
    actor: string;
  }) => RestFault | null;
};

export function createFaults(): Faults {
  const active = new Map<string, { fault: Fault; left: number }>();
  let last = 0;

  function take<F extends Fault>(applies: (fault: Fault) => fault is F): F | null {
    for (const [id, entry] of active) {
      if (!applies(entry.fault)) continue;
      entry.left -= 1;
      if (entry.left <= 0) active.delete(id);
      return entry.fault;
    }
    return null;
  }
  return {
    inject(fault) {
      last += 1;
      active.set(`fault-${last}`, { fault, left: fault.times ?? 1 });
      return `fault-${last}`;
    },
    clear: () => active.clear(),
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
