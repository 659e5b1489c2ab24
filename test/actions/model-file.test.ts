import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { strToU8, zipSync } from "fflate";
import { isPlainFile, unpackModel } from "../../actions/model-file.ts";
import { plainText } from "../../actions/plain-text.ts";
import { AssayError } from "../../core/fault.ts";

function folderWith(t: TestContext, files: Readonly<Record<string, Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "assay-model-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "download"));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, "download", name), bytes);
  return folder;
}

test("only the model leaves an archive, whatever else it holds", async (t) => {
  const zip = zipSync({
    "../../up.txt": strToU8("up"),
    "/abs.txt": strToU8("abs"),
    "model.onnx": strToU8("model"),
    "a/model.onnx": strToU8("no"),
  });
  const folder = folderWith(t, { "a.zip": zip });
  await unpackModel(join(folder, "download"), join(folder, "model.onnx"));
  assert.equal(readFileSync(join(folder, "model.onnx"), "utf8"), "model");
  assert.deepEqual(readdirSync(folder).toSorted(), ["download", "model.onnx"]);
  assert.equal(existsSync(join(folder, "..", "up.txt")), false);
});

test("an archive tells how its model was trained, and what is no such record tells nothing", async (t) => {
  const training = {
    seconds: 60,
    exitCode: 0,
    modelDigest: null,
    modelBytes: 5,
    progress: [],
    machine: { cpu: "cpu", gpu: null, runner: "runner" },
  };
  for (const [record, expected] of [
    [JSON.stringify(training), training],
    [JSON.stringify({ ...training, seconds: "a minute" }), null],
    ["{", null],
  ] as const) {
    const folder = folderWith(t, {
      "a.zip": zipSync({ "model.onnx": strToU8("model"), "training.json": strToU8(record) }),
    });
    assert.deepEqual(await unpackModel(join(folder, "download"), join(folder, "model.onnx")), expected);
  }
});

/** A zip whose directory claims that its member unpacks to almost 4 GiB. */
function boastful(): Uint8Array {
  const zip = Buffer.from(zipSync({ "model.onnx": strToU8("small") }));
  zip.writeUInt32LE(0xff_ff_ff_f0, zip.indexOf("PK\u0001\u0002") + 24);
  return zip;
}

const useless: readonly (readonly [string, Readonly<Record<string, Uint8Array>>])[] = [
  ["nothing", {}],
  ["two files", { "a.zip": zipSync({}), "b.zip": zipSync({}) }],
  ["no archive", { "a.zip": strToU8("not a zip") }],
  ["an archive without a model", { "a.zip": zipSync({ "weights.bin": strToU8("x") }) }],
  ["an archive that claims a size beyond any model", { "a.zip": boastful() }],
];
for (const [name, files] of useless) {
  test(`a download of ${name} is refused`, async (t) => {
    const folder = folderWith(t, files);
    const attempt = unpackModel(join(folder, "download"), join(folder, "model.onnx"));
    await assert.rejects(attempt, (error) => error instanceof AssayError && error.fault.reason === "artifact_missing");
    assert.equal(existsSync(join(folder, "model.onnx")), false);
  });
}

test("a link is not a model file", async (t) => {
  const folder = folderWith(t, { "a.txt": strToU8("secret") });
  symlinkSync(join(folder, "download", "a.txt"), join(folder, "model.onnx"));
  assert.equal(await isPlainFile(join(folder, "model.onnx")), false);
  assert.equal(await isPlainFile(join(folder, "download", "a.txt")), true);
});

test("hostile text has no meaning to Markdown or HTML", () => {
  const text = plainText("<img src=x> [a](http://b) `c` @everyone | \n# d **e** é 漢");
  assert.doesNotMatch(text, /[<>[\]()`@|*\n:"']/);
  assert.match(text, /é 漢$/);
});
