import { AssayError } from "../../core/fault.ts";
import type { Work } from "../stage.ts";

/** What this job has of an evaluation: all of it, one part of the predictions, or what all parts come to. */
export type Share =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly shard: number; readonly of: number }
  | { readonly kind: "merge"; readonly of: number };

/** The share by the signed configuration and the input `shard`. Throws AssayError when the two do not fit. */
export function chooseShare({ world, ticket }: Work): Share {
  const { shards: of, role } = ticket.config.evaluate;
  const given = world.inputs.shard;
  if (of > 1 && role === "sealed")
    throw new AssayError({
      reason: "config_invalid",
      message: "predictions of sealed data must not leave their machine, so evaluate.shards must be 1",
    });
  if (given === null) return of === 1 ? { kind: "whole" } : { kind: "merge", of };
  const shard = Number(given);
  if (of === 1 || !(Number.isInteger(shard) && shard >= 1 && shard <= of)) {
    const message = `the input shard is ${JSON.stringify(given.slice(0, 20))}, the ticket shares the evaluation out to ${of}`;
    throw new AssayError({ reason: "ticket_invalid", message });
  }
  return { kind: "part", shard, of };
}
