import { writeFile } from "node:fs/promises";
import type { z } from "zod";
import type { config } from "../core/config/schema.ts";
import type { Ticket } from "../core/ticket.ts";

/**
 * The configuration that a run works by: the one model of the ticket, with the ticket's parameters and seed. Nothing is
 * read from the checkout, so a pull request cannot change how it is trained or judged.
 */
export function configOf(ticket: Ticket): z.input<typeof config> {
  const { params, seed, model } = ticket;
  const named = [
    ticket.config.baseline,
    ...(ticket.config.adopt === undefined ? [] : [ticket.config.adopt.environment]),
  ];
  const environments = Object.fromEntries(named.map((name) => [name, {}]));
  const train = { ...ticket.config.train, params, seeds: [seed] };
  return { version: 1, models: { [model]: { ...ticket.config, train } }, environments };
}

/** Writes that configuration as JSON, which is YAML too. */
export async function writeConfig(ticket: Ticket, path: string): Promise<void> {
  await writeFile(path, `${JSON.stringify(configOf(ticket), null, 2)}\n`, { flag: "wx" });
}
