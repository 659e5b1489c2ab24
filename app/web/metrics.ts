import type { Status } from "../store/status.ts";

/** Prometheus text format 0.0.4. */
export function renderMetrics(status: Status): string {
  return [
    gauge("assay_deliveries", "Webhook deliveries in the inbox by state.", status.deliveries),
    gauge("assay_effects", "Effects in the outbox by state.", status.effects),
  ].join("");
}

function gauge(name: string, help: string, values: Readonly<Record<string, number>>): string {
  const lines = Object.entries(values).map(([state, value]) => `${name}{state="${state}"} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}
