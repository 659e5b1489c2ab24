import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { configReader } from "../../app/configs.ts";
import { configText } from "../core/plan/material.ts";
import { assertAllAsked, client, github } from "../github/client.ts";

afterEach(assertAllAsked);

const path = (commit: string) => `/contents/.github%2Fassay.yml?ref=${commit}`;
const file = {
  type: "file",
  size: configText.length,
  encoding: "base64",
  content: Buffer.from(configText).toString("base64"),
};

test("a commit's configuration is read once, by however many at a time, and again when reading failed", async () => {
  const read = configReader();
  github().get(path("a")).reply(200, file);
  const [first, second] = await Promise.all([read(client, "a"), read(client, "a")]);
  assert.equal(first?.ok, true);
  assert.equal(first, second);
  github().get(path("b")).reply(502).get(path("b")).reply(404);
  await assert.rejects(read(client, "b"), { status: 502 });
  assert.equal(await read(client, "b"), null);
  assert.equal(await read(client, "b"), null, "that there is none is remembered too");
});

test("the oldest is forgotten when there are too many", async () => {
  const read = configReader(1);
  for (const commit of ["a", "b", "a"]) {
    github().get(path(commit)).reply(404);
    assert.equal(await read(client, commit), null);
  }
});
