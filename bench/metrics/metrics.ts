import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { metricIds } from "../../core/metrics/registry.ts";
import { root } from "../../demo/world.ts";
import type { Bench, BenchOptions } from "../bench.ts";
import { describeMachine } from "../machine.ts";
import { measureSample } from "../measured.ts";
import { askPeer, type PeerAnswer, peerMissing, peerVersions } from "../peer/peer.ts";
import { columnsOf, formatInteger, formatMs, formatTimes, renderTable } from "../table.ts";
import { bestOf } from "../timing.ts";
import { compareNumbers, isResampled } from "./agreement.ts";
import { bootstrapDelta, delongDelta } from "./rank-tests.ts";
import { sampleOf } from "./sample.ts";

const sizes = [10_000, 100_000, 1_000_000] as const;
/** The bootstrap of ΔAUC alone. */
const bootstrapRows = 10_000;
const bootstrapReplicates = 1_000;
/** How `measure` draws: so many replicates of all rows, or of a part of them where there are more. */
const drawing = { rows: 20_000, replicates: 2_000, replicatesOfPart: 300 } as const;

/** All binary metrics of two models with intervals, DeLong's test and the paired bootstrap, beside the Python peer. */
export const metricsBench: Bench = {
  measures: "all binary metrics with intervals, DeLong, bootstrap, beside scikit-learn, scipy and numpy",
  run: async (options) => {
    const folder = join(root, ".tmp", `bench-${options.pid}`);
    await mkdir(folder, { recursive: true });
    try {
      return await measureMetrics(folder, options);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

type Line = { readonly work: string; readonly rows: number; readonly ms: number; readonly peerMs: number | null };

type Result = { readonly lines: readonly Line[]; readonly compared: number; readonly peer: PeerAnswer | null };

async function measureMetrics(folder: string, { progress }: BenchOptions): Promise<string> {
  const results: Result[] = [];
  for (const rows of sizes) {
    progress(`${formatInteger(rows)} rows`);
    results.push(await measureSize(folder, rows));
  }
  return render(results);
}

async function measureSize(folder: string, rows: number): Promise<Result> {
  const ids = metricIds("binary");
  const sample = sampleOf(rows);
  const { metrics } = measureSample(sample, ids);
  const resampled = metrics.filter(isResampled).map(({ id }) => id);
  const formula = ids.filter((id) => !resampled.includes(id));
  const withBootstrap = rows === bootstrapRows;
  const peer = await askPeer(folder, sample, {
    parts: ["formula", "values", "resampled", "delong", ...(withBootstrap ? (["bootstrap"] as const) : [])],
    formula,
    resampled,
    drawnRows: Math.min(rows, drawing.rows),
    replicates: rows <= drawing.rows ? drawing.replicates : drawing.replicatesOfPart,
    replicatesOfAuc: bootstrapReplicates,
  });
  const line = (work: string, part: string, call: () => unknown): Line => {
    return { work, rows, ms: bestOf(call).ms, peerMs: peer === null ? null : 1_000 * secondsOf(peer, part) };
  };
  const bootstrap = `bootstrap of ΔAUC, B = ${formatInteger(bootstrapReplicates)}`;
  const lines = [
    line(`${formula.length} metrics, intervals by formula`, "formula", () => measureSample(sample, formula)),
    line(`${resampled.length} more, intervals by bootstrap`, "resampled", () => measureSample(sample, resampled)),
    line(`all ${ids.length} metrics at once`, "all", () => measureSample(sample, ids)),
    line("DeLong's test", "delong", () => delongDelta(sample)),
    ...(withBootstrap ? [line(bootstrap, "bootstrap", () => bootstrapDelta(sample, bootstrapReplicates))] : []),
  ];
  const theirs = { ...peer?.values.formula, ...peer?.values.values };
  const { compared, differences } = compareNumbers(metrics, theirs);
  if (differences.length > 0) throw new Error(`${formatInteger(rows)} rows:\n${differences.join("\n")}`);
  return { lines, compared, peer };
}

/** What a part takes the peer; all metrics are the two parts of them. */
function secondsOf({ seconds }: PeerAnswer, part: string): number {
  if (part === "all") return (seconds["formula"] ?? 0) + (seconds["resampled"] ?? 0);
  return seconds[part] ?? Number.NaN;
}

function render(results: readonly Result[]): string {
  const peer = results.at(-1)?.peer ?? null;
  const compared = results.reduce((sum, one) => sum + one.compared, 0);
  const cells = results
    .flatMap(({ lines }) => lines)
    .map(({ work, rows, ms, peerMs }) => [
      work,
      formatInteger(rows),
      formatMs(ms),
      ...(peerMs === null ? [] : [formatMs(peerMs), formatTimes(peerMs / ms)]),
    ]);
  const note =
    peer === null
      ? peerMissing
      : `${formatInteger(compared)} numbers of both sides were compared in this run and agree to 1e-9.`;
  return [
    describeMachine(peerVersions(peer)),
    "",
    note,
    "",
    renderTable(columnsOf("", "rows", "ms", ...(peer === null ? [] : ["peer ms", "faster"])), cells),
  ].join("\n");
}
