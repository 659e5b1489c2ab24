import { E as context, k as getInput } from "../../dist/packages.js";
import { C as readWorld, M as checkOut, N as remoteOf, R as artifactFiles, T as runStage, _ as fetchModel, j as plainText, w as failed } from "../../dist/assay.js";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

// actions/promote/promote.ts
/**
* Puts the one version of the ticket on this machine, byte for byte, and the base commit into the workspace, where the
* team's own deployment step finds its scripts.
*/
async function promote({ world, ticket }) {
	const { candidate, environment } = ticket;
	if (candidate === null || candidate.digest === null || candidate.version === null || environment === null) return failed({
		reason: "ticket_invalid",
		message: "the ticket names no version, digest or environment"
	});
	await empty(world.workspace);
	await checkOut(remoteOf(world), ticket.commit, ticket.tree, world.workspace);
	const folder = join(world.temp, `assay-version-${ticket.jti}`);
	await rm(folder, {
		recursive: true,
		force: true
	});
	await mkdir(folder);
	const model = join(folder, artifactFiles.model);
	const { digest } = await fetchModel(world, candidate, world.workspace, model);
	return {
		fault: null,
		training: null,
		uploads: [],
		resultFiles: [],
		summary: `**${plainText(candidate.version)}** for ${plainText(environment)}: <code>${digest}</code>, as evaluated.`,
		outputs: {
			model,
			version: candidate.version,
			digest,
			environment
		}
	};
}
/** A self-hosted machine keeps the workspace of its last job. */
async function empty(folder) {
	await mkdir(folder, { recursive: true });
	for (const name of await readdir(folder)) await rm(join(folder, name), {
		recursive: true,
		force: true
	});
}

// actions/promote/main.ts
const world = readWorld("promote", {
	environment: process.env,
	payload: context.payload,
	actionFolder: import.meta.dirname,
	input: getInput,
	now: /* @__PURE__ */ new Date()
});
await runStage(world, promote);

export {  };