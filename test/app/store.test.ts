import { after } from "node:test";
import { openStore } from "../../app/store/open.ts";
import { keepsItsOutbox } from "./outbox-contract.ts";
import { keepsItsContract } from "./store-contract.ts";
import { survivesRaces } from "./store-races.ts";

const store = await openStore({ databaseUrl: null, dataFolder: "memory://" });
after(() => store.destroy());
keepsItsContract(store);
keepsItsOutbox(store);
survivesRaces(store);
