import { z } from "zod";
import { openStore, type Store } from "../../app/store/open.ts";
import type { Service } from "../../demo/process.ts";
import { appSettings, openServices } from "../services.ts";
import { requestsOf } from "../stand-in.ts";

/**
 * Bare Probot, the same with one INSERT before its answer, once so that it waits for the disk and once not, and the App, each
 * a process of its own, with one stand-in for GitHub and a Postgres server.
 */
export type Stage = {
  readonly bareUrl: string;
  readonly storingUrl: string;
  /** Of what may lose what it acknowledged: the least that any Postgres costs, on whatever disk. */
  readonly hastyUrl: string;
  readonly appUrl: string;
  readonly secret: string;
  /** A connection of the bench's own to the App's database. */
  readonly store: Store;
  /** What GitHub was asked since it started. */
  readonly requests: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

const path = "/api/github/webhooks";

export async function openStage(options: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
}): Promise<Stage> {
  const services = await openServices({ ...options, name: "load" });
  const { databaseUrl, start, stop } = services;
  try {
    const { host } = z.object({ host: z.string() }).parse((await start("github", ["bench/load/github.ts"], {})).ready);
    const settings = appSettings(host, options.env);
    const urlOf = ({ ready }: Service) => `${z.object({ url: z.string() }).parse(ready).url}${path}`;
    const bare = await start("bare", ["bench/load/bare.ts"], settings);
    const storing = await start("storing", ["bench/load/bare.ts"], { ...settings, STORE_URL: databaseUrl });
    const hasty = await start("hasty", ["bench/load/bare.ts"], { ...settings, STORE_URL: notWaiting(databaseUrl) });
    const app = await services.startApp("app", { ...settings, DATABASE_URL: databaseUrl });
    const store = await openStore({ databaseUrl, dataFolder: "" });
    services.atTheEnd(() => store.destroy());
    return {
      bareUrl: urlOf(bare),
      storingUrl: urlOf(storing),
      hastyUrl: urlOf(hasty),
      appUrl: urlOf(app),
      secret: settings.WEBHOOK_SECRET,
      store,
      requests: async () => (await requestsOf(host)).reads + (await requestsOf(host)).writes,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The same server, whose commits do not wait for the disk. */
function notWaiting(url: string): string {
  const hasty = new URL(url);
  hasty.searchParams.set("options", "-c synchronous_commit=off");
  return hasty.href;
}
