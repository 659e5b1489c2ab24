import type { Client } from "./octokit.ts";

export type FailedDelivery = { readonly id: number; readonly guid: string; readonly attempts: number };

/**
 * Webhook deliveries since a time that GitHub could not hand over, oldest first, each once with how often it was tried.
 * GitHub does not try again by itself. Asked with the App's own token.
 */
export async function failedDeliveries(octokit: Client["octokit"], since: Date): Promise<readonly FailedDelivery[]> {
  const failed = new Map<string, FailedDelivery>();
  const pages = octokit.paginate.iterator(octokit.rest.apps.listWebhookDeliveries, {
    per_page: 100,
    status: "failure",
  });
  for await (const { data } of pages) {
    for (const { id, guid, status_code, delivered_at } of data) {
      // Newest first, so nothing of interest follows.
      if (Date.parse(delivered_at) < since.getTime()) return [...failed.values()].toReversed();
      if (status_code < 200 || status_code >= 300) {
        failed.set(guid, { id, guid, attempts: (failed.get(guid)?.attempts ?? 0) + 1 });
      }
    }
  }
  return [...failed.values()].toReversed();
}

/** Asks GitHub to send a delivery again, under the same guid. */
export async function redeliver(octokit: Client["octokit"], delivery: FailedDelivery): Promise<void> {
  await octokit.rest.apps.redeliverWebhookDelivery({ delivery_id: delivery.id });
}
