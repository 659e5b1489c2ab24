import * as core from "@actions/core";
import { context } from "@actions/github";
import { runStage } from "../stage.ts";
import { readWorld } from "../world.ts";
import { retrain } from "./retrain.ts";

const world = readWorld("retrain", {
  environment: process.env,
  payload: context.payload,
  actionFolder: import.meta.dirname,
  input: core.getInput,
  now: new Date(),
});
await runStage(world, retrain);
