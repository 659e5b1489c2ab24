import { Octokit } from "@octokit/rest";
import nock from "nock";
import type { Client } from "../../github/octokit.ts";

const api = "https://api.github.com";

/** A client of a real Octokit, whose requests only nock answers; no request leaves the machine. */
export const client: Client = {
  octokit: new Octokit({ auth: "token", log: { debug() {}, info() {}, warn() {}, error() {} } }),
  owner: "acme",
  repo: "birds",
};

/** Where the test says what GitHub answers; paths are below the repository. */
export function github(): nock.Scope {
  nock.disableNetConnect();
  return nock(`${api}/repos/acme/birds`);
}

/** After each test: every announced answer was asked for, and nothing is left for the next. */
export function assertAllAsked(): void {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  if (pending.length > 0) throw new Error(`never asked for: ${pending.join(", ")}`);
}
