import { pino } from "pino";
import { Probot, Server } from "probot";
import { z } from "zod";

/**
 * The peer: Probot's own server and webhook middleware as the App has them, with a handler that does nothing. It checks
 * signatures and acknowledges; what it was told is lost when it ends.
 */
const { APP_ID, PRIVATE_KEY, WEBHOOK_SECRET, GHE_HOST, LOG_LEVEL } = z
  .object({
    APP_ID: z.string(),
    PRIVATE_KEY: z.string(),
    WEBHOOK_SECRET: z.string(),
    GHE_HOST: z.string(),
    LOG_LEVEL: z.string(),
    PORT: z.string(),
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
await server.load((probot) => {
  probot.onAny(() => {});
});
await server.start();
process.stdout.write(`${JSON.stringify({ ready: true, url: `http://127.0.0.1:${server.port}` })}\n`);
process.once("SIGTERM", () => process.exit(0));
