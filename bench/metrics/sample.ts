import { drawSample, type Sample } from "../binormal.ts";
import { equalPair } from "../honesty/population.ts";
import { randomFrom } from "../random.ts";

/** Two models of ROC AUC 0.86 whose decisions differ in a tenth of the rows; three rows in ten are positive. */
export function sampleOf(rows: number): Sample {
  return drawSample(equalPair(1.5, 0.3, 0.1), rows, randomFrom("bench", rows));
}
