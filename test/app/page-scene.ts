import { createServer } from "node:http";
import { pino } from "pino";
import { loadSigner, type Signer } from "../../app/keys.ts";
import { openStore, type Store } from "../../app/store/open.ts";
import { createTraffic, type Traffic } from "../../app/traffic.ts";
import { createPages } from "../../app/web/pages.ts";
import { at } from "../core/plan/material.ts";
import { type ParsedMetric, parseExposition } from "./exposition.ts";

type Loaded = { readonly status: number; readonly headers: Headers; readonly body: string };

/** The pages of one process, over real HTTP, an hour after the story of the tests began. */
export type PageScene = {
  readonly store: Store;
  readonly signer: Signer;
  readonly traffic: Traffic;
  readonly root: string;
  readonly load: (path: string, method?: string) => Promise<Loaded>;
  readonly scrape: () => Promise<ReadonlyMap<string, ParsedMetric>>;
  readonly stop: () => Promise<void>;
};

/** `replicaOf`: another process on the same store; `began` (ISO 8601): when this one did, unless it is now. */
export async function openPages(
  given: { readonly replicaOf?: PageScene; readonly ready?: () => boolean; readonly began?: string } = {},
): Promise<PageScene> {
  const { replicaOf, ready = () => true, began } = given;
  const store = replicaOf?.store ?? (await openStore({ databaseUrl: null, dataFolder: "memory://" }));
  const signer = replicaOf?.signer ?? (await loadSigner(store, "assay:1", at(0)));
  const traffic = createTraffic();
  let time = began ?? at(3_600);
  const now = () => new Date(time);
  const webUrl = "https://github.example.com";
  const pages = createPages({ store, signer, ready, log: pino({ level: "silent" }), traffic, webUrl, now });
  time = at(3_600);
  const server = createServer((request, response) => {
    void pages(request, response).then((done) => done || response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const root = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const load = async (path: string, method = "GET") => {
    const response = await fetch(root + path, { method });
    return { status: response.status, headers: response.headers, body: await response.text() };
  };
  return {
    store,
    signer,
    traffic,
    root,
    load,
    scrape: async () => parseExposition((await load("/metrics")).body),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      if (replicaOf === undefined) await store.destroy();
    },
  };
}
