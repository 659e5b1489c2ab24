import type { TrafficReading } from "../traffic.ts";
import type { ProcessReading } from "./process-watch.ts";
import { family, histogram, type Sample } from "./prometheus.ts";
import { each, ofStore, type StoreMeasurements } from "./store-metrics.ts";
import type { TallyReading } from "./tally.ts";

/** Everything that is measured, at one moment. */
export type Measurements = StoreMeasurements & {
  readonly version: string;
  readonly ready: boolean;
  readonly tally: TallyReading;
  readonly traffic: TrafficReading;
  readonly process: ProcessReading;
};

/**
 * Prometheus text format 0.0.4. What comes from the store is about all replicas, each of which tells the same, or counts the
 * same from its own start on: take the maximum. What went through this process (webhooks, requests) adds up.
 */
export function renderMetrics(measured: Measurements): string {
  return [
    ...ofStore(measured),
    ...ofDecisions(measured),
    ...ofTraffic(measured.traffic, measured.now),
    ...ofProcess(measured),
  ].join("");
}

function ofDecisions({ tally }: Measurements): readonly string[] {
  return [
    family(
      "assay_decisions_total",
      "counter",
      "Lines of the ledger since the process began, by what was decided and why.",
      tally.decisions,
    ),
    family(
      "assay_commands_total",
      "counter",
      "Commands in comments since the process began, by what was decided about them and why.",
      tally.commands,
    ),
    family(
      "assay_promotions_total",
      "counter",
      "Versions since the process began that came into an environment or did not, and why.",
      tally.promotions,
    ),
    family(
      "assay_sticky_conflicts_total",
      "counter",
      "Comments of ours that others edited or deleted, heard or found since the process began.",
      each("change", [], tally.conflicts),
    ),
    family(
      "assay_gpu_seconds_total",
      "counter",
      "How long training runs that ended since the process began held their machines, by what came of them.",
      each("outcome", [], tally.machineTime),
    ),
    histogram("assay_verdict_seconds", "From the beginning of a job to its verdict.", tally.verdictSeconds),
    histogram(
      "assay_first_reaction_seconds",
      "From when a comment with a command, or a push, was received to the first thing that GitHub shows of it.",
      Object.entries(tally.reactionSeconds).map(([to, reading]) => ({ labels: { to }, reading })),
    ),
  ];
}

function ofTraffic(traffic: TrafficReading, now: Date): readonly string[] {
  const rates = (value: (rate: TrafficReading["rates"][number]) => number): readonly Sample[] =>
    traffic.rates.map((rate) => ({
      labels: { installation: rate.installationId ?? "app", resource: rate.resource },
      value: value(rate),
    }));
  return [
    family(
      "assay_webhooks_total",
      "counter",
      "Requests to the webhook address by how they ended.",
      traffic.webhooks.map(({ outcome, count }) => ({ labels: { outcome }, value: count })),
    ),
    histogram(
      "assay_webhook_ack_seconds",
      "From a delivery's first byte to its acknowledgement.",
      traffic.acknowledged,
    ),
    family(
      "assay_github_requests_total",
      "counter",
      "Requests to GitHub by class of route, method and status.",
      traffic.requests.map(({ route, method, status, count }) => ({ labels: { route, method, status }, value: count })),
    ),
    histogram("assay_github_request_seconds", "How long requests to GitHub took.", traffic.requestSeconds),
    family(
      "assay_github_limited_total",
      "counter",
      "Answers of GitHub that asked to wait, by the kind of limit.",
      each("limit", [], traffic.limited),
    ),
    family(
      "assay_redeliveries_total",
      "counter",
      "Deliveries that GitHub was asked to send again: it will, or would not.",
      redeliveries(traffic),
    ),
    family(
      "assay_github_rate_limit_remaining",
      "gauge",
      "Requests left, as GitHub last said.",
      rates(({ remaining }) => remaining),
    ),
    family(
      "assay_github_rate_limit",
      "gauge",
      "Requests allowed, as GitHub last said.",
      rates(({ limit }) => limit),
    ),
    family(
      "assay_github_rate_limit_reset_seconds",
      "gauge",
      "Time until they are all there again.",
      rates(({ resetAt }) => Math.max(0, (Date.parse(resetAt) - now.getTime()) / 1_000)),
    ),
  ];
}

/** The only thing that the App posts there. */
function redeliveries({ requests }: TrafficReading): readonly Sample[] {
  const asked = requests.filter(({ route, method }) => route === "app/hook" && method === "POST");
  const sum = (isAccepted: boolean) =>
    asked.filter(({ status }) => status.startsWith("2") === isAccepted).reduce((total, { count }) => total + count, 0);
  return each("answer", [], { accepted: sum(true), refused: sum(false) });
}

function ofProcess({ process, version, ready }: Measurements): readonly string[] {
  const one = (name: string, type: "counter" | "gauge", help: string, value: number) =>
    family(name, type, help, [{ value }]);
  return [
    family("assay_build_info", "gauge", "The version that runs.", [
      { labels: { version, node: nodeVersion() }, value: 1 },
    ]),
    one("assay_ready", "gauge", "Whether this process takes part in the work.", ready ? 1 : 0),
    one(
      "process_start_time_seconds",
      "gauge",
      "When the process began, in seconds since 1970.",
      process.startedAtSeconds,
    ),
    one("process_cpu_seconds_total", "counter", "Processor time used.", process.cpuSeconds),
    one("process_resident_memory_bytes", "gauge", "Resident memory.", process.residentBytes),
    one("nodejs_heap_size_used_bytes", "gauge", "Used heap.", process.heapBytes),
    one("nodejs_external_memory_bytes", "gauge", "Memory outside of the heap.", process.externalBytes),
    one(
      "nodejs_eventloop_lag_mean_seconds",
      "gauge",
      "How late timers were since the last look, on average.",
      process.loopDelay.mean,
    ),
    one("nodejs_eventloop_lag_p50_seconds", "gauge", "The same, median.", process.loopDelay.p50),
    one("nodejs_eventloop_lag_p99_seconds", "gauge", "The same, 99th percentile.", process.loopDelay.p99),
    one("nodejs_eventloop_lag_max_seconds", "gauge", "The same, longest.", process.loopDelay.max),
  ];
}

function nodeVersion(): string {
  return process.versions.node;
}
