import * as core from "@actions/core";
import { context, getOctokit } from "@actions/github";
import { report } from "./report.ts";
import { readReportWorld } from "./report-world.ts";

const world = readReportWorld({ environment: process.env, payload: context.payload, input: core.getInput });
if (world.ok) await report(world.value, getOctokit(world.value.token));
else core.setFailed(world.message);
