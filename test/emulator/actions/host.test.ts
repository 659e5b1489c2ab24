import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { HostPort } from "../../../emulator/actions/port.ts";
import { jobOf, openBench } from "./bench.ts";

const waitsForEver = `exec node -e "console.log('waiting ' + process.pid); setInterval(() => {}, 1000)"`;

test("cancelling sends SIGINT to the step, lets always() steps run, and skips jobs that have not begun", async (t) => {
  const bench = await openBench(t);
  const run = bench.start(`
on: workflow_dispatch
jobs:
  train:
    runs-on: self-hosted
    steps:
      - run: exec node -e "process.on('SIGINT', () => { console.log('checkpoint written'); process.exit(0) }); console.log('training'); setInterval(() => {}, 1000)"
      - run: echo never
      - { if: always(), run: "echo cleaned up \${{ job.status }}" }
      - { if: cancelled(), run: echo cancelled seen }
  next: { needs: train, runs-on: self-hosted, steps: [{ run: echo never }] }
  report: { needs: train, if: always(), runs-on: self-hosted, steps: [{ run: "echo train was \${{ needs.train.result }}" }] }
`);
  await run.until((_, log) => log.includes("\ntraining\n"));
  run.handle.cancel();
  const record = await run.done;
  assert.equal(record.conclusion, "cancelled");
  assert.deepEqual(
    record.jobs.map((job) => [job.key, job.conclusion]),
    [
      ["train", "cancelled"],
      ["next", "skipped"],
      ["report", "success"],
    ],
    run.log(),
  );
  for (const text of ["checkpoint written", "cleaned up cancelled", "cancelled seen", "train was cancelled"]) {
    assert.ok(run.log().includes(`\n${text}\n`), run.log());
  }
  assert.deepEqual(
    jobOf(record, "train").steps.map((step) => step.conclusion),
    ["success", "cancelled", "skipped", "success", "success", "success"],
  );
});

test("cancelling reaches the step inside a composite action, and posts still run", async (t) => {
  const bench = await openBench(t);
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(bench.actions, name)), { recursive: true });
    writeFileSync(path.join(bench.actions, name), text);
  };
  write("js/action.yml", "name: js\ndescription: d\nruns: { using: node24, main: main.js, post: post.js }\n");
  write("js/main.js", "console.log('main'); setInterval(() => {}, 1000);");
  write("js/post.js", "console.log('post ran');");
  write(
    "outer/action.yml",
    `name: outer
description: d
runs:
  using: composite
  steps:
    - uses: acme/actions/js@v1
    - { shell: bash, run: echo never }
`,
  );
  const run = bench.start(
    "on: workflow_dispatch\njobs: { a: { runs-on: self-hosted, steps: [{ uses: acme/actions/outer@v1 }, { run: echo never }] } }",
  );
  await run.until((_, log) => log.includes("\nmain\n"));
  run.handle.cancel();
  const record = await run.done;
  assert.equal(record.conclusion, "cancelled");
  assert.ok(run.log().includes("\npost ran\n") && !run.log().includes("\nnever\n"), run.log());
});

test("a step that ignores SIGINT gets SIGTERM after 7.5 s and is killed with its children 2.5 s later", async (t) => {
  const bench = await openBench(t);
  const run = bench.start(`
on: workflow_dispatch
jobs:
  stubborn:
    runs-on: self-hosted
    steps:
      - run: |
          trap 'echo "INT after \${SECONDS}s"' INT
          trap 'echo "TERM after \${SECONDS}s"' TERM
          node -e "setInterval(() => {}, 1000); console.log('child ' + process.pid)" &
          while true; do sleep 0.1; done
`);
  await run.until((_, log) => /\nchild \d+\n/.test(log));
  const child = Number(/\nchild (\d+)\n/.exec(run.log())?.[1]);
  const from = performance.now();
  run.handle.cancel();
  assert.equal((await run.done).conclusion, "cancelled");
  const tookMs = performance.now() - from;
  assert.ok(tookMs > 9_900 && tookMs < 14_000, `took ${tookMs} ms`);
  const [, interrupted, terminated] = /\nINT after (\d+)s\n(?:.*\n)*TERM after (\d+)s\n/.exec(run.log()) ?? [];
  const betweenS = Number(terminated) - Number(interrupted);
  assert.ok(betweenS === 7 || betweenS === 8, run.log());
  assert.equal(isAlive(child), false);
});

