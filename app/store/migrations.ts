import { sql } from "kysely";
import type { Migration } from "kysely/migration";

/** One migration from its SQL statements. */
function statements(...texts: readonly string[]): Migration {
  return {
    up: async (db) => {
      for (const text of texts) await sql.raw(text).execute(db);
    },
  };
}

/** Forward only: a migration that has run anywhere is never edited, a new one is added. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-loop": statements(
    `create table deliveries (
      seq bigserial not null unique, id text primary key, name text not null, payload jsonb not null, state text not null,
      attempts integer not null default 0, not_before text not null, error text, received_at text not null, done_at text)`,
    `create index deliveries_pending on deliveries (state, seq)`,
    `create table pulls (
      repository_id bigint not null, number integer not null, document jsonb not null, revision integer not null default 1,
      primary key (repository_id, number))`,
    `create table jobs (
      seq bigserial not null unique, id text primary key, repository_id bigint not null, pull integer not null,
      fingerprint text not null, trained boolean not null, document jsonb not null, revision integer not null default 1)`,
    `create index jobs_of_pull on jobs (repository_id, pull)`,
    `create index jobs_by_fingerprint on jobs (repository_id, fingerprint)`,
    `create table runs (
      nonce text primary key, repository_id bigint not null, pull integer not null, run_id bigint, url text)`,
    `create index runs_by_id on runs (repository_id, run_id)`,
    `create table versions (
      repository_id bigint not null, model text not null, number integer not null, document jsonb not null,
      primary key (repository_id, model, number))`,
    `create table promotions (
      seq bigserial not null unique, id text not null, repository_id bigint not null, document jsonb not null,
      revision integer not null default 1, primary key (repository_id, id))`,
    `create table effects (
      seq bigserial primary key, key text not null, installation_id bigint not null, repository_id bigint not null,
      repository text not null, default_branch text not null, body jsonb not null, state text not null,
      attempts integer not null default 0, not_before text not null, error text, created_at text not null, done_at text)`,
    `create index effects_pending on effects (state, repository_id, seq)`,
    `create table externals (
      repository_id bigint not null, key text not null, id bigint not null, content text not null,
      primary key (repository_id, key))`,
    `create table ledger (
      seq bigserial primary key, repository_id bigint not null, at text not null, decision jsonb not null,
      previous text not null, hash text not null, unique (repository_id, previous))`,
    `create table keys (kid text primary key, jwk jsonb not null, created_at text not null)`,
    `create table charts (token text primary key, svg text not null, png bytea not null, created_at text not null)`,
  ),
  "0002-generations": statements(
    `alter table externals add column generation bigint not null default 0, add column written_at text`,
  ),
  // A replica of before, which knows no leases, works on the oldest row whoever holds it: stop it before starting two.
  "0003-leases": statements(
    `alter table deliveries add column lane text, add column leased_by text, add column leased_until timestamptz`,
    `create index deliveries_in_lane on deliveries (lane, seq) where state = 'pending'`,
    `create index deliveries_due on deliveries (not_before, seq) where state = 'pending'`,
    `alter table effects add column lane text, add column priority integer not null default 5,
      add column leased_by text, add column leased_until timestamptz`,
    `create index effects_in_lane on effects (lane, seq) where state in ('pending', 'replaced')`,
    `create index effects_by_key on effects (key)`,
    `create index effects_due on effects (priority, seq) where state = 'pending'`,
    `create table spending (
      installation_id bigint not null, at timestamptz not null default now(), points integer not null, creations integer not null)`,
    `create index spending_by_time on spending (installation_id, at)`,
    `create table pauses (installation_id bigint primary key, until timestamptz not null)`,
    `create table acts (repository_id bigint not null, key text not null, at text not null, primary key (repository_id, key))`,
  ),
  "0004-reconcile": statements(
    `create table leads (name text primary key, owner text not null, until timestamptz not null)`,
    `create table cursors (name text primary key, value jsonb not null, updated_at timestamptz not null default now())`,
    `create table heals (kind text primary key, count bigint not null, last_at text not null)`,
    `create table missed (
      guid text primary key, delivery_id bigint not null, attempts integer not null default 0, not_before text not null,
      found_at timestamptz not null default now())`,
    `create table repositories (
      id bigint primary key, installation_id bigint not null, full_name text not null, default_branch text not null,
      seen_at timestamptz not null default now(), pulls_checked_at timestamptz, runs_checked_at timestamptz)`,
    `insert into repositories (id, installation_id, full_name, default_branch)
      select distinct on (repository_id) repository_id, installation_id, repository, default_branch
      from effects order by repository_id, seq desc`,
    `create index jobs_open on jobs (repository_id, seq) where document->>'phase' in ('training', 'evaluating')`,
    `create index promotions_open on promotions (repository_id, seq) where document->>'state' in ('waiting', 'deploying')`,
    `create index effects_newest on effects (repository_id, key, seq)`,
    `create index effects_ended on effects (done_at) where state in ('done', 'replaced')`,
    `create index effects_dead on effects (not_before) where state = 'dead'`,
    `alter table deliveries add column emptied boolean not null default false`,
    `create index deliveries_ended on deliveries (done_at) where state = 'done' and not emptied`,
    `create index deliveries_by_time on deliveries (received_at)`,
    `create index acts_by_time on acts (at)`,
    `alter table charts add column used_on date not null default current_date`,
    `create index charts_by_use on charts (used_on)`,
  ),
  "0005-next-delivery": statements(
    `create index deliveries_next on deliveries ((seq + 0)) where state = 'pending'`,
    `drop index deliveries_due`,
  ),
  "0006-tried": statements(`alter table effects add column tried boolean not null default false`),
  // Of what is done when it is kept: a replica of before never asks for such a row. Compressed before it is sent here.
  "0007-body": statements(
    `alter table deliveries add column body bytea`,
    `alter table deliveries alter column body set storage external`,
  ),
  // One row at most. A replica of before neither reads nor writes it.
  "0008-owner": statements(
    `create table owner (
      single boolean primary key default true check (single), app_id bigint not null, noted_at timestamptz not null default now())`,
  ),
};
