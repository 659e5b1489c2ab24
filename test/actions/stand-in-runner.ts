/**
 * Stands in for runner/main.ts when an action is tested alone: the same command line, answers on demand. The parameter
 * `mode` of the configuration says what it does; what it was given, it writes to $STAND_IN_RECORD.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const names = [
  "config",
  "model",
  "seed",
  "commit",
  "job",
  "checkout",
  "out",
  "candidate",
  "baseline",
  "baseline-version",
  "root",
  "shard",
];
const options = {
  json: { type: "boolean" },
  merge: { type: "string", multiple: true },
  ...Object.fromEntries(names.map((name) => [name, { type: "string" } as const])),
} as const;
const { values, positionals } = parseArgs({ args: process.argv.slice(2), options, allowPositionals: true });
const given: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>> = values;
const text = (name: string): string => (typeof given[name] === "string" ? given[name] : "");

const config = JSON.parse(readFileSync(text("config"), "utf8"));
const { params } = config.models[text("model")].train;
const checkout = text("checkout") || text("root");
const record = {
  command: positionals[0],
  values,
  config,
  environment: Object.keys(process.env),
  checkout: existsSync(checkout) ? readdirSync(checkout) : [],
  candidate: existsSync(text("candidate")) ? readFileSync(text("candidate"), "latin1") : null,
  merge: values.merge?.map((part) => readFileSync(join(part, "shard.json"), "utf8")) ?? [],
  baseline: existsSync(text("baseline")) ? readFileSync(text("baseline"), "latin1") : null,
};
writeFileSync(process.env["STAND_IN_RECORD"] ?? "", JSON.stringify(record));

const model = Buffer.from("the trained model");
const digest = `sha256:${createHash("sha256").update(model).digest("hex")}`;
const machine = { cpu: "cpu", gpu: null, runner: "r" };
const training = { seconds: 2, exitCode: 0, modelDigest: digest, modelBytes: model.length, progress: [], machine };
const finish = (code: number, answer: unknown): never => {
  process.stdout.write(JSON.stringify(answer));
  process.exit(code);
};

process.stderr.write("::error::a line that only looks like a command\n");
if (params.mode === "hang") {
  const timer = setInterval(() => undefined, 1_000);
  process.on("SIGINT", () => {
    clearInterval(timer);
    const fault = { reason: "training_cancelled", message: "interrupted by SIGINT" };
    finish(130, {
      outcome: "failed",
      fault,
      training: { ...training, exitCode: null, modelDigest: null, modelBytes: null },
    });
  });
  process.stderr.write("waiting for a signal\n");
} else if (params.mode === "crash") {
  process.stderr.write("out of memory\n");
  process.exit(4);
} else if (positionals[0] === "train") {
  if (params.mode === "fail") {
    const fault = { reason: "training_failed", message: "exit code 1 @everyone <b>", detail: "x".repeat(16_384) };
    finish(3, {
      outcome: "failed",
      fault,
      training: { ...training, exitCode: 1, modelDigest: null, modelBytes: null },
    });
  }
  const bytes = params.mode === "tamper" ? Buffer.from("another model") : model;
  if (params.mode !== "nothing") writeFileSync(join(text("out"), "model.onnx"), bytes);
  finish(0, { outcome: "succeeded", fault: null, training });
} else {
  if (params.mode === "fail") finish(3, { fault: { reason: "model_unsafe", message: "external data" } });
  if (text("shard") !== "" && params.mode !== "nothing") {
    writeFileSync(join(text("out"), "predictions.parquet"), "PAR1");
    writeFileSync(join(text("out"), "shard.json"), text("shard"));
    finish(0, { shard: text("shard") });
  }
  if (params.mode !== "nothing") writeFileSync(join(text("out"), "report.json"), '{"verdict":"fail"}');
  writeFileSync(join(text("out"), "report.md"), "## damage: worse\n");
  writeFileSync(join(text("out"), "predictions.parquet"), "PAR1");
  finish(params.mode === "worse" ? 1 : 0, { verdict: "fail" });
}