test("force-cancelling kills at once and runs no further step", async (t) => {
  const bench = await openBench(t);
  const run = bench.start(`
on: workflow_dispatch
jobs:
  a:
    runs-on: self-hosted
    steps: [{ run: ${JSON.stringify(waitsForEver)} }, { if: always(), run: echo never }]
`);
  await run.until((_, log) => /\nwaiting \d+\n/.test(log));
  const pid = Number(/\nwaiting (\d+)\n/.exec(run.log())?.[1]);
  run.handle.forceCancel();
  const record = await run.done;
  assert.equal(record.conclusion, "cancelled");
  assert.equal(isAlive(pid), false);
  assert.ok(!run.log().includes("\nnever\n"));
});

test("no process survives its job, not even one that has left the process group; one that serves later steps lives till then", async (t) => {
  const bench = await openBench(t);
  const run = bench.start(`
on: workflow_dispatch
jobs:
  a:
    runs-on: self-hosted
    steps:
      - run: |
          node -e "console.log('grouped ' + process.pid); setInterval(() => {}, 1000)" &
          setsid node -e "console.log('detached ' + process.pid); setInterval(() => {}, 1000)" < /dev/null &
          echo $! > server.pid
          sleep 0.3
      - run: kill -0 $(cat server.pid) && echo still serving
`);
  const record = await run.done;
  assert.equal(record.conclusion, "success", run.log());
  assert.ok(run.log().includes("\nstill serving\n"), run.log());
  for (const name of ["grouped", "detached"]) {
    const pid = Number(new RegExp(`\\n${name} (\\d+)\\n`).exec(run.log())?.[1]);
    assert.equal(isAlive(pid), false, `${name} ${pid} is alive`);
  }
});

test("the workspace is empty for the next job and the machine is free again", async (t) => {
  const bench = await openBench(t);
  const run = bench.start(`
on: workflow_dispatch
jobs:
  first: { runs-on: self-hosted, steps: [{ run: "touch left; touch $RUNNER_TEMP/left" }] }
  second: { needs: first, runs-on: self-hosted, steps: [{ run: "ls -A . | wc -l; test ! -e $RUNNER_TEMP/left" }] }
`);
  const record = await run.done;
  assert.equal(record.conclusion, "success", run.log());
  assert.deepEqual(
    bench.host.machines().map((machine) => machine.busy),
    [false],
  );
  assert.deepEqual(existsSync(`${bench.folder}/machine-1/model`), false);
});

test("a job whose labels no machine carries stays queued until it is cancelled; labels are compared without case", async (t) => {
  const bench = await openBench(t, { machines: [["self-hosted", "GPU"], ["ubuntu-latest"]] });
  const source = (labels: string) => `
on: { workflow_dispatch: { inputs: { runner: { type: string } } } }
jobs:
  a: { runs-on: "\${{ fromJSON(inputs.runner) }}", steps: [{ run: echo on $RUNNER_NAME ${labels} }] }
`;
  const stuck = bench.start(source("stuck"), { inputs: { runner: '["self-hosted", "gpu", "a100"]' } });
  const fits = bench.start(source("fits"), { inputs: { runner: '["Self-Hosted", "gpu"]' } });
  const hosted = bench.start(source("hosted"), { inputs: { runner: '"ubuntu-latest"' } });
  assert.equal((await fits.done).conclusion, "success");
  assert.equal((await hosted.done).conclusion, "success");
  assert.ok(fits.log().includes("on machine-1 fits") && hosted.log().includes("on machine-2 hosted"));
  assert.deepEqual(jobOf(stuck.latest(), "a").labels, ["self-hosted", "gpu", "a100"]);
  assert.equal(stuck.latest().status, "queued");
  stuck.handle.cancel();
  const record = await stuck.done;
  assert.equal(record.conclusion, "cancelled");
  assert.equal(jobOf(record, "a").startedAt, null);
});

const grouped = (settings: string, script: string) => `
on: { workflow_dispatch: { inputs: { name: { type: string } } } }
concurrency: { group: "train-\${{ github.ref }}", ${settings} }
jobs:
  a: { runs-on: self-hosted, steps: [{ run: ${JSON.stringify(script)} }] }
`;

