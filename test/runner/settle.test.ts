import assert from "node:assert/strict";
import { test } from "node:test";
import { type Settling, settlePredictions } from "../../runner/evaluate/settle.ts";

const side = (values: readonly number[]) => ({ role: "candidate", file: "c.onnx", values: Float64Array.from(values) });

const settling = (of: Partial<Settling> & Pick<Settling, "labels">): Settling => ({
  task: "binary",
  kind: "probability",
  width: 1,
  onNan: "worst",
  naming: "configuration",
  rowNumbers: Uint32Array.from(of.labels, (_, row) => row + 11),
  ...of,
});

test("the worst binary probability is certain of the other class", () => {
  const own = side([Number.NaN, 0.3, Number.POSITIVE_INFINITY]);
  assert.equal(settlePredictions(settling({ labels: Int32Array.of(0, 1, 1) }), [own]), null);
  assert.deepEqual([...own.values], [1, 0.3, 0]);
});

test("the worst of several classes is certain of another one", () => {
  const own = side([Number.NaN, 0.5, 0.5, 0.2, 0.3, 0.5]);
  settlePredictions(settling({ task: "multiclass", width: 3, labels: Int32Array.of(2, 0) }), [own]);
  assert.deepEqual([...own.values], [1, 0, 0, 0.2, 0.3, 0.5]);
});

test("the worst label is another one", () => {
  const own = side([Number.NaN, Number.NaN, 2]);
  settlePredictions(settling({ task: "multiclass", kind: "label", labels: Int32Array.of(0, 2, 2) }), [own]);
  assert.deepEqual([...own.values], [1, 0, 2]);
});

test("the worst of a ranking puts what is relevant last and what is not first", () => {
  const own = side([Number.NaN, Number.NaN, -5, 7]);
  settlePredictions(settling({ task: "ranking", kind: "value", labels: Float64Array.of(2, 0, 1, 0) }), [own]);
  const [relevant = 0, other = 0] = own.values;
  assert.ok(relevant < -5 && other > 7 && Number.isFinite(relevant) && Number.isFinite(other));
});

test("rounding errors are clipped, more is refused with the first five rows", () => {
  const own = side([-5e-7, 1 + 5e-7]);
  settlePredictions(settling({ labels: Int32Array.of(0, 1) }), [own]);
  assert.deepEqual([...own.values], [0, 1]);
  const wrong = side([2, 0.5, 3, 4, 5, 6, 7]);
  assert.throws(
    () => settlePredictions(settling({ labels: new Int32Array(7) }), [wrong]),
    /6 of 7 predictions are not probabilities \(row 11: 2; row 13: 3; row 14: 4; row 15: 5; row 16: 6\)/,
  );
});

test("probabilities of a row sum to 1 within a thousandth", () => {
  const labels = Int32Array.of(0, 1);
  const multiclass = settling({ task: "multiclass", width: 2, labels });
  assert.equal(settlePredictions(multiclass, [side([0.5, 0.5004, 0.2, 0.8])]), null);
  assert.throws(
    () => settlePredictions(multiclass, [side([0.5, 0.5, 0.2, 0.9])]),
    /1 of 2 rows do not sum to 1 \(row 12: 0\.2, 0\.9\)/,
  );
});

test("a row that one model lacks goes for both; where none is left, that is an error", () => {
  const dropping = settling({ onNan: "drop-pair", labels: Int32Array.of(0, 1, 1) });
  const kept = settlePredictions(dropping, [side([0.1, Number.NaN, 0.3]), side([0.1, 0.2, Number.NaN])]);
  assert.deepEqual(kept, Uint32Array.of(0));
  const nothing = side([Number.NaN, Number.NaN, Number.NaN]);
  assert.throws(() => settlePredictions(dropping, [nothing]), /no row is left/);
});

test("in a row that is left out, what else is wrong does not matter", () => {
  const dropping = settling({ onNan: "drop-pair", labels: Int32Array.of(0, 1) });
  assert.deepEqual(settlePredictions(dropping, [side([9, 0.2]), side([Number.NaN, 0.5])]), Uint32Array.of(1));
});

test("the worst score is beyond the wrong end of all that were given", () => {
  const own = side([Number.NaN, Number.NaN, -5, 7]);
  settlePredictions(settling({ kind: "score", labels: Int32Array.of(0, 1, 0, 1) }), [own]);
  const [negative = 0, positive = 0] = own.values;
  assert.ok(positive < -5 && negative > 7 && Number.isFinite(positive) && Number.isFinite(negative));
});

const column = { ...side([0, Number.NaN, 1.5, 1]), role: '--candidate, column "p"', file: "p.csv" };

for (const [name, of, values, says] of [
  [
    "a missing prediction",
    {},
    [0, Number.NaN, 0.5, 1],
    '--candidate, column "p": 1 of 4 rows have a prediction that is missing or no finite number (row 12: none); --on-nan: drop-pair leaves such rows out for both models, worst counts them as wrong',
  ],
  [
    "an infinite number of a regression",
    { task: "regression", kind: "value" },
    [0, 1, 2, Number.POSITIVE_INFINITY],
    '--candidate, column "p": 1 of 4 rows have a prediction that is missing or no finite number (row 14: Infinity); --on-nan: drop-pair leaves such rows out for both models',
  ],
  [
    "a score that is no probability",
    {},
    [0, 1, 1.5, 1],
    '--candidate, column "p": 1 of 4 predictions are not probabilities (row 13: 1.5); for scores that are no probabilities give --scores',
  ],
] as const) {
  test(`where flags name what is read, they say what is wrong and what to do: ${name}`, () => {
    const input = settling({ labels: Int32Array.of(0, 1, 0, 1), onNan: "error", naming: "flags", ...of });
    assert.throws(() => settlePredictions(input, [{ ...column, values: Float64Array.from(values) }]), {
      message: says,
    });
  });
}
