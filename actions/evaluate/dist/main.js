import { A as info, E as context, k as getInput, o as unzipSync, s as DefaultArtifactClient } from "../../dist/packages.js";
import { B as runResult, C as readWorld, E as durationMs, L as isPlainFile, M as checkOut, N as remoteOf, R as artifactFiles, S as writeConfig, T as runStage, V as AssayError, _ as fetchModel, b as prepareRunner, k as readFaultOutput, w as failed, y as runRunner, z as artifactNames } from "../../dist/assay.js";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

// actions/evaluate/parts.ts
const maxPartBytes = 2 ** 31;
/**
* The parts that the shards of this run left, each in a folder of its own. Throws the fault of a shard that failed, or
* artifact_missing for one that left nothing, such as one on a machine that went away.
*/
async function fetchParts(work, of) {
	const shards = Array.from({ length: of }, (_, index) => index + 1);
	const found = [];
	for (const shard of shards) found.push(await fetchPart(work, shard, of));
	const parts = found.filter((part) => part !== null);
	const broken = parts.filter(({ result }) => result.outcome === "failed" || result.fault !== null);
	const cause = broken.find(({ result }) => result.fault?.reason !== "run_cancelled") ?? broken[0];
	if (cause !== void 0) throw faultOf(cause, of);
	const absent = shards.filter((_, index) => found[index] === null);
	if (absent.length > 0) {
		const message = `of ${of} shards, ${absent.length} left no predictions: ${absent.join(", ")}`;
		throw new AssayError({
			reason: "artifact_missing",
			message
		});
	}
	return parts.map(({ folder }) => folder);
}
async function fetchPart({ ticket, folder }, shard, of) {
	const name = artifactNames.part(ticket.jti, shard);
	const client = new DefaultArtifactClient();
	const known = await client.getArtifact(name).catch(() => null);
	if (known === null) return null;
	const download = join(folder, `download-${shard}`);
	const into = join(folder, `part-${shard}`);
	await mkdir(into);
	try {
		const { digest } = known.artifact;
		const { digestMismatch } = await client.downloadArtifact(known.artifact.id, {
			path: download,
			skipDecompress: true,
			...digest === void 0 ? {} : { expectedHash: digest }
		});
		if (digestMismatch === true) throw new AssayError({
			reason: "artifact_digest_mismatch",
			message: `the part of shard ${shard} has other bytes`
		});
		return {
			shard,
			folder: into,
			result: await unpackPart(download, into, `shard ${shard} of ${of}`)
		};
	} catch (error) {
		if (error instanceof AssayError) throw error;
		const message = `the part of shard ${shard} could not be downloaded`;
		throw new AssayError({
			reason: "artifact_missing",
			message,
			detail: String(error)
		}, { cause: error });
	} finally {
		await rm(download, {
			recursive: true,
			force: true
		});
	}
}
/** Takes the known files, and nothing else, out of the one archive of a part; gives what the shard says of its end. */
async function unpackPart(download, into, name) {
	const [archive = ""] = await readdir(download);
	const wanted = [
		"part/predictions.parquet",
		"part/shard.json",
		artifactFiles.result
	];
	const members = unzipSync(await readFile(join(download, archive)), { filter: (member) => wanted.includes(member.name) && member.originalSize <= maxPartBytes });
	for (const file of [artifactFiles.predictions, artifactFiles.shard]) {
		const bytes = members[`part/${file}`];
		if (bytes !== void 0) await writeFile(join(into, file), bytes, { flag: "wx" });
	}
	const result = runResult.safeParse(JSON.parse(Buffer.from(members[artifactFiles.result] ?? []).toString() || "null"));
	if (result.success) return result.data;
	throw new AssayError({
		reason: "artifact_missing",
		message: `${name} left no result`
	});
}
function faultOf({ shard, result }, of) {
	const { reason, message, detail } = result.fault ?? {
		reason: "run_failed",
		message: "it failed without saying why"
	};
	return new AssayError({
		reason,
		message: `shard ${shard} of ${of}: ${message}`,
		...detail === void 0 ? {} : { detail }
	});
}

