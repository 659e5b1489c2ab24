import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  formatCount,
  formatDelta,
  formatInterval,
  formatPercent,
  formatSize,
  formatValue,
  formatValueInterval,
} from "../../../core/metrics/format.ts";

describe("numbers for people", () => {
  for (const [actual, expected] of [
    [formatValue("roc_auc", 0.8741), "0.874"],
    [formatValue("roc_auc", 0.99968), "0.9997"],
    [formatValue("roc_auc", 1), "1.000"],
    [formatValue("log_loss", 0.00004), "0.00004"],
    [formatValue("log_loss", 12.3456), "12.346"],
    [formatValue("mcc", -0.25), "−0.250"],
    [formatDelta("roc_auc", 0.0071), "+0.7 pp"],
    [formatDelta("roc_auc", -0.0131), "−1.3 pp"],
    [formatDelta("roc_auc", 0), "0.0 pp"],
    [formatDelta("roc_auc", -0), "0.0 pp"],
    [formatDelta("roc_auc", 0.0003), "+0.03 pp"],
    [formatDelta("roc_auc", -1e-12), "0.0 pp"],
    [formatDelta("log_loss", -0.0041), "−0.004"],
    [formatDelta("mcc", 0.0123), "+0.012"],
    [formatInterval("roc_auc", [0.001, 0.013]), "+0.1 … +1.3"],
    [formatInterval("log_loss", [-0.006, 0.002]), "−0.006 … +0.002"],
    [formatValueInterval("roc_auc", [0.8612, 0.8993]), "0.861 … 0.899"],
    [formatSize("roc_auc", 0.005), "0.5 pp"],
    [formatSize("log_loss", 0.005), "0.005"],
    [formatPercent(0.95), "95 %"],
    [formatPercent(0.999), "99.9 %"],
    [formatCount(900), "900"],
    [formatCount(1_900), "1,900"],
    [formatCount(1_234_567), "1,234,567"],
  ] as const) {
    test(expected, () => assert.equal(actual, expected));
  }
});
