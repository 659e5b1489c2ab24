import assert from "node:assert/strict";
import { test } from "node:test";
import { plainText } from "../../runner/cli/plain-text.ts";
import { keepTail } from "../../runner/train/log-tail.ts";
import { parseProgress } from "../../runner/train/progress.ts";

test("a tail has at most 200 lines and 16 KiB, and starts at the start of a line", () => {
  const tail = keepTail();
  for (let line = 0; line < 1_000; line += 1) tail.add(Buffer.from(`${line} ${"é".repeat(60)}\n`));
  const text = tail.text();
  assert.ok(Buffer.byteLength(text) <= 16_384);
  assert.match(text, /^\d+ é/);
  assert.match(text, /\n999 é+$/);
  const short = keepTail();
  for (let line = 0; line < 1_000; line += 1) short.add(Buffer.from(`${line}\n`));
  assert.equal(short.text().split("\n").length, 200);
});

test("one endless line is cut to its end", () => {
  const tail = keepTail();
  for (let part = 0; part < 100; part += 1) tail.add(Buffer.alloc(4_096, "x"));
  tail.add(Buffer.from("end"));
  assert.equal(tail.text().length, 16_384);
  assert.ok(tail.text().endsWith("xend"));
});

test("plain text has no escape sequence, no control character and no direction override", () => {
  assert.equal(plainText("a\u001b[31mb\u001b[0m\u001b]8;;http://x\u0007c\u0000\u202ed\te\n"), "abcd\te\n");
  assert.equal(plainText("10 %\r20 %\r\n"), "10 %\n20 %\n");
});

test("progress keeps what is well-formed and counts the rest", () => {
  const lines = [
    '{"step":1,"of":2,"metrics":{"loss":0.5}}',
    "",
    "nonsense",
    '{"step":2,"of":2,"metrics":{"loss":"low"}}',
    '{"step":2,"of":2,"metrics":{}}',
  ];
  assert.deepEqual(parseProgress(lines.join("\n")), {
    points: [
      { step: 1, of: 2, metrics: { loss: 0.5 } },
      { step: 2, of: 2, metrics: {} },
    ],
    malformed: 2,
  });
});
