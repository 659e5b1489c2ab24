import { createHash } from "node:crypto";
import { type External, type PendingEffect, readExternal, writeExternal } from "../store/outbox.ts";
import type { Stage } from "./stage.ts";

/** What an earlier effect with the same key made on GitHub, and a digest of what it wrote there. */
export async function known(pending: PendingEffect, stage: Stage): Promise<External | null> {
  return readExternal(stage.store, pending.repository.id, pending.key);
}

export async function remember(
  pending: PendingEffect,
  stage: Stage,
  made: { readonly id: number; readonly content: string },
): Promise<void> {
  const external = { ...made, generation: pending.seq, writtenAt: stage.now().toISOString() };
  await writeExternal(stage.store, pending.repository.id, pending.key, external);
}

/** A newer wish for the same thing has been fulfilled already: this one is history. */
export function isOutdated(pending: PendingEffect, external: External | null): boolean {
  return external !== null && external.generation > pending.seq;
}

export function contentDigest(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}
