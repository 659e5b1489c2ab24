import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { WebhookFaults } from "../http/faults.ts";
import type { GitHubEvent, Webhooks } from "../hub.ts";
import { repositoryShape } from "../shapes/repository.ts";
import { nodeId, simpleUser } from "../shapes/user.ts";
import type { App, Delivery, Installation } from "../state/records.ts";
import { installationOn, type World } from "../state/world.ts";

type Parcel = Omit<Delivery, "id" | "deliveredAt" | "durationSeconds" | "status" | "statusCode" | "answer">;

const timeoutMs = 10_000;
const heldMs = 1_000;

/** The queue of outgoing webhooks; `faults` may lose, double, delay or reorder them. */
export function createWebhooks(world: World, faults: WebhookFaults, log: (line: string) => void): Webhooks {
  const tails = new Map<App, Promise<void>>();
  const held = new Map<App, Parcel>();
  const stop = new AbortController();
  let waiting = 0;

  function enqueue(parcel: Parcel, delayMs = 0, arrives = true): void {
    waiting += 1;
    const before = tails.get(parcel.app) ?? Promise.resolve();
    const after = before.then(async () => {
      if (delayMs > 0) await sleep(delayMs, null, { signal: stop.signal }).catch(() => undefined);
      if (!stop.signal.aborted) await attempt(parcel, arrives);
      waiting -= 1;
    });
    tails.set(parcel.app, after);
  }

  async function attempt(parcel: Parcel, arrives: boolean): Promise<void> {
    const started = performance.now();
    const outcome = arrives ? await post(parcel, stop.signal) : failure("failed to connect to host");
    const durationSeconds = Math.round((performance.now() - started) / 10) / 100;
    world.deliveries.push({
      ...parcel,
      id: world.newId(),
      deliveredAt: new Date(world.clock.now()).toISOString(),
      durationSeconds,
      ...outcome,
    });
    log(
      `webhook ${parcel.event}${parcel.action === null ? "" : `.${parcel.action}`} -> ${parcel.app.slug}: ${outcome.statusCode} ${outcome.status}`,
    );
  }

  function dispatch(parcel: Parcel): void {
    const fault = faults.webhook(parcel.event, parcel.action);
    if (fault?.kind === "drop") {
      log(`webhook ${parcel.event} dropped by a fault`);
      return;
    }
    if (fault?.kind === "reorder" && !held.has(parcel.app)) {
      void hold(parcel, fault.heldMs ?? heldMs);
      return;
    }
    enqueue(parcel, fault?.kind === "delay" ? fault.delayMs : 0, fault?.kind !== "fail");
    if (fault?.kind === "duplicate") enqueue(parcel);
    const late = held.get(parcel.app);
    if (late !== undefined) release(late);
  }

  /** Keeps it back until the next one has overtaken it, or until nothing has come for a while. */
  async function hold(parcel: Parcel, ms: number): Promise<void> {
    held.set(parcel.app, parcel);
    waiting += 1;
    await sleep(ms, null, { signal: stop.signal, ref: false }).catch(() => undefined);
    release(parcel);
  }

  function release(parcel: Parcel): void {
    if (held.get(parcel.app) !== parcel) return;
    held.delete(parcel.app);
    waiting -= 1;
    enqueue(parcel);
  }

  return {
    send(event) {
      for (const app of world.apps.values()) {
        if (event.only !== undefined && event.only !== app) continue;
        const installation = event.repository === null ? null : installationOn(world, app, event.repository);
        const always = event.name === "installation" || event.name === "ping";
        if (app.hookUrl === null || (event.repository !== null && installation === null)) continue;
        if (always || app.events.includes(event.name)) dispatch(pack(world, app, installation, event));
      }
    },
    redeliver(delivery) {
      const { app, guid, event, action, installation, repository, body, headers } = delivery;
      enqueue({ app, guid, event, action, installation, repository, body, headers, redelivery: true });
    },
    pending: () => waiting,
    async close() {
      stop.abort();
      await Promise.all(tails.values());
    },
  };
}

function pack(world: World, app: App, installation: Installation | null, event: GitHubEvent): Parcel {
  const guid = randomUUID();
  const body = JSON.stringify({
    ...(event.action === null ? {} : { action: event.action }),
    ...event.payload,
    ...(event.repository === null ? {} : { repository: repositoryShape(world, event.repository) }),
    sender: simpleUser(world, event.sender),
    ...(installation === null || "installation" in event.payload
      ? {}
      : { installation: { id: installation.id, node_id: nodeId("IN", installation.id) } }),
  });
  const headers = {
    accept: "*/*",
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/emulator",
    "x-github-delivery": guid,
    "x-github-event": event.name,
    "x-github-hook-id": String(app.hookId),
    "x-github-hook-installation-target-id": String(app.id),
    "x-github-hook-installation-target-type": "integration",
  };
  return {
    app,
    guid,
    event: event.name,
    action: event.action,
    installation,
    repository: event.repository,
    redelivery: false,
    body,
    headers,
  };
}

type Outcome = Pick<Delivery, "status" | "statusCode" | "answer">;

function failure(status: string): Outcome {
  return { status, statusCode: status === "timed out" ? 504 : 502, answer: { headers: {}, body: null } };
}

async function post(parcel: Parcel, stop: AbortSignal): Promise<Outcome> {
  const { app, body, headers } = parcel;
  if (app.hookUrl === null) return failure("failed to connect to host");
  // The secret of the moment: a redelivery is signed anew.
  const signature = `sha256=${createHmac("sha256", app.hookSecret).update(body).digest("hex")}`;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(app.hookUrl, {
      method: "POST",
      body,
      headers: { ...headers, "x-hub-signature-256": signature },
      signal: AbortSignal.any([timeout, stop]),
      redirect: "manual",
    });
    const text = await response.text();
    return {
      status: response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`,
      statusCode: response.status,
      answer: { headers: Object.fromEntries(response.headers), body: text.slice(0, 65_536) },
    };
  } catch {
    return failure(timeout.aborted ? "timed out" : "failed to connect to host");
  }
}
