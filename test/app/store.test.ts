import { after } from "node:test";
import { openStore } from "../../app/store/open.ts";
import { keepsItsContract } from "./store-contract.ts";

const store = await openStore({ databaseUrl: null, dataFolder: "memory://" });
after(() => store.destroy());
keepsItsContract(store);
