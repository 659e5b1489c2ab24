export type { ChartContext, History, HistoryPoint, LearningCurve } from "./context.ts";
export { contextOf } from "./context.ts";
export { chartSpec, drawChart, drawSvg, renderPng, renderSvg } from "./draw.ts";
export { chartKinds } from "./kinds.ts";
export type { Theme } from "./theme.ts";
export { allChartKinds, type ChartKind, chartAlt, chartTitle } from "./titles.ts";
