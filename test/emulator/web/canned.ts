/**
 * GitHub-shaped answers for the pages, hostile text included: titles, branch names, paths and log lines hold markup,
 * and the Markdown answer holds what a careless endpoint would let through.
 */
export const hostile = `<script>alert("x")</script><img src=x onerror='alert(1)'>`;
export const sha = "4f1c09a2b7de4f1c09a2b7de4f1c09a2b7de4f1c";
const base = "b".repeat(40);
const time = "2026-03-01T10:00:00Z";
const later = "2026-03-01T10:05:12Z";
const user = (login: string) => ({ login, id: 1, type: login.endsWith("[bot]") ? "Bot" : "User" });
const git = (message: string) => ({
  message,
  author: { name: "Ada", date: time },
  committer: { name: "Ada", date: time },
});
const commit = { sha, commit: git(`Tune ${hostile}\n\nbody`), author: user("ada"), parents: [{ sha: base }] };
export const repository = {
  id: 1,
  name: "strikes",
  full_name: "acme/strikes",
  owner: user("acme"),
  private: false,
  default_branch: "main",
  description: `Bird strikes ${hostile}`,
  topics: ["ml"],
  permissions: { admin: false, maintain: false, push: true, triage: true, pull: true },
};

export function pull(change: object = {}): object {
  return {
    number: 7,
    title: `Deeper trees ${hostile}`,
    state: "open",
    draft: false,
    body: "Hello **you**",
    user: user("ada"),
    author_association: "OWNER",
    labels: [{ name: hostile }],
    comments: 2,
    commits: 1,
    changed_files: 3,
    created_at: time,
    updated_at: time,
    closed_at: null,
    merged_at: null,
    merged_by: null,
    merge_commit_sha: null,
    mergeable: true,
    mergeable_state: "clean",
    head: { ref: `feature/<b>x`, label: "acme:feature/<b>x", sha, repo: repository },
    base: { ref: "main", label: "acme:main", sha: base, repo: repository },
    ...change,
  };
}

const issue = {
  number: 9,
  title: `Drift ${hostile}`,
  state: "open",
  body: "drift",
  user: user("assay[bot]"),
  labels: [{ name: hostile }, "plain"],
  comments: 1,
  created_at: time,
  author_association: "NONE",
};

const checkRun = {
  id: 11,
  name: `damage "quoted" <i>`,
  status: "completed",
  conclusion: "failure",
  head_sha: sha,
  details_url: "javascript:alert(1)",
  started_at: time,
  completed_at: later,
  app: { name: "Assay" },
  pull_requests: [{ number: 7 }],
  actions: [{ label: `<b>Promote`, description: hostile, identifier: "promote" }],
  output: { title: `Worse ${hostile}`, summary: "| a | b |", text: null, annotations_count: 1 },
};
const running = {
  ...checkRun,
  id: 12,
  name: "assay",
  status: "in_progress",
  conclusion: null,
  completed_at: null,
  details_url: "http://localhost:1/x",
  output: { title: null, summary: null, text: null, annotations_count: 0 },
};
const comment = (id: number, login: string, body: string) => ({
  id,
  body,
  user: user(login),
  author_association: "NONE",
  created_at: time,
  updated_at: id === 101 ? time : later,
  reactions: { "+1": 2, eyes: 1, total_count: 3 },
});
const run = {
  id: 21,
  name: "Assay",
  display_title: `train ${hostile}`,
  run_number: 3,
  run_attempt: 1,
  event: "workflow_dispatch",
  status: "waiting",
  conclusion: null,
  head_branch: "main",
  head_sha: sha,
  path: ".github/workflows/assay.yml",
  created_at: time,
  updated_at: later,
  run_started_at: time,
  actor: user("ada"),
  triggering_actor: user("ada"),
};
const job = {
  id: 31,
  run_id: 21,
  name: `train <b>`,
  status: "completed",
  conclusion: "failure",
  labels: ["self-hosted", "gpu"],
  runner_name: "gpu-1",
  started_at: time,
  completed_at: later,
  steps: [
    {
      number: 1,
      name: `Run ${hostile}`,
      status: "completed",
      conclusion: "success",
      started_at: time,
      completed_at: later,
    },
  ],
};
const log = `2026-03-01T10:00:00.0000000Z \u001b[32mgreen\u001b[0m ${hostile}\n##[group]Setup <b>\n2026-03-01T10:00:01.0000000Z inside\n##[endgroup]\n##[error]boom\n`;
const deployment = {
  id: 41,
  sha,
  ref: "main",
  environment: `staging`,
  description: `damage@v2 ${hostile}`,
  creator: user("assay[bot]"),
  created_at: time,
};
const status = (state: string) => ({
  id: 1,
  state,
  description: hostile,
  environment_url: "http://localhost:1/app",
  log_url: "javascript:alert(2)",
  target_url: "",
  created_at: later,
  creator: user("ada"),
});
const files = [
  {
    filename: `models/<b>.ts`,
    status: "modified",
    additions: 1,
    deletions: 1,
    changes: 2,
    patch: `@@ -1,2 +1,2 @@\n same\n-old ${hostile}\n+new`,
  },
  { filename: "weights.bin", status: "added", additions: 0, deletions: 0, changes: 0 },
  {
    filename: "big.csv",
    status: "added",
    additions: 500,
    deletions: 0,
    changes: 500,
    patch: `@@ -0,0 +1,500 @@\n${"+row\n".repeat(500).trimEnd()}`,
  },
];
const readme = `# Strikes ${hostile}\n`;
const file = (path: string, text: string) => ({
  type: "file",
  name: path,
  path,
  sha: "f1",
  size: text.length,
  encoding: "base64",
  content: Buffer.from(text).toString("base64"),
});

