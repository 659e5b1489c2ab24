import { z } from "zod";
import { appOnly } from "../auth/access.ts";
import { found, notFound } from "../http/problem.ts";
import { type Route, route } from "../http/route.ts";
import type { App, Delivery } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { announceInstallations } from "../webhooks/announce.ts";
import { appOf } from "./apps.ts";

const configSchema = z.object({
  url: z.url().optional(),
  secret: z.string().optional(),
  content_type: z.string().optional(),
  insecure_ssl: z.union([z.string(), z.number()]).optional(),
});

/** The App's own webhook: where it goes, what was sent, and sending it again. */
export const hookRoutes: readonly Route[] = [
  route("get", "/app/hook/config", appOnly, ({ actor }) => ({ status: 200, body: configShape(appOf(actor)) })),
  route("patch", "/app/hook/config", appOnly, ({ hub, actor, read }) => {
    const app = appOf(actor);
    const { url, secret } = read(configSchema);
    const first = app.hookUrl === null;
    if (url !== undefined) app.hookUrl = url;
    if (secret !== undefined) app.hookSecret = secret;
    if (first) announceInstallations(hub, app);
    return { status: 200, body: configShape(app) };
  }),
  route("get", "/app/hook/deliveries", appOnly, ({ hub, actor, query, linkNext }) => {
    const app = appOf(actor);
    const perPage = Math.min(Math.max(Number(query.get("per_page") ?? 30) || 30, 1), 100);
    const status = query.get("status");
    const cursor = Number((query.get("cursor") ?? "").replace(/^v1_/u, "")) || Number.POSITIVE_INFINITY;
    const matching = hub.world.deliveries
      .filter((delivery) => delivery.app === app && delivery.id < cursor)
      .filter((delivery) => status === null || (status === "success") === succeeded(delivery))
      .toReversed();
    const shown = matching.slice(0, perPage);
    const last = shown.at(-1);
    if (matching.length > perPage && last !== undefined)
      linkNext({ cursor: `v1_${last.id}`, per_page: String(perPage) });
    return { status: 200, body: shown.map(itemShape) };
  }),
  route("get", "/app/hook/deliveries/{delivery_id}", appOnly, ({ hub, actor, parameters }) => {
    const delivery = deliveryOf(hub.world, appOf(actor), parameters.delivery_id);
    return {
      status: 200,
      body: {
        ...itemShape(delivery),
        url: delivery.app.hookUrl ?? "",
        request: { headers: { ...delivery.headers }, payload: payloadOf(delivery) },
        response: { headers: { ...delivery.answer.headers }, payload: delivery.answer.body },
      },
    };
  }),
  route("post", "/app/hook/deliveries/{delivery_id}/attempts", appOnly, ({ hub, actor, parameters }) => {
    hub.webhooks.redeliver(deliveryOf(hub.world, appOf(actor), parameters.delivery_id));
    return { status: 202, body: {} };
  }),
];

function configShape(app: App) {
  return {
    content_type: "json",
    insecure_ssl: "0",
    secret: "********",
    ...(app.hookUrl === null ? {} : { url: app.hookUrl }),
  };
}

const succeeded = (delivery: Delivery): boolean => delivery.statusCode >= 200 && delivery.statusCode < 400;

function itemShape(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.durationSeconds,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installation?.id ?? null,
    repository_id: delivery.repository?.id ?? null,
    throttled_at: null,
  };
}

const payloadSchema = z.record(z.string(), z.unknown());

function payloadOf(delivery: Delivery): Record<string, unknown> {
  return payloadSchema.parse(JSON.parse(delivery.body));
}

function deliveryOf(world: World, app: App, id: string): Delivery {
  const delivery = found(world.deliveries.find((known) => known.id === Number(id)));
  if (delivery.app !== app) throw notFound();
  return delivery;
}
