import { getOctokit } from "@actions/github";
import { defaults } from "@actions/github/lib/utils";
import { fetchWhole } from "../github/fetch-whole.ts";

export type Octokit = ReturnType<typeof getOctokit>;

const patience = { silentMs: 30_000, wholeMs: 300_000 } as const;

const proxied: typeof fetch = defaults.request?.fetch ?? fetch;

/** A client with the runner's address of GitHub and its proxy. An answer that breaks off fails, and is no empty list. */
export function octokitFor(token: string): Octokit {
  return getOctokit(token, { request: { ...defaults.request, fetch: fetchWhole(proxied, patience) } });
}