/** Answers by route, without the query. */
export function canned(): Map<string, unknown> {
  const repo = "/repos/acme/strikes";
  const at = `${repo}/commits/${sha}`;
  return new Map<string, unknown>([
    ["/user/repos", [repository]],
    [repo, repository],
    [`${repo}/pulls`, [pull()]],
    [`${repo}/pulls/7`, pull()],
    [`${repo}/pulls/7/commits`, [commit]],
    [`${repo}/pulls/7/files`, files],
    [`${repo}/issues/7/comments`, [comment(101, "assay[bot]", "report"), comment(102, "bea", "/help")]],
    [`${repo}/issues`, [issue]],
    [`${repo}/issues/9`, issue],
    [`${repo}/issues/9/comments`, [comment(104, "bea", "seen")]],
    [`${repo}/branches`, [{ name: "main" }, { name: "feature/x" }]],
    [
      `${repo}/branches/main`,
      {
        name: "main",
        commit: { sha: base },
        protection: { required_status_checks: { contexts: ["assay", "never reported"] } },
      },
    ],
    [`${repo}/commits`, [commit]],
    [at, { ...commit, files }],
    [`${at}/check-runs`, { total_count: 2, check_runs: [checkRun, running] }],
    [
      `${at}/status`,
      {
        state: "success",
        statuses: [
          {
            context: "lint",
            state: "success",
            description: hostile,
            target_url: null,
            created_at: time,
            updated_at: time,
          },
        ],
      },
    ],
    [`${repo}/check-runs/11`, checkRun],
    [
      `${repo}/check-runs/11/annotations`,
      [{ path: `a<b>.ts`, start_line: 3, end_line: 3, annotation_level: "warning", title: hostile, message: hostile }],
    ],
    [`${repo}/actions/runs`, { total_count: 1, workflow_runs: [run] }],
    [`${repo}/actions/runs/21`, run],
    [`${repo}/actions/runs/21/jobs`, { total_count: 1, jobs: [job] }],
    [
      `${repo}/actions/runs/21/artifacts`,
      {
        total_count: 1,
        artifacts: [
          { id: 51, name: `model <b>`, digest: `sha256:${"a".repeat(64)}`, size_in_bytes: 18231, expired: false },
        ],
      },
    ],
    [
      `${repo}/actions/runs/21/pending_deployments`,
      [
        {
          environment: { id: 61, name: "production" },
          wait_timer: 0,
          wait_timer_started_at: null,
          current_user_can_approve: true,
          reviewers: [{ type: "User", reviewer: user("bea") }],
        },
      ],
    ],
    [`${repo}/actions/jobs/31/logs`, log],
    [`${repo}/environments`, { total_count: 2, environments: [{ name: "staging" }, { name: "production" }] }],
    [`${repo}/deployments`, [deployment]],
    [`${repo}/deployments/41/statuses`, [status("success"), status("in_progress")]],
    [
      `${repo}/contents`,
      [
        { type: "dir", name: "models", path: "models" },
        { type: "file", name: "README.md", path: "README.md" },
      ],
    ],
    [`${repo}/contents/README.md`, file("README.md", readme)],
    [`${repo}/contents/models/train.ts`, file("models/train.ts", `const a = "${hostile}";\nexport {};\n`)],
  ]);
}

/** Markdown as a careless endpoint would answer it: the pages must survive that. */
export const careless = `<p>rendered <strong>ok</strong></p><script>alert(3)</script></div></article></main><form action="http://evil"><a href="javascript:alert(4)" onclick="x()" id="merge-button">link</a><img src="http://localhost:1/chart.png" onerror="x()"><table><tr><td>cell`;
