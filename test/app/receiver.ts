import type { TestContext } from "node:test";
import { pino } from "pino";
import { webhookPath } from "../../app/server.ts";
import { createReceiver, type ReceiverOptions } from "../../app/webhook/receive.ts";
import { serve } from "../loopback.ts";

/** The webhook address of an App alone, until the test ends; it takes every signature. `seen` are its outcomes so far. */
export async function startReceiver(
  t: TestContext,
  timeoutMs: number,
  keep: ReceiverOptions["keep"],
): Promise<{ readonly port: number; readonly seen: readonly string[] }> {
  const seen: string[] = [];
  const receive = createReceiver({
    path: webhookPath,
    verify: async () => true,
    keep,
    log: pino({ level: "silent" }),
    seen: (outcome) => seen.push(outcome),
    timeoutMs,
  });
  const address = await serve(t, (request, response) => void receive(request, response));
  return { port: Number(new URL(address).port), seen };
}
