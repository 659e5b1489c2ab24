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
    [formatValue("rmse", 412.6489), "412.6"],
    [formatValue("rmse", 0.0000123456), "0.00001235"],
    [formatValue("rmse", 99_999.6), "100,000"],
    [formatValue("rmse", 1.5e12), "1.500e+12"],
    [formatValue("rmse", 0), "0"],
    [formatValue("bias", -3.18), "−3.180"],
    [formatValue("mape", 0.1234), "0.123"],
    [formatDelta("rmse", -8412.34), "−8,412"],
    [formatDelta("rmse", 0.0456), "+0.0456"],
    [formatSize("rmse", 5), "5"],
    [formatSize("rmse", 1_500), "1,500"],
    [formatSize("rmse", 12.5), "12.5"],
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
