import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import { z } from "zod";
import { openStore } from "../../app/store/open.ts";
import { rememberManyPulls } from "../../test/app/many-pulls.ts";
import { at } from "../../test/core/plan/material.ts";
import type { Bench } from "../bench.ts";
import { describeMachine } from "../machine.ts";
import { appSettings, heldMb, openServices, type Services } from "../services.ts";
import { requestsOf } from "../stand-in.ts";
import { columnsOf, formatInteger, renderTable } from "../table.ts";

const defaultMinutes = 5;
const scenes = ["nothing", "quiet", "all pushed to unheard"] as const;
type Scene = (typeof scenes)[number];
const minuteMs = 60_000;
const lookMs = 5_000;

/** What the reconciler of the App asks and holds with ten thousand open pull requests, beside an App without any. */
export const reconcileBench: Bench = {
  measures: "the App's requests to GitHub and its memory with 10,000 open pull requests, beside an App without any",
  run: async ({ runs, env, pid, progress }) => {
    const minutes = runs ?? defaultMinutes;
    const services = await openServices({ name: "reconcile", env, pid });
    try {
      const apps = await Promise.all(scenes.map((scene) => openScene(scene, services, env)));
      // Rounds begin with the App and then once a minute: counted from the middle of one to the middle of the next.
      await Promise.all(apps.map((app) => app.watch(minuteMs / 2)));
      for (let minute = 1; minute <= minutes; minute += 1) {
        progress(`minute ${minute} of ${minutes}`);
        await Promise.all(apps.map((app) => app.watch(minuteMs)));
      }
      const [nothing] = apps;
      const floor = nothing?.seen().heldMb ?? 0;
      const rows = apps.map(({ scene, seen }) => {
        const { reads, writes, heldMb: held } = seen();
        const counts = [reads, writes, held, held - floor].map(formatInteger);
        return [scene === "nothing" ? "no repository" : scene, ...counts];
      });
      const columns = columnsOf(
        `${minutes} minutes`,
        "requests in the dearest minute",
        "changes in it",
        "most MB held",
        "more than without",
      );
      return [describeMachine(["Postgres on the same cores"]), "", renderTable(columns, rows)].join("\n");
    } finally {
      await services.stop();
    }
  },
};

/** An App with a database and a GitHub of its own. */
async function openScene(scene: Scene, services: Services, env: Readonly<Record<string, string | undefined>>) {
  const name = scene.replaceAll(" ", "_");
  const github = await services.start(`github-${name}`, ["bench/reconcile/github.ts"], { SCENE: scene });
  const { host } = z.object({ host: z.string() }).parse(github.ready);
  const databaseUrl = await newDatabase(services.databaseUrl, name);
  const store = await openStore({ databaseUrl, dataFolder: "" });
  try {
    if (scene !== "nothing") await rememberManyPulls(store, (Date.now() - Date.parse(at(0))) / 1_000);
  } finally {
    await store.destroy();
  }
  const app = await services.startApp(`app-${name}`, { ...appSettings(host, env), DATABASE_URL: databaseUrl });
  const { url } = z.object({ url: z.string() }).parse(app.ready);
  let most = { reads: 0, writes: 0, heldMb: 0 };
  return {
    scene,
    seen: () => most,
    watch: async (ms: number) => {
      const before = await requestsOf(host);
      const until = performance.now() + ms;
      while (performance.now() < until) {
        await pause(Math.min(lookMs, until - performance.now()));
        most = { ...most, heldMb: Math.max(most.heldMb, await heldMb(url)) };
      }
      const now = await requestsOf(host);
      most = {
        ...most,
        reads: Math.max(most.reads, now.reads - before.reads),
        writes: Math.max(most.writes, now.writes - before.writes),
      };
    },
  };
}

/** Another database on the same server. */
async function newDatabase(url: string, name: string): Promise<string> {
  const store = await openStore({ databaseUrl: url, dataFolder: "" });
  try {
    await sql`create database ${sql.id(name)}`.execute(store);
  } finally {
    await store.destroy();
  }
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}
