import * as core from "@actions/core";
import { context } from "@actions/github";
import { octokitFor } from "../client.ts";
import { report } from "./report.ts";
import { readReportWorld } from "./report-world.ts";

const world = readReportWorld({ environment: process.env, payload: context.payload, input: core.getInput });
if (world.ok) await report(world.value, octokitFor(world.value.token));
else core.setFailed(world.message);
