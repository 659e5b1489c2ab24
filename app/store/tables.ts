import type { Generated, JSONColumnType } from "kysely";
import type { Job, Promotion, Pull, Version } from "../../core/job/state.ts";
import type { Decision } from "../../core/ledger.ts";
import type { Effect } from "../../core/plan/effect.ts";

/** Rows hold what plan reads and writes as JSON documents; columns beside them are for finding rows, never for truth. */
export type Tables = {
  deliveries: {
    seq: Generated<number>;
    id: string;
    name: string;
    payload: JSONColumnType<object>;
    /** Of a delivery that was known to mean nothing when it came: what was sent, gzip, in the place of the payload. */
    body: Generated<Uint8Array | null>;
    state: "pending" | "done" | "dead";
    attempts: Generated<number>;
    not_before: string;
    error: string | null;
    received_at: string;
    done_at: string | null;
    /** Deliveries of one lane are worked on one after the other; null: of every lane its own. */
    lane: Generated<string | null>;
    leased_by: Generated<string | null>;
    /** By the clock of the database: those of replicas may differ. */
    leased_until: Generated<Date | null>;
    /** The payload was dropped; the row stays, so that the same delivery changes nothing. */
    emptied: Generated<boolean>;
  };
  pulls: { repository_id: number; number: number; document: JSONColumnType<Pull>; revision: Generated<number> };
  jobs: {
    seq: Generated<number>;
    id: string;
    repository_id: number;
    pull: number;
    fingerprint: string;
    trained: boolean;
    document: JSONColumnType<Job>;
    revision: Generated<number>;
  };
  /** Who a workflow run belongs to, by the nonce in its name and, once known, by its id. */
  runs: { nonce: string; repository_id: number; pull: number; run_id: number | null; url: string | null };
  versions: { repository_id: number; model: string; number: number; document: JSONColumnType<Version> };
  promotions: {
    seq: Generated<number>;
    id: string;
    repository_id: number;
    document: JSONColumnType<Promotion>;
    revision: Generated<number>;
  };
  effects: {
    seq: Generated<number>;
    key: string;
    installation_id: number;
    repository_id: number;
    repository: string;
    default_branch: string;
    body: JSONColumnType<Effect>;
    state: "pending" | "done" | "dead" | "replaced";
    attempts: Generated<number>;
    not_before: string;
    error: string | null;
    created_at: string;
    done_at: string | null;
    lane: Generated<string | null>;
    /** An older wish for the same thing was tried, and may have left something behind. */
    tried: Generated<boolean>;
    /** What matters most has the smallest. */
    priority: Generated<number>;
    leased_by: Generated<string | null>;
    leased_until: Generated<Date | null>;
  };
  /** What writes to GitHub cost an installation, for as long as GitHub counts them. */
  spending: { installation_id: number; at: Generated<Date>; points: number; creations: number };
  /** Installations that GitHub asked to wait. */
  pauses: { installation_id: number; until: Date };
  /** What was acted on once and must not be again, however often it is reported. */
  acts: { repository_id: number; key: string; at: string };
  /** Ids that GitHub gave to what effects made, a digest of the content last written, by which effect and when. */
  externals: {
    repository_id: number;
    key: string;
    id: number;
    content: string;
    generation: Generated<number>;
    written_at: string | null;
  };
  ledger: {
    seq: Generated<number>;
    repository_id: number;
    at: string;
    decision: JSONColumnType<Decision>;
    previous: string;
    hash: string;
  };
  keys: { kid: string; jwk: JSONColumnType<object>; created_at: string };
  /** The App that the store belongs to: one row at most. */
  owner: { single: Generated<boolean>; app_id: number; noted_at: Generated<Date> };
  charts: { token: string; svg: string; png: Uint8Array; created_at: string; used_on: Generated<Date> };
  /** Who does what only one process may do at a time; by the clock of the database. */
  leads: { name: string; owner: string; until: Date };
  /** How far something has been read. */
  cursors: { name: string; value: JSONColumnType<object>; updated_at: Generated<Date> };
  /** What was found to differ from GitHub and set right, by kind. */
  heals: { kind: string; count: number; last_at: string };
  /** Deliveries that did not arrive and are to be asked for again. */
  missed: {
    guid: string;
    delivery_id: number;
    attempts: Generated<number>;
    not_before: string;
    found_at: Generated<Date>;
  };
  /** Repositories that something was decided about, and when they were last compared with GitHub. */
  repositories: {
    id: number;
    installation_id: number;
    full_name: string;
    default_branch: string;
    seen_at: Generated<Date>;
    pulls_checked_at: Generated<Date | null>;
    runs_checked_at: Generated<Date | null>;
  };
};
