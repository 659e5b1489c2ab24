import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../app/main.ts", import.meta.url));

test("the App does not start with a weak webhook secret or without a key, says why, and repeats no secret", () => {
  for (const secret of ["development", "", "swordfish"]) {
    const { status, stderr, stdout } = spawnSync(process.execPath, [main], {
      encoding: "utf8",
      timeout: 30_000,
      env: { PATH: process.env["PATH"], APP_ID: "1", WEBHOOK_SECRET: secret },
    });
    assert.equal(status, 3, stderr);
    assert.match(stderr, /^WEBHOOK_SECRET: expected .+$/m);
    assert.match(stderr, /^PRIVATE_KEY: expected .+$/m);
    assert.doesNotMatch(stderr + stdout, /swordfish/);
  }
});
