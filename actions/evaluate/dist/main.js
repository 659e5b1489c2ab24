import { E as context, O as getInput, k as info } from "../../dist/packages.js";
import { _ as artifactFiles, a as writeConfig, c as runStage, g as isPlainFile, l as durationMs, m as remoteOf, n as runRunner, o as readWorld, p as checkOut, r as prepareRunner, s as failed, t as fetchModel, u as readFaultOutput, v as artifactNames } from "../../dist/assay.js";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

// actions/evaluate/evaluate.ts
const maxSummaryChars = 5e5;
/** Measures a candidate against a baseline. No code of the checkout runs here: it holds the evaluation data. */
async function evaluate(work) {
	const { world, ticket, folder } = work;
	if (ticket.candidate === null) return failed({
		reason: "ticket_invalid",
		message: "the ticket names no candidate"
	});
	const main = await prepareRunner(world, info);
	const checkout = join(folder, "checkout");
	await checkOut(remoteOf(world), ticket.commit, ticket.tree, checkout);
	const candidate = join(folder, "candidate.onnx");
	await fetchModel(world, ticket.candidate, checkout, candidate);
	const baselineArgs = [];
	if (ticket.baseline !== null) {
		const baseline = join(folder, "baseline.onnx");
		await fetchModel(world, ticket.baseline, checkout, baseline);
		baselineArgs.push("--baseline", baseline, "--baseline-version", ticket.baseline.version);
	}
	const config = join(folder, "config.json");
	const out = join(folder, "out");
	await mkdir(out);
	await writeConfig(ticket, config);
	const models = [
		"--model",
		ticket.model,
		"--candidate",
		candidate,
		...baselineArgs
	];
	return await evaluated(work, out, await runRunner({
		main,
		args: [
			"evaluate",
			"--config",
			config,
			...models,
			"--root",
			checkout,
			"--out",
			out,
			"--json"
		],
		cwd: folder,
		environment: world.environment,
		timeoutMs: durationMs(ticket.config.evaluate.timeout)
	}));
}
/** A verdict of fail or inconclusive is data, so a success of this stage: judging is the App's. */
async function evaluated({ ticket, folder }, out, exit) {
	if (exit.timedOut) {
		const message = `the evaluation ran longer than its timeout, ${ticket.config.evaluate.timeout}`;
		return failed({
			reason: "run_failed",
			message,
			detail: exit.logTail
		});
	}
	if (exit.code === null || exit.code === 130) return failed({
		reason: "run_cancelled",
		message: "the evaluation was interrupted"
	});
	if (exit.code > 2) {
		const message = `assay evaluate ended with ${exit.code}`;
		return failed(readFaultOutput(exit.stdout) ?? {
			reason: "run_failed",
			message,
			detail: exit.logTail
		});
	}
	const report = join(out, artifactFiles.report);
	if (!await isPlainFile(report)) return failed({
		reason: "report_invalid",
		message: "the evaluation left no report"
	});
	await copyFile(report, join(folder, artifactFiles.report));
	const predictions = join(out, "predictions.parquet");
	return {
		fault: null,
		training: null,
		uploads: ticket.config.evaluate.role === "open" && await isPlainFile(predictions) ? [{
			name: artifactNames.predictions(ticket.jti),
			folder: out,
			files: [predictions]
		}] : [],
		resultFiles: [artifactFiles.report],
		summary: (await readFile(join(out, "report.md"), "utf8").catch(() => "")).slice(0, maxSummaryChars),
		outputs: {}
	};
}

// actions/evaluate/main.ts
const world = readWorld("evaluate", {
	environment: process.env,
	payload: context.payload,
	actionFolder: import.meta.dirname,
	input: getInput,
	now: /* @__PURE__ */ new Date()
});
await runStage(world, evaluate);

export {  };