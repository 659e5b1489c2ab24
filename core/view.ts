import type { GatePlace } from "./config/parse.ts";
import type { ConfigChange } from "./config-change/change.ts";
import type { Fault } from "./fault.ts";
import type { Report, Verdict } from "./report.ts";

/**
 * What a reader of a pull request is shown, as data: made by plan, rendered by report/. Nothing in here is Markdown;
 * every string may be hostile and is escaped where it is placed.
 */
export type Phase = "queued" | "training" | "evaluating" | "judged" | "failed" | "cancelled";

export type RunLink = { readonly stage: "train" | "evaluate" | "deploy"; readonly url: string };

export type ModelView = {
  readonly model: string;
  readonly phase: Phase;
  /** The commit this result is about. */
  readonly commit: string;
  readonly tree: string;
  readonly fingerprint: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  /** Parameters that a command changed from their configured value. */
  readonly overridden: readonly string[];
  readonly verdict: Verdict | null;
  readonly report: Report | null;
  /** Where its gates stand in `.github/assay.yml` at the commit. */
  readonly gatePlaces: readonly GatePlace[];
  readonly fault: Fault | null;
  readonly runs: readonly RunLink[];
  /** Set when training was not run again because all its inputs were equal. */
  readonly reusedFrom: { readonly url: string; readonly commit: string } | null;
  /** While it trains: how far it is, and when it will have ended if it goes on like this. */
  readonly progress: { readonly step: number; readonly of: number; readonly remainingSeconds: number | null } | null;
  /** How long its runs waited for a machine; null while none has begun. */
  readonly queueSeconds: number | null;
  /** The machine that trained, as its runner named it. */
  readonly machine: { readonly cpu: string; readonly gpu: string | null } | null;
  readonly trainSeconds: number | null;
  readonly evaluateSeconds: number | null;
  readonly learningCurve: readonly {
    readonly step: number;
    readonly of: number;
    readonly metrics: Readonly<Record<string, number>>;
  }[];
  /** What it is compared with; `distance` from there to the commit of this result, where it is known. */
  readonly baseline: {
    readonly version: string;
    readonly environment: string;
    readonly commit: string | null;
    readonly distance: { readonly ahead: number; readonly behind: number } | null;
  } | null;
  /** Versions of the model and what they measured, oldest first, the newest twenty. */
  readonly history: readonly VersionView[];
  /** The learning curve of the baseline's training; empty where it is not known. */
  readonly baselineCurve: ModelView["learningCurve"];
  /** The result of an older commit, shown folded while this one is not finished. */
  readonly previous: { readonly commit: string; readonly verdict: Verdict; readonly report: Report } | null;
};

export type VersionView = {
  readonly version: string;
  /** ISO 8601 */
  readonly at: string;
  readonly data: { readonly digest: string; readonly rows: number };
  readonly metrics: readonly {
    readonly id: string;
    readonly definition: string;
    readonly value: number;
    readonly interval: readonly [number, number] | null;
  }[];
};

export type DeploymentView = {
  readonly environment: string;
  readonly version: string;
  readonly state: "waiting" | "deploying" | "deployed" | "failed" | "rejected" | "superseded";
  readonly url: string | null;
};

export type PullView = {
  readonly repository: string;
  readonly number: number;
  readonly state: "open" | "closed" | "merged";
  readonly head: string;
  /** Failures first, then by name. */
  readonly models: readonly ModelView[];
  /** What a configuration that it brings would mean; null: it brings none. */
  readonly configChange: ConfigChange | null;
  /** Versions registered from this pull request, after its merge, with where they are. */
  readonly versions: readonly { readonly version: string; readonly deployments: readonly DeploymentView[] }[];
  /** Why nothing was promoted although the pull request was merged, and the like. */
  readonly notes: readonly Fault[];
};
