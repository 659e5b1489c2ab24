import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { samplesF1, subsetAccuracy } from "../../../core/metrics/multilabel.ts";
import { cer, exactMatch, tokenF1, wer } from "../../../core/metrics/text.ts";
import { bleu, chrf } from "../../../core/metrics/text-overlap.ts";

describe("metrics of texts", () => {
  test("word error rate counts edits over the words of all references, and can exceed 1", () => {
    // The example of torchmetrics' documentation.
    const predicted = ["this is the prediction", "there is an other sample"];
    assert.equal(wer(predicted, ["this is the reference", "there is another one"]), 4 / 8);
    assert.equal(wer(["a b c"], ["d"]), 3);
    assert.equal(wer(["a"], [" "]), null);
  });

  test("character error rate counts code points", () => {
    assert.equal(cer(["kitten"], ["sitting"]), 3 / 7);
    assert.equal(cer(["😀"], ["😃"]), 1);
    assert.equal(cer(["a"], [""]), null);
  });

  for (const [prediction, references, match, f1] of [
    ["The Cat!", ["cat"], 1, 1],
    ["a cat sat", ["the cat"], 0, 2 / 3],
    ["", ["the"], 1, 1],
    ["cat", [""], 0, 0],
    ["cat", ["dog", "cat dog"], 0, 2 / 3],
    ["theatre", ["atre"], 0, 0],
  ] as const) {
    test(`"${prediction}" against ${JSON.stringify(references)}`, () => {
      assert.equal(exactMatch(prediction, references), match);
      assert.equal(tokenF1(prediction, references), f1);
    });
  }

  test("BLEU is 1 for the reference itself, 0 without a shared 4-gram, undefined without words", () => {
    const sentence = "the quick brown fox jumps";
    assert.equal(bleu([sentence], [[sentence]]), 1);
    assert.equal(bleu(["the quick brown"], [[sentence]]), 0);
    assert.equal(bleu([""], [[sentence]]), null);
  });

  test("BLEU punishes brevity", () => {
    assert.equal(bleu(["the quick brown fox"], [["the quick brown fox jumps"]]), Math.exp(1 - 5 / 4));
  });

  test("chrF is 1 for the reference itself and 0 where nothing is shared", () => {
    const sentence = "the quick brown fox jumps";
    assert.equal(chrf([sentence], [["something else", sentence]]), 1);
    assert.equal(chrf(["xyz"], [["abc"]]), 0);
    assert.equal(chrf([""], [[""]]), null);
  });
});

describe("metrics of sets of labels", () => {
  const truth = { rows: 3, labels: 2, has: Uint8Array.of(0, 0, 1, 0, 1, 1) };
  const predicted = { rows: 3, labels: 2, has: Uint8Array.of(0, 0, 1, 1, 0, 0) };

  test("a row without labels counts as the caller says", () => {
    assert.equal(samplesF1(truth, predicted, 0), (2 / 3 + 0) / 3);
    assert.equal(samplesF1(truth, predicted, 1), (1 + 2 / 3 + 0) / 3);
    assert.equal(samplesF1(truth, predicted, null), (2 / 3 + 0) / 2);
    const empty = { rows: 1, labels: 2, has: Uint8Array.of(0, 0) };
    assert.equal(samplesF1(empty, empty, null), null);
  });

  test("subset accuracy wants the whole set", () => {
    assert.equal(subsetAccuracy(truth, predicted), 1 / 3);
    assert.equal(subsetAccuracy({ ...truth, rows: 0 }, { ...predicted, rows: 0 }), null);
  });
});