test("a concurrency group runs one at a time and a newcomer replaces the one that waits", async (t) => {
  const bench = await openBench(t, { machines: [["self-hosted"], ["self-hosted"]] });
  const script = `echo begin; while [ ! -e ../../../go ]; do sleep 0.05; done`;
  const source = grouped("cancel-in-progress: false", script);
  const first = bench.start(source);
  await first.until((_, log) => log.includes("\nbegin\n"));
  const second = bench.start(source);
  const third = bench.start(source);
  const superseded = await second.done;
  assert.equal(superseded.conclusion, "cancelled");
  assert.match(superseded.message ?? "", /higher priority waiting request for 'train-refs\/heads\/main' exists/);
  assert.equal(third.latest().jobs.length, 0);
  const elsewhere = bench.start(
    `on: workflow_dispatch\njobs: { a: { runs-on: self-hosted, steps: [{ run: touch ../../../go }] } }`,
  );
  await elsewhere.done;
  assert.deepEqual([(await first.done).conclusion, (await third.done).conclusion], ["success", "success"]);
});

test("cancel-in-progress ends the holder of the group", async (t) => {
  const bench = await openBench(t);
  const first = bench.start(grouped("cancel-in-progress: true", waitsForEver));
  await first.until((_, log) => log.includes("\nwaiting "));
  const second = bench.start(grouped("cancel-in-progress: true", "echo mine"));
  assert.equal((await first.done).conclusion, "cancelled");
  assert.equal((await second.done).conclusion, "success");
});

test("queue: max keeps everyone that waits, in order", async (t) => {
  const bench = await openBench(t);
  const source = grouped("queue: max", "echo ${{ inputs.name }} >> ../../../order");
  const runs = ["a", "b", "c"].map((name) => bench.start(source, { inputs: { name } }));
  const records = await Promise.all(runs.map((run) => run.done));
  assert.deepEqual(
    records.map((record) => record.conclusion),
    ["success", "success", "success"],
  );
  assert.equal(readFileSync(`${bench.folder}/order`, "utf8"), "a\nb\nc\n");
});

const deploying = `
on: workflow_dispatch
jobs:
  deploy:
    runs-on: self-hosted
    environment: { name: production, url: "https://\${{ steps.s.outputs.host }}/" }
    steps: [{ id: s, run: "echo host=$HOSTNAME_ >> $GITHUB_OUTPUT", env: { HOSTNAME_: models.example.com } }]
`;

test("a job waits for its environment without holding a machine, then shows the URL its steps have made", async (t) => {
  let approve: (answer: "approved") => void = () => {};
  const asked: unknown[] = [];
  const enterEnvironment: HostPort["enterEnvironment"] = ({ name, url }) => {
    asked.push({ name, url });
    return new Promise((resolve) => {
      approve = resolve;
    });
  };
  const bench = await openBench(t, { enterEnvironment });
  const run = bench.start(deploying);
  const waiting = await run.until((record) => record.status === "waiting");
  assert.equal(jobOf(waiting, "deploy").environment, "production");
  assert.deepEqual(
    bench.host.machines().map((machine) => machine.busy),
    [false],
  );
  approve("approved");
  const record = await run.done;
  assert.equal(record.conclusion, "success", run.log());
  assert.equal(jobOf(record, "deploy").environmentUrl, "https://models.example.com/");
  assert.deepEqual(asked, [{ name: "production", url: null }]);
});

test("a rejected environment fails the job before any step", async (t) => {
  const bench = await openBench(t, { enterEnvironment: () => Promise.resolve("rejected") });
  const record = await bench.start(deploying).done;
  assert.equal(record.conclusion, "failure");
  assert.deepEqual(jobOf(record, "deploy").steps, []);
  assert.match(jobOf(record, "deploy").annotations?.[0]?.message ?? "", /'production' was rejected/);
});

test("cancelling a run that waits for its environment ends the wait", async (t) => {
  const bench = await openBench(t, { enterEnvironment: () => new Promise(() => {}) });
  const run = bench.start(deploying);
  await run.until((record) => record.status === "waiting");
  run.handle.cancel();
  assert.equal((await run.done).conclusion, "cancelled");
});

test("a fault of the host ends the run as a failure that says so", async (t) => {
  const bench = await openBench(t, { enterEnvironment: () => Promise.reject(new Error("the gate is broken")) });
  const record = await bench.start(deploying).done;
  assert.equal(record.conclusion, "failure");
  assert.match(jobOf(record, "deploy").annotations?.[0]?.message ?? "", /the gate is broken/);
});

