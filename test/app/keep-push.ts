import assert from "node:assert/strict";
import { keep } from "../../app/store/keep.ts";
import { laneOf } from "../../app/store/memory.ts";
import type { Store } from "../../app/store/open.ts";

/**
 * Keeps a push to the default branch, which makes an App look for a configuration and publish its keys. The delivery's id is
 * the commit; `skewMs` is how far the clock of the process that keeps it is ahead.
 */
export async function keepPush(store: Store, repository: number, commit: string, skewMs = 0): Promise<void> {
  const payload = {
    ref: "refs/heads/main",
    after: commit,
    installation: { id: repository },
    repository: { id: repository, full_name: `acme/repository-${repository}`, default_branch: "main" },
  };
  const delivery = { id: commit, name: "push", payload, lane: laneOf(repository, null) };
  assert.equal(await keep(store, delivery, new Date(Date.now() + skewMs).toISOString()), true);
}
