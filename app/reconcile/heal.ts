import type { Event } from "../../core/plan/event.ts";
import { decideSurely } from "../decide.ts";
import { noteHeal } from "../store/heals.ts";
import type { ReconcileOptions } from "./options.ts";

/** Decides about what was found, as if a webhook had brought it, and counts it, under the event's kind unless said otherwise. */
export async function heal(event: Event, options: ReconcileOptions, kind: string = event.kind): Promise<void> {
  if (!(await decideSurely(event, options, "reconciler"))) return;
  await noteHeal(options.store, kind, options.now().toISOString());
  options.wake();
}
