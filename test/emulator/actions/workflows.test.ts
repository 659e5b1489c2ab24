import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Conclusion, RunRecord, RunRequest } from "../../../emulator/actions/port.ts";
import { type Bench, commitFiles, jobOf, openBench, workflow } from "./bench.ts";

type Case = {
  readonly file: string;
  readonly title: string;
  readonly conclusion: Conclusion;
  readonly jobs?: Readonly<Record<string, Conclusion>>;
  readonly log?: readonly string[];
  readonly absent?: readonly string[];
  readonly request?: Partial<RunRequest>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly prepare?: (bench: Bench) => Partial<RunRequest> | undefined;
  readonly check?: (record: RunRecord, bench: Bench) => void;
};

const cases: readonly Case[] = [
  {
    file: "contexts",
    title: "contexts, inputs, functions and default variables are GitHub's",
    conclusion: "success",
    request: { variables: { REGION: "north" } },
    log: [
      "level=job where=acme/model vars=north",
      "braces={a,b} job it's it's 'so' {0}",
      "number=0.5 boolean=true",
      "runner=machine-1 job=look status=success",
      "event=damage",
      "ref=main type=branch attempt=1 workflow=acme/model/.github/workflows/test.yml@refs/heads/main",
      "token=unset runtime=unset host=unset",
      "home=WORKSPACE",
      "level=job-step context=job-step",
      "hash=true",
      "format=workflow_dispatch-x+y",
    ],
    prepare: () => ({ inputs: { model: "damage" } }),
    check(record, bench) {
      assert.equal(record.title, "Train damage at half rate");
      assert.deepEqual(bench.tokens[0]?.permissions, { contents: "read", packages: "read", metadata: "read" });
      assert.equal(bench.tokens[0]?.revoked, true);
    },
  },
  {
    file: "needs",
    title: "results and outputs flow along needs",
    conclusion: "failure",
    jobs: {
      good: "success",
      bad: "failure",
      "uses-output": "success",
      skipped: "skipped",
      "after-failure": "success",
      always: "success",
      "after-always": "skipped",
      forgiven: "failure",
      "after-forgiven": "success",
    },
    log: ["got 42 success", "bad was failure", "skipped was skipped", "forgiven was success"],
  },
  {
    file: "matrix",
    title: "a matrix from an output is expanded with include and exclude",
    conclusion: "success",
    jobs: {
      "leg (1, small, 5)": "success",
      "leg (1, large, 5)": "success",
      "leg (2, small)": "success",
      "leg (9, extra)": "success",
    },
    log: ["leg 1 small rate=5 0/4", "leg 1 large rate=5 1/4", "leg 2 small rate= 2/4", "leg 9 extra rate= 3/4"],
    check: (record) => assert.equal(record.jobs.length, 5),
  },
  {
    file: "fail-fast",
    title: "the first failing leg cancels its siblings unless fail-fast is off",
    conclusion: "failure",
    jobs: {
      "fast (bad)": "failure",
      "fast (slow)": "cancelled",
      "patient (bad)": "failure",
      "patient (good)": "success",
    },
  },
  {
    file: "steps",
    title: "file commands, shells, folders and conditions work",
    conclusion: "failure",
    jobs: {
      files: "success",
      order: "failure",
      "broken-command": "failure",
      "unknown-shell": "failure",
      "no-options": "failure",
    },
    log: [
      "tool ran",
      "note=first line\nsecond=line context=first line",
      "node says 2",
      "failure seen failure",
      "always seen",
      "Unable to process file command 'GITHUB_OUTPUT' successfully. Invalid format 'no equals sign'",
      "Invalid shell option 'fish'",
      "Can't store NODE_OPTIONS",
    ],
    check(record) {
      const order = jobOf(record, "order").steps.map((step) => [step.number, step.name, step.conclusion]);
      assert.deepEqual(order, [
        [1, "Set up job", "success"],
        [2, "Breaks", "failure"],
        [3, "Skipped", "skipped"],
        [4, "On failure", "success"],
        [5, "Always", "success"],
        [6, "Complete job", "success"],
      ]);
      assert.equal(jobOf(record, "files").summary, "## Summary of a step\n");
    },
  },
  {
    file: "timeouts",
    title: "a step's timeout fails the step and a job's timeout cancels the job",
    conclusion: "failure",
    jobs: { step: "failure", job: "cancelled" },
    log: [
      "has timed out after 0.01 minutes",
      "after the timeout",
      "exceeded the maximum execution time",
      "cancelled by the clock",
    ],
  },
  {
    file: "commands",
    title: "workflow commands are obeyed and secrets are masked",
    conclusion: "success",
    secrets: { API_KEY: "s3cr3t-key-value", PEM: "first-line-of-the-key\nsecond-line-of-the-key\n" },
    log: [
      "##[error]loss is\nNaN",
      "##[warning]careful",
      "##[group]inside",
      "::nothing-known::stays",
      "::error::not an error",
      "##[notice]back",
      "secret is ***",
      "token is ***",
      "lines are true ***",
      "now *** is hidden",
      "Skip output 'closed' since it may contain secret.",
    ],
    absent: [
      "hidden\n##[debug]",
      "s3cr3t-key-value",
      "ghs_token",
      "derived-2-value",
      Buffer.from("s3cr3t-key").toString("base64"),
    ],
    check(record) {
      assert.deepEqual(jobOf(record, "say").annotations?.slice(0, 3), [
        { level: "failure", message: "loss is\nNaN", path: "train.py", line: 3, title: "Bad: rate" },
        { level: "warning", message: "careful", path: null, line: null, title: null },
        { level: "notice", message: "back", path: null, line: null, title: null },
      ]);
    },
  },
  {
    file: "injection",
    title: "hostile text runs when pasted into a script, as on GitHub, and is data when passed through env",
    conclusion: "success",
    request: { event: { name: "workflow_dispatch", payload: { title: '"; echo "$((40 + 2)) injected' } } },
    log: ["\n42 injected", '\ntitle "; echo "$((40 + 2)) injected'],
  },
  {
    file: "actions",
    title: "JavaScript and composite actions run, and what needs docker is refused",
    conclusion: "failure",
    jobs: {
      javascript: "success",
      composite: "success",
      local: "success",
      docker: "failure",
      unknown: "failure",
      container: "failure",
    },
    prepare: writeActions,
    log: [
      "pre one",
      "main one state=from pre token=***",
      "greeting=hello one exported=yes",
      "composite said hello world loud",
      "breaks was failure job success",
      "local runs in model",
      "Unexpected input(s) 'extra', valid inputs are ['name', 'token']",
      "'docker://alpine:3' is a docker action",
      "Unable to resolve action `acme/nothing@v9`, not found",
    ],
    absent: ["main three", "echo never\n"],
    check(record, bench) {
      const names = jobOf(record, "javascript").steps.map((step) => step.name);
      assert.deepEqual(names.slice(-4), [
        "Post Run acme/actions/node@v1",
        "Post Run acme/actions/node@v1",
        "Post Run acme/actions/node@v1",
        "Complete job",
      ]);
      assert.equal(
        bench.tokens.every((token) => token.revoked),
        true,
      );
    },
  },
  {
    file: "checkout",
    title: "the built-in checkout fetches exactly what is asked for",
    conclusion: "success",
    prepare: (bench) => ({ sha: commitFiles(bench, (folder) => writeFileSync(path.join(folder, "data.txt"), "rows")) }),
    log: [
      "file=rows branch=main commit=true",
      "depth=1 kept=1",
      "side=rows count=1",
      "kept=0",
      "escape=failure absent=failure",
    ],
  },
  {
    file: "invalid",
    title: "a file that GitHub's parser refuses fails the run with its findings",
    conclusion: "failure",
    check(record) {
      assert.equal(record.jobs.length, 0);
      assert.match(
        record.message ?? "",
        /Line: 6.*Unrecognized named-value: 'gibhub'|Unrecognized named-value: 'gibhub'/,
      );
    },
  },
];

