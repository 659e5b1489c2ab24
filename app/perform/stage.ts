import type { Logger } from "pino";
import type { Client } from "../../github/octokit.ts";
import type { Signer } from "../keys.ts";
import type { Store } from "../store/open.ts";

/** What performing needs besides the effect itself. */
export type Stage = {
  readonly store: Store;
  readonly client: Client;
  readonly signer: Signer;
  /** Where GitHub and browsers reach us; null: nowhere. */
  readonly publicUrl: string | null;
  /** Our login as GitHub shows it, `assay[bot]`. */
  readonly login: string;
  readonly now: () => Date;
  /** Awaited right before something is made at GitHub that must not be made twice; throws when it is somebody else's turn. */
  readonly mayMake: () => Promise<void>;
  readonly log: Logger;
};
