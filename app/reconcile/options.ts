import type { Client } from "../../github/octokit.ts";
import type { WorkerOptions } from "../worker.ts";

export type ReconcileOptions = WorkerOptions & {
  /** With the App's own token. */
  readonly appOctokit: () => Promise<Client["octokit"]>;
  /** Something may be due for the worker. */
  readonly wake: () => void;
  readonly everyMs: number;
  /** What happened more recently may still be told by its webhook. */
  readonly graceMs: number;
};
