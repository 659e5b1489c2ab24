import type { Client } from "./octokit.ts";

export type HookDelivery = {
  readonly id: number;
  /** The same for every attempt at one event. */
  readonly guid: string;
  /** Did GitHub get a 2xx for it? */
  readonly arrived: boolean;
  /** ISO 8601 */
  readonly deliveredAt: string;
};

/**
 * A page of the App's webhook deliveries, the newest first, with the cursor of the next page; `only` failures or all of
 * them. GitHub keeps them for three days and does not try again by itself. Asked with the App's own token.
 */
export async function listDeliveries(
  octokit: Client["octokit"],
  { cursor, only }: { readonly cursor: string | null; readonly only: "failures" | "all" },
): Promise<{ readonly deliveries: readonly HookDelivery[]; readonly next: string | null }> {
  const { data, headers } = await octokit.rest.apps.listWebhookDeliveries({
    per_page: 100,
    ...(only === "failures" ? { status: "failure" as const } : {}),
    ...(cursor === null ? {} : { cursor }),
  });
  return {
    deliveries: data.map(({ id, guid, status_code, delivered_at }) => ({
      id,
      guid,
      arrived: status_code >= 200 && status_code < 300,
      deliveredAt: delivered_at,
    })),
    next: nextCursor(headers.link ?? ""),
  };
}

/** The cursor as GitHub means it: in the Link header it is written for an address, and a request writes it so again. */
function nextCursor(link: string): string | null {
  const address = /<([^<>]*)>\s*;[^<]*rel="next"/.exec(link)?.[1];
  return address === undefined ? null : (new URL(address).searchParams.get("cursor") ?? null);
}

/** Asks GitHub to send a delivery again, under the same guid. */
export async function redeliver(octokit: Client["octokit"], deliveryId: number): Promise<void> {
  await octokit.rest.apps.redeliverWebhookDelivery({ delivery_id: deliveryId });
}
