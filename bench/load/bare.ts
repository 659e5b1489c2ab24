import { Pool } from "pg";
import { pino } from "pino";
import { Probot, Server } from "probot";
import { z } from "zod";

/**
 * The peer: Probot's own server and webhook middleware as the App has them, with a handler that does nothing. It checks
 * signatures and acknowledges; what it was told is lost when it ends. With `STORE_URL` the handler does the least that
 * loses nothing: one INSERT, for which the acknowledgement waits.
 */
const { APP_ID, PRIVATE_KEY, WEBHOOK_SECRET, GHE_HOST, LOG_LEVEL, STORE_URL } = z
  .object({
    APP_ID: z.string(),
    PRIVATE_KEY: z.string(),
    WEBHOOK_SECRET: z.string(),
    GHE_HOST: z.string(),
    LOG_LEVEL: z.string(),
    PORT: z.string(),
    STORE_URL: z.string().optional(),
  })
  .parse(process.env);
const log = pino({ level: LOG_LEVEL });
const server = new Server({
  Probot: Probot.defaults({
    appId: APP_ID,
    privateKey: PRIVATE_KEY,
    secret: WEBHOOK_SECRET,
    log,
    baseUrl: `http://${GHE_HOST}/api/v3`,
  }),
  host: "127.0.0.1",
  port: Number(process.env["PORT"]),
  webhookPath: "/api/github/webhooks",
  log,
  enableStaticFiles: false,
  enablePing: false,
});
const handler = STORE_URL === undefined ? () => {} : await storing(STORE_URL);
await server.load((probot) => {
  probot.onAny(handler);
});
await server.start();
process.stdout.write(`${JSON.stringify({ ready: true, url: `http://127.0.0.1:${server.port}` })}\n`);
process.once("SIGTERM", () => process.exit(0));

async function storing(url: string) {
  const pool = new Pool({ connectionString: url, max: 16 });
  await pool.query("create table if not exists kept (id text primary key, name text not null, payload jsonb not null)");
  return async ({ id, name, payload }: { readonly id: string; readonly name: string; readonly payload: object }) => {
    const text = "insert into kept (id, name, payload) values ($1, $2, $3) on conflict (id) do nothing";
    await pool.query({ name: "keep", text, values: [id, name, JSON.stringify(payload)] });
  };
}
