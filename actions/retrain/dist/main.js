import { A as info, E as context, k as getInput } from "../../dist/packages.js";
import { A as readTrainOutput, C as readWorld, I as digestFile, L as isPlainFile, M as checkOut, N as remoteOf, R as artifactFiles, S as writeConfig, T as runStage, b as prepareRunner, j as plainText, w as failed, x as keepDeclaredFiles, y as runRunner, z as artifactNames } from "../../dist/assay.js";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

// actions/retrain/retrain.ts
/** Trains one model at exactly the ticket's commit: the only stage in which code of a pull request runs. */
async function retrain(work) {
	const { world, ticket } = work;
	const main = await prepareRunner(world, info);
	const checkout = join(world.workspace, `assay-${ticket.jti}`);
	await rm(checkout, {
		recursive: true,
		force: true
	});
	try {
		await checkOut(remoteOf(world), ticket.commit, ticket.tree, checkout);
		const removed = await keepDeclaredFiles(checkout, ticket.config);
		if (removed > 0) info(`${removed} files that the model's paths and data do not name were left out`);
		return await train(work, main, checkout);
	} finally {
		await rm(checkout, {
			recursive: true,
			force: true
		}).catch(() => info(`${checkout} could not be removed`));
	}
}
async function train({ world, ticket, folder }, main, checkout) {
	const config = join(folder, "config.json");
	const out = join(folder, "out");
	await mkdir(out);
	await writeConfig(ticket, config);
	const what = [
		"--config",
		config,
		"--model",
		ticket.model,
		"--seed",
		String(ticket.seed)
	];
	const told = [
		"--commit",
		ticket.commit,
		"--job",
		ticket.job
	];
	const exit = await runRunner({
		main,
		args: [
			"train",
			...what,
			...told,
			"--checkout",
			checkout,
			"--out",
			out,
			"--json"
		],
		cwd: folder,
		environment: world.environment,
		added: ticket.progress === void 0 ? {} : {
			ASSAY_PROGRESS_URL: ticket.progress,
			ASSAY_PROGRESS_TOKEN: world.inputs.ticket
		},
		timeoutMs: null
	});
	const output = readTrainOutput(exit.stdout);
	if (output === null) {
		const reason = exit.code === null || exit.code === 130 ? "training_cancelled" : "run_failed";
		const message = `assay train ended with ${exit.code ?? "a signal"} and no result`;
		return failed({
			reason,
			message,
			detail: exit.logTail
		});
	}
	if (output.outcome === "failed") return failed(output.fault ?? {
		reason: "training_failed",
		message: "the training gave no reason"
	}, output.training);
	return await trained(ticket.jti, ticket.model, out, output.training);
}
/** Holds the model file against what was measured when training ended: a process left behind may have changed it. */
async function trained(nonce, name, out, training) {
	const model = join(out, artifactFiles.model);
	if (!await isPlainFile(model)) return failed({
		reason: "model_missing",
		message: `the training left no ${artifactFiles.model}`
	}, training);
	const digest = await digestFile(model);
	if (training?.modelDigest !== digest) {
		const message = `the model changed after training ended: ${training?.modelDigest ?? "no digest"}, now ${digest}`;
		return failed({
			reason: "artifact_digest_mismatch",
			message
		}, training);
	}
	const { size } = await stat(model);
	const record = join(out, artifactFiles.training);
	await rm(record, {
		recursive: true,
		force: true
	});
	await writeFile(record, JSON.stringify(training), { flag: "wx" });
	return {
		fault: null,
		training,
		uploads: [{
			name: artifactNames.model(nonce),
			folder: out,
			files: [model, record]
		}],
		resultFiles: [],
		summary: `Trained **${plainText(name)}** in ${Math.round(training.seconds)} s: ${size} bytes, <code>${digest}</code>.`,
		outputs: {}
	};
}

// actions/retrain/main.ts
const world = readWorld("retrain", {
	environment: process.env,
	payload: context.payload,
	actionFolder: import.meta.dirname,
	input: getInput,
	now: /* @__PURE__ */ new Date()
});
await runStage(world, retrain);

export {  };