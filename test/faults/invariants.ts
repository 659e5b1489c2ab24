import type { Store } from "../../app/store/open.ts";
import type { Job, Pull } from "../../core/job/state.ts";
import { firstBreak, type LedgerEntry } from "../../core/ledger.ts";
import { fateOf, modelDigest } from "./fate.ts";
import type { Doing } from "./machine.ts";
import { place } from "./place.ts";
import type { World } from "./world.ts";

export type Seen = {
  readonly problems: readonly string[];
  /** What a person sees at the end, line by line, without what differs between any two lives. */
  readonly state: readonly string[];
};

/** What is there at the end, on GitHub and in the App's memory, and what of it must never be. Ends the App. */
export async function inspect(world: World): Promise<Seen> {
  const pulls = await readPulls(world);
  const runs = await readRuns(world);
  const doings = world.doings();
  await world.endApp("SIGTERM");
  const memory = await world.withStore(readMemory);
  const problems = [
    ...pulls.flatMap(problemsOfPull),
    ...problemsOfRuns(runs, doings),
    ...problemsOfDeployments(doings),
    ...memory.problems,
    ...pulls.flatMap((pull) => inspectVerdict(pull, memory)),
  ];
  const state = [...pulls.map(stateOfPull), ...memory.versions];
  return { problems, state };
}

type SeenPull = {
  readonly number: number;
  readonly state: string;
  readonly head: string;
  readonly reports: readonly string[];
  /** Markers of replies, one for each reply. */
  readonly replies: readonly string[];
  readonly checks: readonly {
    readonly sha: string;
    readonly name: string;
    readonly status: string;
    readonly conclusion: string | null;
  }[];
};

async function readPulls({ person }: World): Promise<readonly SeenPull[]> {
  const { data } = await person.pulls.list({
    ...place,
    state: "all",
    per_page: 100,
    sort: "created",
    direction: "asc",
  });
  return Promise.all(
    data.map(async ({ number, state, merged_at, head }): Promise<SeenPull> => {
      const comments = await person.paginate(person.issues.listComments, {
        ...place,
        issue_number: number,
        per_page: 100,
      });
      const ours = comments.filter(({ user }) => user?.login === "assay[bot]").map(({ body }) => body ?? "");
      const commits = await person.paginate(person.pulls.listCommits, { ...place, pull_number: number, per_page: 100 });
      const checks = await Promise.all(
        commits.map(async ({ sha }) => {
          const found = await person.paginate(person.checks.listForRef, { ...place, ref: sha, per_page: 100 });
          return found
            .filter(({ app }) => app?.slug === "assay")
            .map(({ name, status, conclusion }) => ({ sha, name, status, conclusion }));
        }),
      );
      return {
        number,
        state: merged_at === null ? state : "merged",
        head: head.sha,
        reports: ours.filter((body) => body.includes(`<!-- assay:pull:${number} -->`)),
        replies: ours.flatMap((body) => /<!-- assay:reply:\d+:\w+ -->/u.exec(body)?.[0] ?? []),
        checks: checks.flat(),
      };
    }),
  );
}

function problemsOfPull({ number, reports, replies, checks }: SeenPull): readonly string[] {
  const names = checks.map(({ sha, name }) => `${sha.slice(0, 7)} ${name}`);
  return [
    ...(reports.length > 1 ? [`#${number} has ${reports.length} reports`] : []),
    ...repeated(replies).map((marker) => `#${number} was told ${marker} more than once`),
    ...repeated(names).map((name) => `#${number} has two checks ${name}`),
    ...checks
      .filter(({ status }) => status !== "completed")
      .map(({ sha, name, status }) => `#${number}: the check ${name} of ${sha.slice(0, 7)} is ${status}`),
  ];
}

export type SeenRun = { readonly title: string; readonly status: string | null };

async function readRuns({ person }: World): Promise<readonly SeenRun[]> {
  const runs = await person.paginate(person.actions.listWorkflowRunsForRepo, { ...place, per_page: 100 });
  return runs.map(({ display_title, status }) => ({ title: display_title, status }));
}

/** Of runs, each of which has a nonce of its own in its title, and of what machines did for them. */
export function problemsOfRuns(runs: readonly SeenRun[], doings: readonly Doing[]): readonly string[] {
  return [
    ...repeated(runs.map(({ title }) => title)).map((title) => `${title} was dispatched more than once`),
    ...repeated(doings.map(({ nonce }) => nonce)).map((nonce) => `the run ${nonce} was worked on more than once`),
    ...runs.filter(({ status }) => status !== "completed").map(({ title, status }) => `${title} is ${status}`),
  ];
}

/** A model has passed when its evaluation did, whatever the App says of it. */
export function problemsOfDeployments(doings: readonly Doing[]): readonly string[] {
  const passed = new Set(
    doings
      .filter(({ stage, fingerprint }) => stage === "evaluate" && fateOf(fingerprint) === "passes")
      .map(({ fingerprint }) => modelDigest(fingerprint)),
  );
  const deployed = doings.filter(({ stage }) => stage === "deploy");
  return [
    ...repeated(deployed.map(({ version, environment }) => `${version} to ${environment}`)).map(
      (what) => `${what} was deployed more than once`,
    ),
    ...deployed
      .filter(({ digest }) => digest === null || !passed.has(digest))
      .map(({ version, environment }) => `${version} was deployed to ${environment} and has not passed`),
  ];
}

