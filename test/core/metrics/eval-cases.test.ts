import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { z } from "zod";
import document from "../../../fixtures/metrics/eval-cases.json" with { type: "json" };
import { type Check, evalCase } from "./eval-case.ts";
import { metricChecks } from "./eval-cases-metrics.ts";
import { statisticsChecks } from "./eval-cases-statistics.ts";

const cases = z.array(evalCase).parse(document);
const checks: ReadonlyMap<string, Check> = new Map([
  ...Object.entries(metricChecks),
  ...Object.entries(statisticsChecks),
]);

describe("values of other implementations and of papers", () => {
  let ran = 0;
  for (const each of cases) {
    test(`${each.id} is what ${each.source} gives`, () => {
      const check = checks.get(each.id);
      assert.ok(check !== undefined, `no check of ${each.id}`);
      check(each);
      ran++;
    });
  }

  test("all 60 cases ran, and no check is without its case", () => {
    assert.equal(ran, 60);
    assert.deepEqual([...checks.keys()].toSorted(), cases.map((each) => each.id).toSorted());
  });
});