test("a log that breaks in the middle of a step fails the job and nothing else", async (t) => {
  const bench = await openBench(t, { breakLogAt: "the fatal line" });
  const source = (script: string) =>
    `on: workflow_dispatch\njobs: { a: { runs-on: self-hosted, steps: [{ run: ${script} }] } }`;
  const record = await bench.start(source("printf 'the %s line' fatal")).done;
  assert.equal(record.conclusion, "failure");
  assert.match(jobOf(record, "a").annotations?.[0]?.message ?? "", /the log is broken/);
  assert.equal((await bench.start(source("echo fine")).done).conclusion, "success");
});

test("a re-run of failed jobs keeps what succeeded, with its outputs, unless something before it runs again", async (t) => {
  const bench = await openBench(t);
  const source = `
on: { workflow_dispatch: { inputs: { works: { type: boolean } } } }
jobs:
  train: { runs-on: self-hosted, outputs: { id: "\${{ steps.s.outputs.id }}" }, steps: [{ id: s, run: "echo id=7 >> $GITHUB_OUTPUT; echo trained" }] }
  flaky: { runs-on: self-hosted, steps: [{ run: "\${{ inputs.works }}" }] }
  after: { needs: [train, flaky], if: "always() && needs.train.outputs.id == 7", runs-on: self-hosted, steps: [{ run: "echo after \${{ needs.flaky.result }}" }] }
`;
  const first = await bench.start(source, { inputs: { works: false } }).done;
  assert.equal(first.conclusion, "failure");
  const second = bench.start(source, { inputs: { works: true }, attempt: 2, previous: first });
  const record = await second.done;
  assert.equal(record.conclusion, "success", second.log());
  assert.equal(jobOf(record, "train").id, jobOf(first, "train").id);
  assert.ok(second.log().includes("after success") && !second.log().includes("trained"), second.log());
});

test("a job cannot wait for the group that its own run holds", async (t) => {
  const bench = await openBench(t);
  const record = await bench.start(`
on: workflow_dispatch
concurrency: same
jobs: { a: { concurrency: Same, runs-on: self-hosted, steps: [{ run: "true" }] } }
`).done;
  assert.equal(record.conclusion, "failure");
  assert.match(
    jobOf(record, "a").annotations?.[0]?.message ?? "",
    /deadlock was detected for concurrency group: 'Same'/,
  );
});

test("the port hears of a run only after start has returned", async (t) => {
  const bench = await openBench(t);
  const run = bench.start("on: push\njobs: { a: { runs-on: self-hosted, steps: [{ run: 'true' }] } }");
  assert.equal(run.records.length, 0);
  await run.done;
  assert.deepEqual([...new Set(run.records.map((record) => record.status))], ["queued", "in_progress", "completed"]);
});

test("permissions of the token are the job's, else the workflow's", async (t) => {
  const bench = await openBench(t);
  const run = bench.start(`
on: workflow_dispatch
permissions: { checks: write }
jobs:
  workflow: { runs-on: self-hosted, steps: [{ run: "true" }] }
  own: { needs: workflow, permissions: {}, runs-on: self-hosted, steps: [{ run: "true" }] }
  all: { needs: own, permissions: read-all, runs-on: self-hosted, steps: [{ run: "true" }] }
`);
  await run.done;
  assert.deepEqual(bench.tokens[0]?.permissions, { checks: "write", metadata: "read" });
  assert.deepEqual(bench.tokens[1]?.permissions, { metadata: "read" });
  assert.equal(bench.tokens[2]?.permissions["deployments"], "read");
  assert.deepEqual(
    bench.tokens.map((token) => token.revoked),
    [true, true, true],
  );
});

test("closing the host ends what runs", async (t) => {
  const bench = await openBench(t);
  const run = bench.start(
    `on: workflow_dispatch\njobs: { a: { runs-on: self-hosted, steps: [{ run: ${JSON.stringify(waitsForEver)} }] } }`,
  );
  await run.until((_, log) => log.includes("\nwaiting "));
  await bench.host.close();
  assert.equal((await run.done).conclusion, "cancelled");
  assert.deepEqual(readdirSync(`${bench.folder}/machine-1`).sort(), ["_actions", "_tool"]);
});

/** A killed process stays in the table as a zombie until its parent reads its status; that does not count as alive. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
