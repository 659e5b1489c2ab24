import { after, test } from "node:test";
import { openStore } from "../../app/store/open.ts";
import { startPostgres } from "./postgres.ts";
import { keepsItsContract } from "./store-contract.ts";

const postgres = await startPostgres();
if (typeof postgres === "string") {
  test("the store on a Postgres server", { skip: postgres }, () => {});
} else {
  const store = await openStore({ databaseUrl: postgres.url, dataFolder: "" });
  after(async () => {
    await store.destroy();
    await postgres.stop();
  });
  keepsItsContract(store);
}
