import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scoreBins, scoreHistogram } from "../../../core/metrics/score-histogram.ts";
import { scoreHistogram as schema } from "../../../core/report.ts";

const binary = (...scores: readonly number[]) => ({ kind: "binary", scores: Float64Array.from(scores) }) as const;

const input = {
  classNames: ["intact", "damaged"],
  labels: Int32Array.of(0, 0, 1, 1),
  candidate: binary(0, 0.019, 0.5, 1),
  baseline: null,
  scoring: "probability",
} as const;

/** Bins that hold rows, with how many. */
function filled(counts: readonly number[] | undefined): readonly (readonly [number, number])[] {
  return (counts ?? []).flatMap((n, bin) => (n === 0 ? [] : [[bin, n] as const]));
}

describe("the histogram of scores", () => {
  test("counts the rows of each class in bins over 0 to 1, the last of which holds 1", () => {
    const found = scoreHistogram(input);
    assert.deepEqual(found?.range, [0, 1]);
    assert.equal(found?.of, "positive_class");
    assert.deepEqual(found?.candidate.map(filled), [
      [[0, 2]],
      [
        [25, 1],
        [49, 1],
      ],
    ]);
    assert.equal(found?.candidate[0]?.length, scoreBins);
    schema.parse(found);
  });

  test("spans what both models give where scores are no probabilities", () => {
    const found = scoreHistogram({ ...input, scoring: "score", baseline: binary(-10, 0, 0, 5) });
    assert.deepEqual(found?.range, [-10, 5]);
    assert.deepEqual(found?.baseline?.map(filled), [
      [
        [0, 1],
        [33, 1],
      ],
      [
        [33, 1],
        [49, 1],
      ],
    ]);
  });

  test("takes the probability of the row's true class where there are more than two", () => {
    const probabilities = Float64Array.of(0.7, 0.2, 0.1, 0.3, 0.3, 0.4);
    const found = scoreHistogram({
      ...input,
      classNames: ["a", "b", "c"],
      labels: Int32Array.of(0, 2),
      candidate: { kind: "multiclass", probabilities, classes: 3 },
    });
    assert.equal(found?.of, "true_class");
    assert.deepEqual(found?.candidate.map(filled), [[[35, 1]], [], [[20, 1]]]);
  });

  const numbers = { kind: "value", values: Float64Array.of(1, 2, 3, 4) } as const;
  const without: readonly (readonly [string, Parameters<typeof scoreHistogram>[0]])[] = [
    ["labels alone", { ...input, scoring: "label" }],
    ["no rows", { ...input, labels: Int32Array.of(), candidate: binary() }],
    ["a model of numbers", { ...input, candidate: numbers, labels: Float64Array.of(1, 2, 3, 4) }],
    ["scores that are all equal", { ...input, scoring: "score", candidate: binary(2, 2, 2, 2) }],
    ["scores too far apart", { ...input, scoring: "score", candidate: binary(-1e308, 1e308, 0, 0) }],
    ["eleven classes", { ...input, classNames: "abcdefghijk".split("") }],
  ];
  for (const [name, of] of without) {
    test(`is none for ${name}`, () => {
      assert.equal(scoreHistogram(of), null);
    });
  }
});
