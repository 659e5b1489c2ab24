import type { Actor } from "../auth/actor.ts";
import { isExempt, protectionOf, unmet } from "../state/protection.ts";
import type { Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";

/** What a push asks for; `sideBand` where the client takes messages beside the report. */
export type PushCommands = {
  readonly updates: readonly { readonly ref: string; readonly sha: string }[];
  readonly sideBand: boolean;
};
type Refused = { readonly ref: string; readonly why: string };

const deletion = "0".repeat(40);

/** The commands before the pack in a push (gitprotocol-pack, "Reference Update Request"); none in a probe. */
export function readCommands(body: Buffer): PushCommands {
  const updates: { ref: string; sha: string }[] = [];
  let sideBand = false;
  for (let at = 0; at + 4 <= body.length; ) {
    const length = Number.parseInt(body.toString("latin1", at, at + 4), 16);
    // A flush packet ends the commands, and what is no packet is git's to refuse.
    if (!(length > 4)) break;
    const [command = "", capabilities = ""] = body.toString("utf8", at + 4, at + length).split("\0");
    const [, sha, ref] = /^[0-9a-f]{40} ([0-9a-f]{40}) (\S+)\s*$/u.exec(command) ?? [];
    if (sha !== undefined && ref !== undefined) updates.push({ ref, sha });
    sideBand ||= /\bside-band-64k\b/u.test(capabilities);
    at += length;
  }
  return { updates, sideBand };
}

/** The updates that the protection of their branches does not allow, each with GitHub's reason. */
export function refusedCommands(
  world: World,
  repository: Repository,
  actor: Actor,
  { updates }: PushCommands,
): readonly Refused[] {
  return updates.flatMap(({ ref, sha }) => {
    const branch = /^refs\/heads\/(.+)$/u.exec(ref)?.[1];
    const protection = branch === undefined ? null : protectionOf(repository, branch);
    if (protection === null || isExempt(actor, repository, protection)) return [];
    const why = sha === deletion ? "Cannot delete this protected branch" : unmet(world, repository, protection, sha);
    return why === null ? [] : [{ ref, why }];
  });
}

/** The report of a push of which nothing was taken: as with one branch that a hook declines, but for the whole push. */
export function refusal({ updates, sideBand }: PushCommands, refused: readonly Refused[]): Buffer {
  const lines = updates.map(({ ref }) =>
    refused.some((one) => one.ref === ref) ? `ng ${ref} protected branch hook declined\n` : `ng ${ref} not taken\n`,
  );
  const report = Buffer.concat([packet("unpack ok\n"), ...lines.map(packet), flush]);
  if (!sideBand) return report;
  const told = refused.map(
    ({ ref, why }) => `error: GH006: Protected branch update failed for ${ref}.\nerror: ${why}\n`,
  );
  return Buffer.concat([...told.map((text) => packet(`\u0002${text}`)), packet(["\u0001", report]), flush]);
}

const flush = Buffer.from("0000");

function packet(content: string | readonly [string, Buffer]): Buffer {
  const data =
    typeof content === "string" ? Buffer.from(content) : Buffer.concat([Buffer.from(content[0]), content[1]]);
  return Buffer.concat([Buffer.from((data.length + 4).toString(16).padStart(4, "0")), data]);
}
