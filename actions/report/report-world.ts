import { z } from "zod";
import type { actionIo } from "../io.ts";

/** When the step fails: at a failed gate, at anything less than a pass, or at bad input only. */
const failOn = z.enum(["fail", "inconclusive", "never"]);
export type FailOn = z.infer<typeof failOn>;

/** Which run a comment speaks for: a later run has a greater id, a repeated one a greater attempt. */
export type Generation = { readonly runId: number; readonly attempt: number; readonly head: string };

/** The outside world of the report action, read once by its entry file. */
export type ReportWorld = {
  /** Paths or globs, relative to the workspace. */
  readonly patterns: readonly string[];
  readonly failOn: FailOn;
  readonly comment: boolean;
  readonly key: string;
  readonly token: string;
  readonly repository: { readonly owner: string; readonly name: string };
  readonly runUrl: string;
  readonly runId: number;
  readonly attempt: number;
  /** The commit that the reports are about. */
  readonly commit: string;
  /** The pull request this run is for; null when the event is about none. */
  readonly pull: { readonly number: number; readonly isFork: boolean } | null;
  readonly workspace: string;
  readonly hasSummary: boolean;
};

const variables = z.object({
  GITHUB_REPOSITORY: z.string().regex(/^[^/\s]+\/[^/\s]+$/),
  GITHUB_RUN_ID: z.coerce.number().int().positive(),
  GITHUB_RUN_ATTEMPT: z.coerce.number().int().positive().default(1),
  GITHUB_SERVER_URL: z.url(),
  GITHUB_SHA: z.string().regex(/^[0-9a-f]{40,64}$/),
  GITHUB_WORKSPACE: z.string().min(1),
  GITHUB_STEP_SUMMARY: z.string().default(""),
});

/** Of pull_request and its relatives; other events have none. */
const eventPayload = z.object({
  pull_request: z
    .object({
      number: z.int().positive(),
      head: z.object({
        sha: z.string().regex(/^[0-9a-f]{40,64}$/),
        repo: z.object({ full_name: z.string() }).nullish(),
      }),
    })
    .optional(),
});

const given = z.object({
  report: z.string().transform((text) => text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]))),
  "fail-on": failOn,
  comment: z.enum(["true", "false"]),
  key: z.string().max(1_000),
  token: z.string().min(1, "a token is needed"),
});

type Outside = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly payload: unknown;
  readonly input: (name: keyof (typeof actionIo)["report"]["inputs"]) => string;
};

type Read = { readonly ok: true; readonly value: ReportWorld } | { readonly ok: false; readonly message: string };

/** Narrows a runner's environment, event and inputs; names the input that is wrong. */
export function readReportWorld({ environment, payload, input }: Outside): Read {
  const inputs = given.safeParse({
    report: input("report"),
    "fail-on": input("fail-on"),
    comment: input("comment"),
    key: input("key"),
    token: input("token"),
  });
  if (!inputs.success) {
    const [issue] = inputs.error.issues;
    return { ok: false, message: `bad_usage: input ${issue?.path.join(".")}: ${issue?.message}` };
  }
  const runner = variables.parse(environment);
  const { pull_request: pull } = eventPayload.parse(payload);
  const [owner = "", name = ""] = runner.GITHUB_REPOSITORY.split("/");
  const server = runner.GITHUB_SERVER_URL.replace(/\/+$/, "");
  const value: ReportWorld = {
    patterns: inputs.data.report,
    failOn: inputs.data["fail-on"],
    comment: inputs.data.comment === "true",
    key: inputs.data.key,
    token: inputs.data.token,
    repository: { owner, name },
    runUrl: `${server}/${owner}/${name}/actions/runs/${runner.GITHUB_RUN_ID}`,
    runId: runner.GITHUB_RUN_ID,
    attempt: runner.GITHUB_RUN_ATTEMPT,
    commit: pull?.head.sha ?? runner.GITHUB_SHA,
    pull:
      pull === undefined
        ? null
        : { number: pull.number, isFork: pull.head.repo?.full_name !== runner.GITHUB_REPOSITORY },
    workspace: runner.GITHUB_WORKSPACE,
    hasSummary: runner.GITHUB_STEP_SUMMARY !== "",
  };
  return { ok: true, value };
}