type Memory = {
  readonly problems: readonly string[];
  readonly versions: readonly string[];
  readonly pulls: readonly Pull[];
  /** Oldest first. */
  readonly jobs: readonly Job[];
};

async function readMemory(store: Store): Promise<Memory> {
  const left: string[] = [];
  const open = ["pending", "dead"] as const;
  for (const row of await store.selectFrom("deliveries").selectAll().where("state", "in", open).execute())
    left.push(`the delivery ${row.name} is ${row.state}: ${row.error}`);
  for (const row of await store.selectFrom("effects").selectAll().where("state", "in", open).execute())
    left.push(`the effect ${row.key} is ${row.state}: ${row.error}`);
  const rows = await store.selectFrom("ledger").selectAll().orderBy("repository_id").orderBy("seq").execute();
  for (const [repositoryId, lines] of Map.groupBy(rows, (row) => row.repository_id)) {
    const entries = lines.map(
      ({ at, decision, previous, hash }): LedgerEntry => ({ ...decision, repositoryId, at, previous, hash }),
    );
    if (firstBreak(entries) !== null) left.push(`the ledger of repository ${repositoryId} is broken`);
  }
  const promotions = await store.selectFrom("promotions").select("document").orderBy("seq").execute();
  const versions = await store.selectFrom("versions").select("document").orderBy("number").execute();
  return {
    problems: left,
    versions: [
      ...versions.map(({ document }) => `${document.model}@v${document.number} is ${document.digest.slice(0, 15)}`),
      ...promotions
        .map(({ document }) => `${document.model}@v${document.version} in ${document.environment}: ${document.state}`)
        .toSorted(),
    ],
    pulls: (await store.selectFrom("pulls").select("document").execute()).map(({ document }) => document),
    jobs: (await store.selectFrom("jobs").select("document").orderBy("seq").execute()).map(({ document }) => document),
  };
}

/** What the newest job of the head, or of what was merged, must have come to, and whether comment and check say so. */
function inspectVerdict(pull: SeenPull, memory: Memory): readonly string[] {
  const jobs = memory.jobs.filter((job) => job.pull === pull.number);
  const problems: string[] = [];
  if (jobs.length > 0 && pull.reports.length === 0) problems.push(`#${pull.number} has no report`);
  const remembered = memory.pulls.find(({ number }) => number === pull.number);
  if (remembered !== undefined && remembered.head !== pull.head)
    problems.push(
      `#${pull.number}: the head is ${pull.head.slice(0, 7)}, remembered is ${remembered.head.slice(0, 7)}`,
    );
  const last = pull.state === "merged" ? jobs.at(-1) : jobs.findLast((job) => job.commit === pull.head);
  if (last === undefined || last.phase === "cancelled") return problems;
  const fate = fateOf(last.fingerprint);
  const came = last.phase === "judged" ? last.verdict : last.phase;
  const expected = { training_fails: "failed", evaluation_fails: "fail", passes: "pass" }[fate];
  if (came !== expected)
    problems.push(`#${pull.number}: came to ${came} instead of ${expected} (${last.fault?.message})`);
  const conclusion = pull.checks.find(({ sha, name }) => sha === pull.head && name === "assay")?.conclusion;
  if ((conclusion === "success") !== (fate === "passes"))
    problems.push(`#${pull.number}: the check says ${conclusion}, the job came to ${came}`);
  const said = headline(pull.reports[0] ?? "");
  if (pull.reports.length > 0 && !verdictWords[fate].test(said))
    problems.push(`#${pull.number}: the report says "${said}", the job came to ${came}`);
  return problems;
}

const verdictWords = {
  training_fails: /fail|ended before/iu,
  evaluation_fails: /(?<!not )worse|verdict is fail/iu,
  passes: /not worse|better|pass|in staging/iu,
} as const;

/** The first sentence that a person reads, without what names a commit. */
function headline(report: string): string {
  const line = report.split("\n").find((one) => one.trim() !== "" && !one.startsWith("<!--")) ?? "";
  return line.replaceAll(/https?:\/\/[^\s)]+/gu, "URL").replaceAll(/\b[0-9a-f]{7,40}\b/gu, "SHA");
}

function stateOfPull({ number, state, head, reports, replies, checks }: SeenPull): string {
  const ends = checks.filter(({ sha }) => sha === head).map(({ name, conclusion }) => `${name}=${conclusion}`);
  const answers = replies.map((marker) => marker.replace(/\d+/u, "")).toSorted();
  return [`#${number} ${state}`, ...reports.map(headline), ...ends.toSorted(), ...answers].join(" | ");
}

/** Each name that occurs twice or more. */
function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
