export { confusionChart } from "./confusion.ts";
export { calibrationChart, prChart, rocChart } from "./curves.ts";
export { chartSpec, drawChart, renderPng, renderSvg } from "./draw.ts";
export { forestChart } from "./forest.ts";
export { type ChartKind, chartAlt, chartKinds, chartTitle, type Theme } from "./kinds.ts";
export { learningCurve } from "./learning.ts";
