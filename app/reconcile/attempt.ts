import type { ReconcileOptions } from "./options.ts";

/** Does one part of a round. What goes wrong with it does not keep the others from their turn. */
export async function attempt(what: string, { log }: ReconcileOptions, part: () => Promise<void>): Promise<void> {
  try {
    await part();
  } catch (error) {
    log.warn(
      { err: error, part: what },
      "GitHub could not be compared with what is remembered; it is asked again later",
    );
  }
}
