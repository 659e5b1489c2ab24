import assert from "node:assert/strict";
import { mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { assayHere } from "./assay.ts";
import { project } from "./evaluation.ts";
import { logistic } from "./onnx-models.ts";

const command = [
  "evaluate",
  "--config",
  ".github/assay.yml",
  "--model",
  "tiny",
  "--candidate",
  "candidate.onnx",
  "--json",
];

/** What may stand where a folder is wanted. */
const outputs: readonly { readonly out: string; readonly says: RegExp }[] = [
  { out: "rows.csv", says: /rows\.csv: cannot write to the folder of --out: it is a file/ },
  { out: "rows.csv/out", says: /cannot write to the folder of --out: .*rows\.csv is a file/ },
  { out: "rows.csv/some/out", says: /cannot write to the folder of --out: .*rows\.csv is a file/ },
  { out: "link", says: /it is a link to something that does not exist/ },
  { out: "full", says: /report\.json in it is a folder/ },
  { out: "a\0b", says: /the name holds a character that no name may hold/ },
  { out: `${"x".repeat(300)}/out`, says: /the name is too long/ },
  { out: "/proc/assay/out", says: /the folder above it is not there and cannot be made|permission denied/ },
];

for (const { out, says } of outputs) {
  test(`--out ${JSON.stringify(out.slice(0, 40))} is refused in words, and what is there stays as it is`, async (t) => {
    const cwd = await project(t, { candidate: logistic([4, 0], 0) });
    await symlink("nowhere", join(cwd, "link"));
    await mkdir(join(cwd, "full/report.json"), { recursive: true });
    const before = await readdir(cwd, { recursive: true });
    const { code, stdout, stderr } = await assayHere([...command, "--out", out], cwd);
    assert.equal(code, 3, stderr);
    assert.match(stderr, says);
    assert.equal(JSON.parse(stdout).fault.reason, "bad_usage");
    assert.deepEqual(await readdir(cwd, { recursive: true }), before);
  });
}
