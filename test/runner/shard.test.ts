import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { AssayError } from "../../core/fault.ts";
import { fitParts, type Part } from "../../runner/evaluate/fit-parts.ts";
import { maxShards, parseShard, type ShardSource, shardRange } from "../../runner/evaluate/shard.ts";

test("the shards of any number of rows are whole batches that follow each other and cover every row once", () => {
  fc.assert(
    fc.property(
      fc.nat(100_000),
      fc.integer({ min: 1, max: 4_096 }),
      fc.integer({ min: 1, max: maxShards }),
      (rows, batch, of) => {
        let next = 0;
        const sizes: number[] = [];
        for (let shard = 1; shard <= of; shard++) {
          const { from, to } = shardRange(rows, batch, { shard, of });
          assert.equal(from, next);
          assert.ok(to >= from && (from % batch === 0 || from === rows) && (to % batch === 0 || to === rows));
          sizes.push(Math.ceil((to - from) / batch));
          next = to;
        }
        assert.equal(next, rows);
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      },
    ),
  );
});

for (const [text, expected] of [
  ["1/1", { shard: 1, of: 1 }],
  ["2/3", { shard: 2, of: 3 }],
  ["64/64", { shard: 64, of: 64 }],
  ["0/3", null],
  ["4/3", null],
  ["1/65", null],
  ["1", null],
  ["1/", null],
  ["a/b", null],
  ["1/3/5", null],
  ["01/3", null],
  ["-1/3", null],
  ["1.0/3", null],
] as const) {
  test(`--shard ${text} is ${expected === null ? "no part" : `part ${expected.shard} of ${expected.of}`}`, () => {
    assert.deepEqual(parseShard(text), expected);
  });
}

const hex = (letter: string): string => `sha256:${letter.repeat(64)}`;

const source: ShardSource = {
  model: "tiny",
  candidate: hex("a"),
  baseline: hex("b"),
  data: hex("c"),
  config: hex("d"),
  rows: 100,
  batch: 16,
  provider: "cpu",
  runtime: "some runtime 1.0",
};
const { batch: _batch, provider: _provider, runtime: _runtime, ...wanted } = source;

function part(shard: number, changes: Partial<ShardSource> = {}, of = 3): Part {
  const own = { ...source, ...changes };
  const rows = shardRange(own.rows, own.batch, { shard, of });
  return { folder: `part-${shard}`, file: { schema: 1, shard, of, rows, source: own, predictions: hex("e") } };
}

test("parts that fit are put into the order of their rows", () => {
  const parts = [part(3), part(1), part(2)];
  assert.deepEqual(
    fitParts(parts, wanted).map(({ folder }) => folder),
    ["part-1", "part-2", "part-3"],
  );
});

const wrong: readonly (readonly [name: string, parts: readonly Part[], says: RegExp])[] = [
  ["a part is missing", [part(1), part(3)], /^part-1: .*one of 3 parts; missing are shard 2$/],
  [
    "two parts are one shard",
    [part(1), part(2), { ...part(2), folder: "again" }],
    /^again: .*shard 2 of 3, as is another/,
  ],
  ["the numbers of parts differ", [part(1), part(2, {}, 2)], /^part-2: .*one of 2 parts, shard 1 is one of 3/],
  [
    "another candidate",
    [part(1), part(2, { candidate: hex("f") }), part(3)],
    /^part-2: .*candidate's digest is sha256:f+, this run has sha256:a+/,
  ],
  [
    "no baseline in one",
    [part(1), part(2, { baseline: null }), part(3)],
    /^part-2: .*baseline's digest is none, this run has sha256:b+/,
  ],
  ["other data", [part(1, { data: hex("f") }), part(2), part(3)], /^part-1: .*the data's digest/],
  ["another configuration", [part(1), part(2), part(3, { config: hex("f") })], /^part-3: .*the configuration/],
  ["other rows", [part(1), part(2), part(3, { rows: 99 })], /^part-3: .*number of rows is 99, this run has 100/],
  ["another batch size", [part(1), part(2, { batch: 8 }), part(3)], /^part-2: .*batch size is 8, shard 1 has 16/],
  [
    "another provider",
    [part(1), part(2, { provider: "cuda" }), part(3)],
    /^part-2: .*provider is cuda, shard 1 has cpu/,
  ],
  ["another runtime", [part(1), part(2), part(3, { runtime: "other" })], /^part-3: .*the runtime is other/],
  ["another model of the configuration", [part(1, { model: "big" })], /^part-1: .*the model is big, this run has tiny/],
  [
    "a range that is not the shard's",
    [part(1), { ...part(2), file: { ...part(2).file, rows: { from: 0, to: 32 } } }, part(3)],
    /^part-2: .*rows 0 to 32; shard 2 has 32 to 64/,
  ],
];

for (const [name, parts, says] of wrong) {
  test(`parts do not fit: ${name}`, () => {
    assert.throws(
      () => fitParts(parts, wanted),
      (error: unknown) => {
        assert.ok(error instanceof AssayError);
        assert.equal(error.fault.reason, "parts_mismatch");
        assert.match(`${error.fault.place?.file}: ${error.fault.message}`, says);
        return true;
      },
    );
  });
}
