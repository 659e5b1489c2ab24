import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startReconciler } from "../../app/reconcile/reconciler.ts";
import { manyPulls, rememberManyPulls } from "./many-pulls.ts";
import { openReconcileWorld } from "./reconcile-world.ts";

const world = await openReconcileWorld();
after(() => world.stop());

const mostRequests = 100;
const mostBytes = 200 * 1024 * 1024;
const began = 100_000;

/** The App, whose tokens never last until the next minute. */
function options() {
  const minutes = new Map<number, number>();
  return {
    ...world.options,
    octokitFor: async (installationId: number) => {
      const octokit = await world.options.octokitFor(installationId);
      if (minutes.get(installationId) !== world.clock.second)
        await octokit.request("POST /app/installations/{installation_id}/access_tokens", {
          installation_id: installationId,
        });
      minutes.set(installationId, world.clock.second);
      return octokit;
    },
  };
}

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

for (const scene of ["quiet", "all pushed to unheard"] as const)
  test(`ten thousand open pull requests, ${scene}: below ${mostRequests} requests a minute and 200 MB`, async (t) => {
    await world.begin(manyPulls(scene, () => world.clock.second));
    world.clock.second = began;
    await rememberManyPulls(world.store, began);
    collectGarbage();
    const before = process.memoryUsage();
    let mostHeap = 0;
    let mostResident = 0;
    const reconciler = startReconciler(options());
    t.after(() => reconciler.stop());
    // The round it begins with is not counted: this one waits for its end.
    await reconciler.round();
    for (let minute = 1; minute <= 5; minute += 1) {
      world.clock.second += 60;
      const asked = world.requests().length;
      await reconciler.round();
      const requests = world.requests().length - asked;
      assert.ok(requests < mostRequests, `${requests} requests in minute ${minute}`);
      assert.ok(requests > mostRequests / 2, `it does what it may: ${requests}`);
      const { heapUsed, rss } = process.memoryUsage();
      mostHeap = Math.max(mostHeap, heapUsed);
      mostResident = Math.max(mostResident, rss);
    }
    assert.ok(mostHeap - before.heapUsed < mostBytes, `the heap grew by ${mostHeap - before.heapUsed}`);
    assert.ok(mostResident - before.rss < mostBytes, `the process grew by ${mostResident - before.rss}`);
    assert.ok(Object.values(await world.heals()).some((count) => count > 0));
  });