// actions/evaluate/share.ts
/** The share by the signed configuration and the input `shard`. Throws AssayError when the two do not fit. */
function chooseShare({ world, ticket }) {
	const { shards: of, role } = ticket.config.evaluate;
	const given = world.inputs.shard;
	if (of > 1 && role === "sealed") throw new AssayError({
		reason: "config_invalid",
		message: "predictions of sealed data must not leave their machine, so evaluate.shards must be 1"
	});
	if (given === null) return of === 1 ? { kind: "whole" } : {
		kind: "merge",
		of
	};
	const shard = Number(given);
	if (of === 1 || !(Number.isInteger(shard) && shard >= 1 && shard <= of)) {
		const message = `the input shard is ${JSON.stringify(given.slice(0, 20))}, the ticket shares the evaluation out to ${of}`;
		throw new AssayError({
			reason: "ticket_invalid",
			message
		});
	}
	return {
		kind: "part",
		shard,
		of
	};
}

// actions/evaluate/sources.ts
/**
* Brings what the ticket names to this machine: both models by digest, the base commit with its data, the configuration.
* Throws AssayError when something is not what the ticket says.
*/
async function fetchSources({ world, ticket, folder }) {
	if (ticket.candidate === null) throw new AssayError({
		reason: "ticket_invalid",
		message: "the ticket names no candidate"
	});
	const main = await prepareRunner(world, info);
	const checkout = join(folder, "checkout");
	await checkOut(remoteOf(world), ticket.commit, ticket.tree, checkout);
	const candidate = join(folder, "candidate.onnx");
	const { training } = await fetchModel(world, ticket.candidate, checkout, candidate);
	const baselineArgs = [];
	if (ticket.baseline !== null) {
		const baseline = join(folder, "baseline.onnx");
		await fetchModel(world, ticket.baseline, checkout, baseline);
		baselineArgs.push("--baseline", baseline, "--baseline-version", ticket.baseline.version);
	}
	const config = join(folder, "config.json");
	await writeConfig(ticket, config);
	return {
		main,
		args: [
			"evaluate",
			"--config",
			config,
			...[
				"--model",
				ticket.model,
				"--candidate",
				candidate,
				...baselineArgs
			],
			"--root",
			checkout,
			"--json"
		],
		training
	};
}

// actions/evaluate/evaluate.ts
const maxSummaryChars = 5e5;
/**
* Measures a candidate against a baseline: alone, or what the shards of this run predicted, or as one of these shards. No
* code of the checkout runs here: it holds the evaluation data.
*/
async function evaluate(work) {
	const share = chooseShare(work);
	const parts = share.kind === "merge" ? await fetchParts(work, share.of) : [];
	const { main, args, training } = await fetchSources(work);
	const shareArgs = share.kind === "part" ? ["--shard", `${share.shard}/${share.of}`] : parts.flatMap((part) => ["--merge", part]);
	const out = join(work.folder, share.kind === "part" ? "part" : "out");
	await mkdir(out);
	const exit = await runRunner({
		main,
		args: [
			...args,
			...shareArgs,
			"--out",
			out
		],
		cwd: work.folder,
		environment: work.world.environment,
		timeoutMs: durationMs(work.ticket.config.evaluate.timeout)
	});
	return share.kind === "part" ? await predicted(work, out, exit) : await evaluated(work, out, exit, training);
}
/** A shard's part travels with its result. */
async function predicted(work, out, exit) {
	const broken = brokenEnd(work, exit, 0);
	if (broken !== null) return broken;
	const files = [artifactFiles.predictions, artifactFiles.shard];
	for (const name of files) if (!await isPlainFile(join(out, name))) return failed({
		reason: "artifact_missing",
		message: `the evaluation left no ${name} of its part`
	});
	return {
		fault: null,
		training: null,
		uploads: [],
		resultFiles: files.map((name) => `part/${name}`),
		summary: "",
		outputs: {}
	};
}
/** A verdict of fail or inconclusive is data, so a success of this stage: judging is the App's. */
async function evaluated(work, out, exit, training) {
	const { ticket, folder } = work;
	const broken = brokenEnd(work, exit, 2);
	if (broken !== null) return {
		...broken,
		training
	};
	const report = join(out, artifactFiles.report);
	if (!await isPlainFile(report)) return failed({
		reason: "report_invalid",
		message: "the evaluation left no report"
	}, training);
	await copyFile(report, join(folder, artifactFiles.report));
	const predictions = join(out, artifactFiles.predictions);
	return {
		fault: null,
		training,
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
/** Why the runner made nothing; null when it ended with a code up to `highest`. */
function brokenEnd({ ticket }, exit, highest) {
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
	if (exit.code <= highest) return null;
	const message = `assay evaluate ended with ${exit.code}`;
	return failed(readFaultOutput(exit.stdout) ?? {
		reason: "run_failed",
		message,
		detail: exit.logTail
	});
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