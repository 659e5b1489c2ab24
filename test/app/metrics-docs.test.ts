import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { pause, reserve } from "../../app/store/budgets.ts";
import { writeCursor } from "../../app/store/cursor.ts";
import { at } from "../core/plan/material.ts";
import { tell } from "../core/plan/situations.ts";
import { busy, goThrough, liveThrough } from "./busy-scene.ts";
import type { ParsedMetric } from "./exposition.ts";
import { openPages } from "./page-scene.ts";

type Row = {
  readonly type: string;
  /** Apart from a histogram's own, in alphabetical order. */
  readonly labels: string;
  readonly replicas: string;
  readonly isFromZero: boolean;
};

const documented = await readTable();

// Two processes that began before anything happened; all traffic went through the first. The third began when all was over.
const first = await openPages({ began: at(0) });
const second = await openPages({ replicaOf: first, began: at(0) });
after(first.stop);
after(second.stop);
await liveThrough(first.store);
await goThrough(first.traffic);
await busy(first.store).commit(tell({ entropy: "another" }).push("head 3"), 200);
await writeCursor(first.store, "round", { at: at(0) });
await reserve(first.store, 3, { points: 5, creations: 1 });
await pause(first.store, 3, 90);
const third = await openPages({ replicaOf: first, began: at(3_000) });
after(third.stop);
const [told, toldBySecond, toldByThird] = [await first.scrape(), await second.scrape(), await third.scrape()];

test("the documentation lists every metric that is told, and no other", () => {
  assert.deepEqual([...documented.keys()].toSorted(), [...told.keys()].toSorted());
});

for (const [name, metric] of told)
  test(`the documentation says of ${name} what is so`, () => {
    const row = documented.get(name);
    assert.ok(row !== undefined, "it is not in the table");
    assert.equal(row.type, metric.type);
    assert.equal(row.labels, labelsOf(metric), `${name} has other labels`);
    const isCounted = metric.type !== "gauge";
    assert.ok(total(metric) > 0 || !isCounted, `nothing of ${name} happened, so nothing is known of it`);
    if (!isCounted) assert.ok(!row.isFromZero, "a gauge begins anywhere");
    // Three pages in one process cannot tell what is that process's own.
    else if (name.startsWith("process_")) assert.deepEqual([row.isFromZero, row.replicas], [true, "each"]);
    else {
      assert.equal(row.isFromZero, total(toldByThird.get(name)) === 0, "the mark is wrong");
      assert.equal(row.replicas, isSameFrom(name) ? "max" : "sum", "replicas are to be put together in another way");
    }
  });

/** Did the replica that no traffic went through tell the same? */
function isSameFrom(name: string): boolean {
  const [mine, other] = [total(told.get(name)), total(toldBySecond.get(name))];
  assert.ok(other === mine || other === 0, `${name}: ${mine} and ${other}`);
  return other === mine;
}

/** Of a histogram, what was observed. */
function total(metric: ParsedMetric | undefined): number {
  const counted = [...(metric?.samples ?? [])].filter(([key]) => !/^_(bucket|sum)/.test(key));
  return counted.reduce((sum, [, value]) => sum + value, 0);
}

function labelsOf({ samples }: ParsedMetric): string {
  const names = [...samples.keys()].flatMap((key) => [...key.matchAll(/(\w+)="/g)].map(([, label = ""]) => label));
  return [...new Set(names)]
    .filter((label) => label !== "le")
    .toSorted()
    .join(", ");
}

async function readTable(): Promise<ReadonlyMap<string, Row>> {
  const page = await readFile(new URL("../../docs/operations.md", import.meta.url), "utf8");
  const rows = new Map<string, Row>();
  for (const line of page.slice(page.indexOf("\n## Metrics\n")).split("\n")) {
    const [, names = "", type = "", replicas = ""] = line.split("|").map((cell) => cell.trim());
    const isFromZero = names.endsWith("*");
    for (const [, name = "", labels = ""] of names.matchAll(/`(\w+)`(?: \{([^}]*)\})?/g)) {
      assert.ok(!rows.has(name), `${name} is in the table twice`);
      const sorted = labels.split(", ").toSorted().join(", ");
      rows.set(name, { type, labels: sorted, replicas, isFromZero });
    }
  }
  return rows;
}
