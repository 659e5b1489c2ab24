import { Octokit } from "@octokit/rest";
import { pino } from "pino";
import { configReader } from "../../app/configs.ts";
import { loadSigner } from "../../app/keys.ts";
import { openStore } from "../../app/store/open.ts";
import { startWorker } from "../../app/worker.ts";

/** One of several Apps on one database, as an entry: DATABASE_URL GITHUB_URL NAME SKEW_MS LEASE_SECONDS. */
const [databaseUrl = "", baseUrl = "", name = "", skewMs = "0", leaseSeconds = "60"] = process.argv.slice(2);
const now = () => new Date(Date.now() + Number(skewMs));
const store = await openStore({ databaseUrl, dataFolder: "" });
const worker = startWorker({
  store,
  signer: await loadSigner(store, "assay:1", now().toISOString()),
  log: pino({ level: "warn" }, process.stderr),
  publicUrl: null,
  login: "assay[bot]",
  configAt: configReader(),
  // GitHub tells replicas apart by their tokens.
  octokitFor: async () => new Octokit({ baseUrl, auth: name, log: silent() }),
  now,
  slots: 4,
  leaseSeconds: Number(leaseSeconds),
});
process.once("SIGTERM", () => {
  void worker
    .stop()
    .then(() => store.destroy())
    .then(() => process.exit(0));
});
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);

function silent() {
  const nothing = () => {};
  return { debug: nothing, info: nothing, warn: nothing, error: nothing };
}
