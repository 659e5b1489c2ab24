import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import * as fc from "fast-check";
import { openCache, type PredictionCache, type PredictionKey } from "../../runner/evaluate/cache.ts";
import { scratch } from "./assay.ts";

const key: PredictionKey = {
  model: "sha256:a",
  data: "sha256:b",
  preprocessing: { inputs: { x: ["a", "b"] }, output: "p" },
  provider: "cpu",
  runtime: "some runtime 1.0",
  batch: 1_024,
};

type Opened = { readonly cache: PredictionCache; readonly folder: string; readonly said: string[] };

async function opened(t: TestContext, maxBytes = 1_000_000): Promise<Opened> {
  const folder = join(await scratch(t), "cache");
  const said: string[] = [];
  return { cache: await openCache({ folder, maxBytes, say: (line) => said.push(line) }), folder, said };
}

async function entryOf(folder: string): Promise<string> {
  const [name] = (await readdir(folder)).filter((each) => each.endsWith(".scores"));
  return join(folder, name ?? assert.fail("there is no entry"));
}

test("what was written is read back bit by bit, whatever the doubles", async (t) => {
  const { cache } = await opened(t);
  await fc.assert(
    fc.asyncProperty(fc.float64Array({ maxLength: 50 }), fc.nat(), async (scores, batch) => {
      const own = { ...key, batch };
      await cache.write(own, scores);
      const found = (await cache.read(own, scores.length)) ?? assert.fail("nothing was read");
      assert.deepEqual(Buffer.from(found.buffer), Buffer.from(scores.buffer, scores.byteOffset, scores.byteLength));
    }),
    { numRuns: 40 },
  );
});

for (const [part, other] of Object.entries({
  model: "sha256:c",
  data: "sha256:c",
  preprocessing: { inputs: { x: ["b", "a"] }, output: "p" },
  provider: "cuda",
  runtime: "some runtime 1.1",
  batch: 512,
})) {
  test(`another ${part} is another entry`, async (t) => {
    const { cache, said } = await opened(t);
    await cache.write(key, Float64Array.of(0.5));
    assert.equal(await cache.read({ ...key, [part]: other }, 1), null);
    assert.deepEqual(await cache.read(key, 1), Float64Array.of(0.5));
    assert.deepEqual(said, []);
  });
}

const damages: Readonly<Record<string, (file: string) => Promise<void>>> = {
  "is cut": (file) => truncate(file, 100),
  "is empty": (file) => truncate(file, 0),
  "has one other bit": async (file) => {
    const bytes = await readFile(file);
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
    await writeFile(file, bytes);
  },
  "has another digest": async (file) => {
    const bytes = await readFile(file);
    bytes[50] = (bytes[50] ?? 0) ^ 1;
    await writeFile(file, bytes);
  },
  "is longer than it was": async (file) => writeFile(file, Buffer.concat([await readFile(file), Buffer.alloc(8)])),
  "is another entry under this name": async (file) => {
    const bytes = await readFile(file);
    bytes.fill(7, 16, 48);
    createHash("sha256").update(bytes.subarray(16, 48)).update(bytes.subarray(80)).digest().copy(bytes, 48);
    await writeFile(file, bytes);
  },
};

for (const [how, damage] of Object.entries(damages)) {
  test(`an entry that ${how} is noticed, said and removed`, async (t) => {
    const { cache, folder, said } = await opened(t);
    const scores = Float64Array.from({ length: 64 }, (_, row) => row / 64);
    await cache.write(key, scores);
    await damage(await entryOf(folder));
    assert.equal(await cache.read(key, 64), null);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /cache entry .*\.scores is damaged/);
    assert.deepEqual(await readdir(folder), []);
    await cache.write(key, scores);
    assert.deepEqual(await cache.read(key, 64), scores);
  });
}

test("a link or a folder in the place of an entry is not followed", async (t) => {
  const { cache, folder, said } = await opened(t);
  await cache.write(key, Float64Array.of(1));
  const file = await entryOf(folder);
  const elsewhere = `${file}.kept`;
  await writeFile(elsewhere, await readFile(file));
  for (const plant of [() => symlink(elsewhere, file), () => mkdir(file)]) {
    await cache.read(key, 999);
    await plant();
    assert.equal(await cache.read(key, 1), null);
  }
  assert.equal(said.length, 3);
  assert.equal((await readFile(elsewhere)).length, 88);
});

test("the least recently used entries go first when the folder is full, and the newest stays", async (t) => {
  const { cache, folder } = await opened(t, 3 * 88);
  const write = (batch: number) => cache.write({ ...key, batch }, Float64Array.of(batch));
  const holds = async (): Promise<readonly number[]> => {
    const all = [1, 2, 3, 4, 5].map(async (batch) =>
      (await cache.read({ ...key, batch }, 1)) === null ? [] : [batch],
    );
    return (await Promise.all(all)).flat();
  };
  for (const batch of [1, 2, 3]) await write(batch);
  for (const name of await readdir(folder)) await utimes(join(folder, name), new Date(0), new Date(0));
  await cache.read({ ...key, batch: 1 }, 1);
  await cache.read({ ...key, batch: 3 }, 1);
  await write(4);
  assert.deepEqual(await holds(), [1, 3, 4]);
});

test("scores larger than the whole cache are not kept, and nothing else is thrown out for them", async (t) => {
  const { cache, folder } = await opened(t, 200);
  await cache.write(key, Float64Array.of(1));
  await cache.write({ ...key, batch: 1 }, new Float64Array(100));
  assert.equal((await readdir(folder)).length, 1);
});

test("what a crash left behind goes after a day; files of others are left alone", async (t) => {
  const { cache, folder } = await opened(t);
  const [old, young] = [`.${"0".repeat(64)}-${"a".repeat(12)}.tmp`, `.${"0".repeat(64)}-${"b".repeat(12)}.tmp`];
  for (const name of [old, young, "notes.txt"]) await writeFile(join(folder, name), "");
  await utimes(join(folder, old), new Date(0), new Date(0));
  await utimes(join(folder, "notes.txt"), new Date(0), new Date(0));
  await cache.write(key, Float64Array.of(1));
  const left = await readdir(folder);
  assert.ok(!left.includes(old));
  assert.ok(left.includes(young) && left.includes("notes.txt"));
});

test("many writers of one entry leave one whole entry", async (t) => {
  const { folder } = await opened(t);
  const scores = Float64Array.from({ length: 20_000 }, (_, row) => Math.sin(row));
  const said: string[] = [];
  const caches = await Promise.all(
    Array.from({ length: 8 }, () => openCache({ folder, maxBytes: 1_000_000, say: (line) => said.push(line) })),
  );
  await Promise.all(
    caches.map(async (cache) => {
      await cache.write(key, scores);
      assert.deepEqual(await cache.read(key, scores.length), scores);
    }),
  );
  assert.equal((await readdir(folder)).length, 1);
  assert.deepEqual(said, []);
});

test("a folder that cannot be made is a mistake of the command line", async (t) => {
  const file = join(await scratch(t), "file");
  await writeFile(file, "");
  await assert.rejects(openCache({ folder: join(file, "cache"), maxBytes: 1, say: () => {} }), /folder of --cache/);
});
