import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from "jose";
import { z } from "zod";
import type { Fault } from "../core/fault.ts";
import { type Ticket, ticketAlgorithm, ticketAudience, ticket as ticketSchema } from "../core/ticket.ts";
import type { World } from "./world.ts";

export type Verified = { readonly ok: true; readonly ticket: Ticket } | { readonly ok: false; readonly fault: Fault };

type Presented = Pick<World, "stage" | "inputs" | "repository" | "run" | "now">;

/** How far the clocks of the App and of a runner may be apart. */
const clockToleranceSeconds = 60;

/** Checks a ticket against the App's keys and against the run it was presented in: nothing else may happen before. */
export async function verifyTicket(presented: Presented): Promise<Verified> {
  const keys = readKeys(presented.inputs.jwks);
  if (keys === null) return invalid("the input jwks is not a JSON Web Key Set; is the variable ASSAY_JWKS set?");

  let claims: Readonly<Record<string, unknown>>;
  try {
    const { payload } = await jwtVerify(presented.inputs.ticket, createLocalJWKSet(keys), {
      algorithms: [ticketAlgorithm],
      audience: ticketAudience,
      currentDate: presented.now,
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ["iss", "jti", "iat", "exp"],
    });
    claims = payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) return refused("ticket_expired", "the ticket has expired");
    return invalid(error instanceof errors.JOSEError ? `${error.code}: ${error.message}` : "the ticket is unreadable");
  }

  const { aud: _audience, ...rest } = claims;
  const parsed = ticketSchema.safeParse(rest);
  if (!parsed.success)
    return invalid(`the ticket's claims are not those of a ticket: ${z.prettifyError(parsed.error)}`);
  const mismatch = mismatchOf(parsed.data, presented);
  return mismatch === null ? { ok: true, ticket: parsed.data } : invalid(mismatch);
}

/** What in the ticket does not fit this run, or null. */
function mismatchOf(ticket: Ticket, { stage, inputs, repository, run }: Presented): string | null {
  const fullName = `${repository.owner}/${repository.name}`;
  const defaultRef = `refs/heads/${run.defaultBranch}`;
  if (ticket.stage !== stage) return `the ticket is for the stage ${ticket.stage}, this is ${stage}`;
  if (ticket.jti !== inputs.nonce) return "the ticket is for another run: its nonce is not the input nonce";
  // By the id, which GitHub gives once and never again: a name is changed by a rename, and may then be anybody's.
  if (ticket.repository.id !== repository.id)
    return `the ticket is for the repository ${ticket.repository.fullName} (${ticket.repository.id})`;
  if (run.event !== "workflow_dispatch") return `the run was started by ${run.event}, not by workflow_dispatch`;
  if (run.ref !== defaultRef) return `the run is on ${run.ref}, not on the default branch ${run.defaultBranch}`;
  // A run that was started before a rename may still state the name that its repository had, as its ticket does.
  const isOwn = [fullName, ticket.repository.fullName].some((of) =>
    run.workflowRef.startsWith(`${of}/.github/workflows/`),
  );
  if (run.workflowRef.split("@").at(-1) !== defaultRef || !isOwn) {
    return `the workflow is ${run.workflowRef}, not one of this repository's default branch`;
  }
  if (stage === "deploy" && (ticket.environment === null || ticket.environment !== inputs.environment)) {
    return `the ticket is for the environment ${ticket.environment ?? "(none)"}, the run for ${inputs.environment ?? "(none)"}`;
  }
  return null;
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

function readKeys(text: string): JSONWebKeySet | null {
  try {
    return keySet.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function invalid(message: string): Verified {
  return refused("ticket_invalid", message);
}

function refused(reason: "ticket_invalid" | "ticket_expired", message: string): Verified {
  return { ok: false, fault: { reason, message } };
}
