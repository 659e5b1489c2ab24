import type { Client } from "../../github/octokit.ts";
import type { KnownRepository } from "../store/repositories.ts";

/** A repository, and how to ask GitHub about it. */
export type Place = KnownRepository & { readonly client: Client };