for (const each of cases) {
  test(`${each.file}: ${each.title}`, async (t) => {
    const bench = await openBench(t, {
      machines: [["self-hosted", "Linux"], ["self-hosted"]],
      ...(each.secrets === undefined ? {} : { secrets: each.secrets }),
    });
    const prepared = each.prepare?.(bench) ?? {};
    const run = bench.start(workflow(each.file), { ...each.request, ...prepared });
    const record = await run.done;
    const log = run.log();
    assert.equal(record.conclusion, each.conclusion, log);
    for (const [name, conclusion] of Object.entries(each.jobs ?? {})) {
      assert.equal(jobOf(record, name).conclusion, conclusion, `${name}\n${log}`);
    }
    for (const text of each.log ?? []) assert.ok(log.includes(text), `'${text}' is missing from\n${log}`);
    for (const text of each.absent ?? []) assert.ok(!log.includes(text), `'${text}' should not be in\n${log}`);
    each.check?.(record, bench);
  });
}

function writeActions(bench: Bench): undefined {
  const write = (name: string, text: string) => {
    const file = path.join(bench.actions, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  write(
    "node/action.yml",
    `name: node
description: says what it is given
inputs:
  name: { description: who, required: true }
  token: { description: a token, default: "\${{ github.token }}" }
outputs: { greeting: { description: what it said } }
runs: { using: node24, pre: pre.js, main: main.js, post: post.js }
`,
  );
  write("node/pre.js", say("pre", `append("GITHUB_STATE", "told=from pre");`));
  write(
    "node/main.js",
    say(
      "main",
      `console.log("main " + name + " state=" + process.env.STATE_told + " token=" + process.env.INPUT_TOKEN);
append("GITHUB_OUTPUT", "greeting=hello " + name); append("GITHUB_ENV", "EXPORTED=yes");`,
    ),
  );
  write("node/post.js", say("post", ""));
  write(
    "composite/action.yml",
    `name: composite
description: two steps and an output
inputs: { who: { description: whom to greet, default: you } }
outputs: { said: { description: the words, value: "\${{ steps.greet.outputs.words }} \${{ steps.tone.outputs.tone }}" } }
runs:
  using: composite
  steps:
    - { if: "inputs.who == 'nobody'", shell: bash, run: exit 1 }
    - { id: greet, shell: bash, run: 'echo "words=hello \${{ inputs.who }}" >> "$GITHUB_OUTPUT"; test -f "$GITHUB_ACTION_PATH/action.yml"' }
    - { id: tone, shell: bash, run: 'echo "tone=$TONE" >> "$GITHUB_OUTPUT"' }
`,
  );
  return undefined;
}

function say(phase: string, more: string): string {
  return `const name = process.env.INPUT_NAME;
const append = (file, line) => require("fs").appendFileSync(process.env[file], line + "\\n");
console.log("${phase} " + name);
${more}
`;
}
