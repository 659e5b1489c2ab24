import { i as __toESM } from "./rolldown-runtime.js";
import { A as info, C as union, D as getOctokit, I as summary, M as setFailed, N as setOutput, O as defaults, P as setSecret, S as tuple, T as prettifyError, _ as number, a as JWTExpired, b as strictObject, c as number$1, d as array, f as boolean, g as looseObject, h as literal, i as JOSEError, l as datetime, m as int, n as createLocalJWKSet, o as unzipSync, p as discriminatedUnion, r as jwtVerify, s as DefaultArtifactClient, t as require_posix, u as _enum, v as object, w as url, x as string, y as record } from "./packages.js";
import { createRequire } from "node:module";
import { createHash, randomUUID } from "node:crypto";
import { lstat, mkdir, mkdtemp, open, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join, relative, sep } from "node:path";
import { createReadStream, existsSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

// core/fault.ts
/**
* Every refusal, hold, failure and verdict of Assay carries one reason of this closed list: the same word in the
* comment, the check, the API, the logs, the metrics and the ledger. A reason is added, never renamed.
*/
const reasons = {
	not_permitted: "the person lacks the permission the command needs",
	unknown_command: "no such command",
	bad_argument: "a command argument is unknown, repeated, unreadable or of the wrong type",
	too_many_commands: "a comment holds more than five commands",
	unknown_model: "the configuration has no model of that name",
	unknown_environment: "the configuration has no environment of that name",
	head_moved: "the pull request has a newer commit than the one that was meant",
	fork_not_vetted: "the pull request comes from a fork, and nobody with write permission has vetted its commit",
	base_not_default: "the pull request does not target the default branch, whose configuration alone rules",
	pull_closed: "the pull request is closed",
	nothing_to_do: "there is nothing the command could change",
	config_missing: "the base branch has no .github/assay.yml",
	config_invalid: "the configuration file has a mistake",
	config_too_large: "the configuration file is larger than 64 KiB",
	training_failed: "the training command ended with an error",
	training_timeout: "the training command ran longer than its timeout",
	training_cancelled: "the training was cancelled",
	model_missing: "the training command left no model.onnx",
	commit_unavailable: "the commit to train could not be checked out",
	param_unknown: "a parameter is not declared in the model's params",
	model_unreadable: "the model file is not an ONNX model that loads",
	model_unsafe: "the model file asks for something an evaluation refuses: external data, custom operators, absurd sizes",
	model_inputs_differ: "the model's inputs are not those the configuration names",
	model_output_differs: "the model's output is not the one the configuration names",
	predictions_invalid: "the model predicted values that are not what the task allows",
	data_unreadable: "the evaluation data cannot be read",
	data_column_missing: "a column that the configuration names is not in the data",
	data_invalid: "the evaluation data holds values the task does not allow",
	artifact_missing: "an expected artifact does not exist or has expired",
	artifact_digest_mismatch: "an artifact's bytes are not the ones that were recorded",
	report_invalid: "the report is not a valid report or does not belong to its ticket",
	parts_mismatch: "the parts of a shared evaluation do not fit together",
	run_failed: "the workflow run ended without a result",
	run_cancelled: "the workflow run was cancelled",
	dispatch_refused: "GitHub refused to start the workflow run",
	run_lost: "GitHub has no such workflow run, or no longer has it",
	queue_stuck: "no runner took the workflow run in time",
	run_overdue: "the workflow run went on far beyond its time limit",
	ticket_invalid: "the ticket is not signed by this App or is meant for something else",
	ticket_expired: "the ticket is no longer valid",
	cancelled_by_person: "a person stopped the job",
	superseded: "a newer commit or command replaced this job or command",
	bound_inside: "the whole interval meets the condition",
	bound_outside: "the whole interval violates the condition",
	bound_straddles: "the interval reaches over the margin: the data cannot tell",
	value_inside: "the value meets the condition",
	value_outside: "the value violates the condition",
	metric_missing: "the report has no such metric",
	metric_undefined: "the metric is not defined on these rows",
	rows_insufficient: "too few rows to say anything",
	baseline_missing: "there is no baseline to compare with",
	gate_invalid: "the gate cannot be read",
	no_gates: "no gate is configured",
	slice_missing: "the report has no such slice",
	slice_worse: "a slice is significantly worse",
	slices_open: "no slice is significantly worse",
	person_decides: "the data cannot tell, and the gate leaves the decision to a person",
	verdict_not_pass: "only a version whose verdict is pass can be promoted",
	overtaken: "a version of a later merge is in the environment, or on its way there",
	tree_mismatch: "the merged tree is not the evaluated tree",
	run_unknown: "the run was not started by this App for this environment",
	environment_failed: "the deploy run ended with an error",
	environment_rejected: "the environment's review was refused",
	interrupted: "the program was interrupted",
	bad_usage: "the command line has a mistake",
	internal: "a fault of Assay itself"
};
const reasonCodes = Object.keys(reasons).toSorted();
/** A fault on its way up to the entry that reports it; thrown only at the edges. */
var AssayError = class extends Error {
	fault;
	constructor(fault, options) {
		super(fault.message, options);
		this.name = "AssayError";
		this.fault = fault;
	}
};
/** One line that names what, where and what was expected: `file:line:column: message`. */
function describeFault(fault) {
	const { file, line, column, path } = fault.place ?? {};
	const where = [[
		file,
		line,
		column
	].filter((part) => part !== void 0).join(":"), path].filter((part) => part !== void 0 && part !== "").join(" ");
	return where === "" ? fault.message : `${where}: ${fault.message}`;
}

// core/run-result.ts
/**
* result.json of a run: how a train, evaluate or deploy stage ended. Written by the actions, read by the App as
* untrusted input. It rides in an artifact named `assay-result-<nonce>`; a model rides apart from it, in
* `assay-model-<nonce>`, so that the App never has to fetch weights to learn how a run went.
*/
const runFault = strictObject({
	reason: _enum(reasonCodes),
	message: string().max(4e3),
	place: strictObject({
		file: string().max(1e3).optional(),
		line: int().optional(),
		column: int().optional(),
		path: string().max(1e3).optional()
	}).optional(),
	/** Tail of a log, at most 16 KiB. */
	detail: string().max(16384).optional()
});
const progress = strictObject({
	step: number(),
	of: number(),
	metrics: record(string().max(100), number())
});
const training = strictObject({
	seconds: number().nonnegative(),
	exitCode: int().nullable(),
	modelDigest: string().regex(/^sha256:[0-9a-f]{64}$/).nullable(),
	modelBytes: int().nonnegative().nullable(),
	/** Learning curve, at most 200 points. */
	progress: array(progress).max(200),
	machine: strictObject({
		cpu: string().max(200),
		gpu: string().max(200).nullable(),
		runner: string().max(200)
	})
});
const runResult = strictObject({
	schema: literal(1),
	stage: _enum([
		"train",
		"evaluate",
		"deploy"
	]),
	nonce: string(),
	outcome: _enum(["succeeded", "failed"]),
	fault: runFault.nullable(),
	training: training.nullable()
});
/** File names and artifact names that the actions and the App agree on. */
const artifactNames = {
	result: (nonce) => `assay-result-${nonce}`,
	model: (nonce) => `assay-model-${nonce}`,
	predictions: (nonce) => `assay-predictions-${nonce}`,
	/** What one shard of an evaluation predicted, with a result.json of its own: read by the merging job of the same run. */
	part: (nonce, shard) => `assay-part-${nonce}-${shard}`
};
const artifactFiles = {
	result: "result.json",
	report: "report.json",
	model: "model.onnx",
	/** How the model beside it was trained: the evaluation passes it on, so that the App need not read it for itself. */
	training: "training.json",
	predictions: "predictions.parquet",
	shard: "shard.json"
};

// actions/model-file.ts
/** A serialized ONNX model cannot be larger: protobuf's own limit. */
const maxModelBytes = 2 ** 31;
/** `sha256:<hex>` of a file's bytes, read as a stream. */
async function digestFile(path) {
	const hash = createHash("sha256");
	await pipeline(createReadStream(path), hash);
	return `sha256:${hash.digest("hex")}`;
}
/** True for a regular file; a link that stands in its place does not count. */
async function isPlainFile(path) {
	return (await lstat(path).catch(() => null))?.isFile() === true;
}
const maxTrainingBytes = 1048576;
/**
* Takes model.onnx out of the one archive that lies in `folder`, and gives what stands there about its training, null where that
* is missing or unreadable. The archive was made next to untrusted code: other members, paths that leave the folder and
* members larger than a model can be are not unpacked.
*/
async function unpackModel(folder, destination) {
	const [archive, ...others] = await readdir(folder);
	if (archive === void 0 || others.length > 0) throw new AssayError({
		reason: "artifact_missing",
		message: "the download did not leave one archive"
	});
	let members;
	try {
		members = unzipSync(await readFile(join(folder, archive)), { filter: ({ name, originalSize }) => name === artifactFiles.model && originalSize <= maxModelBytes || name === artifactFiles.training && originalSize <= maxTrainingBytes });
	} catch (cause) {
		throw new AssayError({
			reason: "artifact_missing",
			message: "the artifact is not a zip archive"
		}, { cause });
	}
	const model = members[artifactFiles.model];
	if (model === void 0) {
		const message = `the artifact holds no ${artifactFiles.model} of at most ${maxModelBytes} bytes`;
		throw new AssayError({
			reason: "artifact_missing",
			message
		});
	}
	await writeFile(destination, model, { flag: "wx" });
	return readTraining(members[artifactFiles.training]);
}
function readTraining(bytes) {
	try {
		return training.safeParse(JSON.parse(Buffer.from(bytes ?? []).toString())).data ?? null;
	} catch {
		return null;
	}
}

// actions/retry.ts
/** How long to wait before the second attempt, the third, and so on. */
const defaultPausesMs = [1e3, 4e3];
const longestWaitMs = 6e4;
/**
* Tries again after a fault of the server or of the network, or when GitHub asks to wait; any other answer, such as 404,
* is final. Throws what the last attempt threw. The request must be one that may be repeated.
*/
async function retryFaults(request, pausesMs = defaultPausesMs) {
	for (const pauseMs of pausesMs) try {
		return await request();
	} catch (error) {
		if (!mayPass(error)) throw error;
		await setTimeout$1(Math.max(pauseMs, Math.min(retryAfterMs(error) ?? 0, longestWaitMs)));
	}
	return await request();
}
/** HTTP status of a failed request, or null when no answer came. */
function statusOf(error) {
	return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : null;
}
function mayPass(error) {
	const status = statusOf(error);
	return status === null || status >= 500 || status === 429 || retryAfterMs(error) !== null;
}
/** What the answer's `retry-after` asks for: GitHub sends it with 403 or 429 at its secondary limits. */
function retryAfterMs(error) {
	const response = error instanceof Error && "response" in error ? error.response : null;
	if (typeof response !== "object" || response === null || !("headers" in response)) return null;
	const { headers } = response;
	if (typeof headers !== "object" || headers === null || !("retry-after" in headers)) return null;
	const seconds = Number(headers["retry-after"]);
	return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1e3 : null;
}

// actions/artifacts.ts
async function upload({ name, folder, files }) {
	await new DefaultArtifactClient().uploadArtifact(name, [...files], folder);
}
/**
* Fetches the model of an artifact of another run of this repository to `destination`; gives how it was trained, where
* the artifact says so. Before the download: the
* artifact is the named run's, and not expired. Before unpacking: its bytes are those that the ticket names.
*/
async function downloadModel(octokit, world, source, destination) {
	await inspectArtifact(octokit, world.repository, source);
	const folder = `${destination}.download`;
	await mkdir(folder, { recursive: true });
	try {
		const { digestMismatch } = await new DefaultArtifactClient().downloadArtifact(source.artifactId, {
			path: folder,
			skipDecompress: true,
			expectedHash: source.artifactDigest,
			findBy: {
				token: world.inputs.token,
				workflowRunId: source.runId,
				repositoryOwner: world.repository.owner,
				repositoryName: world.repository.name
			}
		});
		if (digestMismatch !== false) throw mismatch(source, "its bytes have another digest than the ticket's");
		return await unpackModel(folder, destination);
	} catch (error) {
		if (error instanceof AssayError) throw error;
		const message = `artifact ${source.artifactId} of run ${source.runId} could not be downloaded`;
		throw new AssayError({
			reason: "artifact_missing",
			message,
			detail: String(error)
		}, { cause: error });
	} finally {
		await rm(folder, {
			recursive: true,
			force: true
		});
	}
}
/** Asks GitHub about an artifact and refuses one that is gone, of another run, of other bytes, or too large. */
async function inspectArtifact(octokit, { owner, name }, source, pausesMs = defaultPausesMs) {
	const request = () => octokit.rest.actions.getArtifact({
		owner,
		repo: name,
		artifact_id: source.artifactId
	});
	const { data } = await retryFaults(request, pausesMs).catch((error) => {
		const status = statusOf(error);
		throw missing(source, status === null ? String(error) : `GitHub answers ${status}`);
	});
	if (data.expired) throw missing(source, "it has expired");
	if (data.workflow_run?.id !== source.runId) throw mismatch(source, "it belongs to another run");
	if (data.digest !== void 0 && data.digest !== null && data.digest !== source.artifactDigest) throw mismatch(source, "GitHub states another digest than the ticket's");
	if (data.size_in_bytes > maxModelBytes) throw mismatch(source, `it has ${data.size_in_bytes} bytes, more than a model can`);
}
function missing({ artifactId, runId }, why) {
	return new AssayError({
		reason: "artifact_missing",
		message: `artifact ${artifactId} of run ${runId}: ${why}`
	});
}
function mismatch({ artifactId, runId }, why) {
	return new AssayError({
		reason: "artifact_digest_mismatch",
		message: `artifact ${artifactId} of run ${runId}: ${why}`
	});
}

// actions/child-environment.ts
/**
* What a child process may know of this action. Left out: the job's credentials (`ACTIONS_RUNTIME_TOKEN`, `INPUT_TOKEN`),
* the runner's command files, through which training code could set variables or outputs of later steps, and settings
* that would load code into the child.
*/
const withheld = /^(ACTIONS_|GITHUB_|INPUT_|STATE_|GIT_CONFIG|GH_TOKEN$|NODE_OPTIONS$|NODE_PATH$)/i;
/** The environment for a child: the machine's own variables, without anything of GitHub or of this job. */
function childEnvironment(environment, added = {}) {
	const kept = Object.entries(environment).filter(([name]) => !withheld.test(name));
	return {
		...Object.fromEntries(kept),
		...added
	};
}

// actions/git.ts
function remoteOf(world) {
	const { serverUrl, repository, inputs, environment } = world;
	return {
		serverUrl,
		url: `${serverUrl}/${repository.owner}/${repository.name}`,
		token: inputs.token,
		environment
	};
}
/** Basic credentials as GitHub wants them of git; a secret in its own right, to be masked like the token. */
function basicCredentials(token) {
	return Buffer.from(`x-access-token:${token}`).toString("base64");
}
/**
* Puts exactly one commit into an empty folder and proves that it is that commit (and tree, when one is given). The
* token travels in the environment of the fetching process only: never in arguments, which any user of the machine can
* list, and never in the folder, where the commit's own code will run.
*/
async function checkOut(remote, commit, tree, folder) {
	await git(remote, [
		"init",
		"--quiet",
		"--template=",
		`--object-format=${commit.length === 64 ? "sha256" : "sha1"}`,
		folder
	]);
	await git(remote, [
		"-C",
		folder,
		"remote",
		"add",
		"origin",
		remote.url
	]);
	await fetchCommit(remote, commit, folder);
	await git(remote, [
		"-C",
		folder,
		"checkout",
		"--quiet",
		"--force",
		"--detach",
		commit
	], { withToken: true });
	await expectObject(remote, folder, "HEAD", commit);
	if (tree !== null) await expectObject(remote, folder, "HEAD^{tree}", tree);
}
/** Writes the bytes of one file at one commit to `destination`, using a folder that `checkOut` made. */
async function saveFileAt(remote, folder, at, destination) {
	await fetchCommit(remote, at.commit, folder);
	const file = await open(destination, "wx");
	try {
		await git(remote, [
			"-C",
			folder,
			"cat-file",
			"blob",
			`${at.commit}:${at.path}`
		], { stdout: file.fd });
	} finally {
		await file.close();
	}
}
/** Pauses between attempts to fetch; what git says about a commit or a right is final, anything else is the network. */
const fetchPausesMs = [2e3, 1e4];
const finalAnswer = /not our ref|couldn't find remote ref|authentication failed|repository .*not found|does not exist|error: 40[134]/i;
async function fetchCommit(remote, commit, folder) {
	const options = [
		"--quiet",
		"--no-tags",
		"--no-recurse-submodules",
		"--depth=1"
	];
	for (const pauseMs of [...fetchPausesMs, null]) try {
		await git(remote, [
			"-C",
			folder,
			"fetch",
			...options,
			"origin",
			commit
		], { withToken: true });
		return;
	} catch (error) {
		if (!(error instanceof AssayError) || finalAnswer.test(error.fault.detail ?? "") || pauseMs === null) throw error;
		await setTimeout$1(pauseMs);
	}
}
async function expectObject(remote, folder, name, expected) {
	const found = (await git(remote, [
		"-C",
		folder,
		"rev-parse",
		"--verify",
		name
	])).trim();
	if (found === expected) return;
	throw new AssayError({
		reason: "commit_unavailable",
		message: `${name} is ${found}, expected ${expected}`
	});
}
/** No hooks, no helper that would ask for or store a password, and an end to a transfer that has stalled for a minute. */
const settings = [
	"core.hooksPath=/dev/null",
	"credential.helper=",
	"advice.detachedHead=false",
	"http.lowSpeedLimit=1000",
	"http.lowSpeedTime=60"
].flatMap((setting) => ["-c", setting]);
async function git(remote, args, options = {}) {
	const child = spawn("git", [...settings, ...args], {
		stdio: [
			"ignore",
			options.stdout ?? "pipe",
			"pipe"
		],
		env: childEnvironment(remote.environment, {
			GIT_TERMINAL_PROMPT: "0",
			...options.withToken === true ? credentialSettings(remote) : {}
		})
	});
	const exit = new Promise((resolve, reject) => {
		child.once("error", (cause) => {
			reject(new AssayError({
				reason: "internal",
				message: `git could not be started: ${cause.message}`
			}, { cause }));
		});
		child.once("close", resolve);
	});
	const [code, stdout, stderr] = await Promise.all([
		exit,
		child.stdout === null ? "" : text(child.stdout),
		child.stderr === null ? "" : text(child.stderr)
	]);
	if (code === 0) return stdout;
	const command = args.find((argument) => /^[a-z]/.test(argument)) ?? "git";
	throw new AssayError({
		reason: "commit_unavailable",
		message: `git ${command} ended with ${code ?? "a signal"}`,
		detail: stderr.slice(-4e3)
	});
}
function credentialSettings(remote) {
	if (remote.token === "") return {};
	return {
		GIT_CONFIG_COUNT: "1",
		GIT_CONFIG_KEY_0: `http.${remote.serverUrl}/.extraheader`,
		GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basicCredentials(remote.token)}`
	};
}

// actions/plain-text.ts
/**
* Text that may be hostile, for a place that is read as Markdown or HTML: everything but letters, digits, spaces and
* a few harmless marks becomes a character reference, which has no meaning to either.
*/
function plainText(text) {
	return text.replace(/\s+/g, " ").replace(/[^\p{L}\p{N} ,;]/gu, (character) => `&#${character.codePointAt(0) ?? 65533};`);
}

// actions/result.ts
/** result.json of this run; texts are cut to what its readers accept, the end of a log being worth more than its start. */
function resultOf(stage, nonce, fault, training) {
	return {
		schema: 1,
		stage,
		nonce,
		outcome: fault === null ? "succeeded" : "failed",
		fault: fault && cut(fault),
		training
	};
}
function cut(fault) {
	const { place, detail } = fault;
	return {
		reason: fault.reason,
		message: fault.message.slice(0, 4e3),
		...place === void 0 ? {} : { place: {
			...place,
			...shortened("file", place.file),
			...shortened("path", place.path)
		} },
		...detail === void 0 ? {} : { detail: detail.slice(-16384).toWellFormed() }
	};
}
function shortened(key, value) {
	return value === void 0 ? {} : { [key]: value.slice(0, 1e3) };
}
const trainOutput = runResult.pick({
	outcome: true,
	fault: true,
	training: true
});
const faultOutput = runResult.pick({ fault: true }).loose();
/** What `assay train --json` printed, or null when it printed something else. */
function readTrainOutput(stdout) {
	const output = trainOutput.safeParse(parseJson(stdout)).data;
	return output === void 0 ? null : {
		...output,
		fault: output.fault && present(output.fault)
	};
}
/** The fault that a failed `assay … --json` printed, or null. */
function readFaultOutput(stdout) {
	const fault = faultOutput.safeParse(parseJson(stdout)).data?.fault ?? null;
	return fault && present(fault);
}
/** A parsed fault without keys that are there but undefined. */
function present({ reason, message, place, detail }) {
	const known = Object.fromEntries(Object.entries(place ?? {}).filter(([, value]) => value !== void 0));
	return {
		reason,
		message,
		...place === void 0 ? {} : { place: known },
		...detail === void 0 ? {} : { detail }
	};
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

// core/report.ts
/**
* report.json: what a runner measured. The schema is published as schemas/report.json; the same object types our code.
* Numbers that cannot be computed are null with a status that says why; they are never turned into 0 or 1.
*/
const digest$1 = string().regex(/^sha256:[0-9a-f]{64}$/);
const interval = tuple([number(), number()]);
const status = _enum([
	"ok",
	"undefined",
	"insufficient",
	"error"
]);
const task = _enum([
	"binary",
	"multiclass",
	"regression",
	"ranking"
]);
/** What the report proves about a gate, and about all gates together. */
const verdict = _enum([
	"pass",
	"fail",
	"inconclusive",
	"insufficient",
	"no_baseline",
	"error"
]);
/** A subset of the rows: one value of a column, or a SQL predicate. */
const slice$1 = union([strictObject({
	by: string(),
	value: string()
}), strictObject({ where: string() })]);
const measurement = strictObject({
	value: number().nullable(),
	status,
	/** Rows behind the value; for a ranking task the queries that count. */
	n: int().nonnegative(),
	interval: interval.nullable(),
	/** Kish's effective number of rows, (Σw)² / Σw², where rows have weights. */
	nEff: number().optional()
});
/** One-sided bounds: the truth is above `lower`, or below `upper`, each with confidence `level`. */
const bounds = strictObject({
	level: number().gt(0).lt(1),
	lower: number(),
	upper: number()
});
const difference = strictObject({
	value: number().nullable(),
	interval: interval.nullable(),
	level: number().gt(0).lt(1),
	method: string(),
	/** Standard error of the difference, where the method gives one. */
	standardError: number().nonnegative().nullable(),
	z: number().nullable(),
	/** Two-sided, of the hypothesis that both models are equal. */
	p: number().nullable(),
	/** By the method itself, at the levels that the gates ask for and the customary ones. */
	bounds: array(bounds).optional()
});
const metric = strictObject({
	id: string(),
	slice: slice$1.nullable(),
	definition: string(),
	candidate: measurement,
	baseline: measurement.nullable(),
	delta: difference.nullable()
});
/** What an inconclusive gate means: it blocks, it passes, or a person decides. */
const gateMode = _enum([
	"fp-free",
	"fn-free",
	"ask"
]);
const gateResult = strictObject({
	require: string(),
	id: string().optional(),
	mode: gateMode.optional(),
	verdict,
	reason: _enum(reasonCodes),
	/** The confidence bound (or value) that was compared, in the metric's unit. */
	bound: number().nullable(),
	/** What would resolve an inconclusive gate. */
	needs: strictObject({
		rows: number().nullable(),
		margin: number().nullable()
	}).nullable(),
	message: string(),
	/** A gate about slices: what it found in each, the worst evidence first. `p` is adjusted for their number. */
	slices: array(strictObject({
		slice: slice$1,
		verdict,
		value: number().nullable(),
		bound: number().nullable(),
		p: number().nullable()
	})).optional()
});
/** An operational number of the candidate: a latency, a size. `ratio` is candidate over baseline, with its own interval. */
const operation$1 = strictObject({
	value: number(),
	unit: string(),
	interval: interval.nullable(),
	ratio: number().nullable(),
	baseline: number().nullable().optional(),
	ratioInterval: interval.nullable().optional(),
	/** One-sided bounds of the ratio. */
	ratioBounds: array(bounds).optional(),
	/** How it was measured, such as `block-paired`. */
	method: string().optional(),
	n: int().nonnegative().optional()
});
/** A difference between groups of people or things, over the values of a column (Fairlearn's definitions). */
const fairness = strictObject({
	by: string(),
	id: _enum([
		"demographic_parity_difference",
		"demographic_parity_ratio",
		"equal_opportunity_difference",
		"equalized_odds_difference"
	]),
	definition: string(),
	/** Groups with too few rows are named, not hidden. */
	groups: array(strictObject({
		value: string(),
		n: int().nonnegative(),
		counted: boolean()
	})),
	candidate: measurement,
	baseline: measurement.nullable(),
	delta: difference.nullable()
});
const point = tuple([number(), number()]);
const sides = (of) => strictObject({
	candidate: of,
	baseline: of.nullable()
});
/** mean predicted probability, observed rate, rows of each non-empty bin */
const bin = strictObject({
	predicted: number(),
	observed: number(),
	n: int()
});
/** Rows of each class by score, in bins of equal width over the range: the outer list runs over the classes. */
const scoreCounts = array(array(int()));
const scoreHistogram = strictObject({
	/** Whose score: of two classes the positive one's, of more the true one's. */
	of: _enum(["positive_class", "true_class"]),
	range: interval,
	classes: array(string()),
	candidate: scoreCounts,
	baseline: scoreCounts.nullable()
});
/** True positives, false positives, true negatives, false negatives. */
const outcome = tuple([
	number(),
	number(),
	number(),
	number()
]);
/** What other thresholds make of all rows: counted, not sampled. */
const thresholds = strictObject({
	/** The one that the metrics of the report are about. */
	configured: number(),
	/** Ascending, at most 200; a score at or above one is positive. */
	at: array(number()).max(200),
	rows: sides(array(outcome)),
	/** The same in sums of weights, where rows have weights. */
	weights: sides(array(outcome)).optional()
});
const curves = strictObject({
	roc: sides(array(point)).nullable(),
	pr: sides(array(point)).nullable(),
	calibration: sides(array(bin)).nullable(),
	confusion: sides(strictObject({
		classes: array(string()),
		counts: array(array(int()))
	})).nullable(),
	scores: scoreHistogram.nullable().optional(),
	thresholds: thresholds.optional()
});
const report = strictObject({
	schema: literal(1),
	model: string(),
	task,
	candidate: strictObject({
		digest: digest$1,
		bytes: int(),
		parameters: int().nullable()
	}),
	baseline: strictObject({
		digest: digest$1,
		version: string().nullable()
	}).nullable(),
	data: strictObject({
		digest: digest$1,
		rows: int(),
		role: _enum(["open", "sealed"]),
		/** Rows without a label. */
		dropped: int(),
		/** Rows left out for both models because one of them predicted no finite number there. */
		unpredicted: int().optional(),
		weight: strictObject({
			column: string(),
			sum: number(),
			effective: number()
		}).nullable().optional(),
		groups: strictObject({
			column: string(),
			count: int()
		}).nullable().optional(),
		warnings: array(string()).optional()
	}),
	metrics: array(metric),
	behaviour: strictObject({
		disagreement: number(),
		negativeFlips: number(),
		positiveFlips: number(),
		/** Rows behind the shares; null where rows have weights or come in groups. */
		counts: strictObject({
			n: int(),
			disagreed: int(),
			lost: int(),
			gained: int()
		}).nullable().optional(),
		intervals: strictObject({
			disagreement: interval,
			negativeFlips: interval,
			positiveFlips: interval
		}).nullable().optional()
	}).nullable(),
	operations: record(string(), operation$1),
	fairness: array(fairness).optional(),
	gates: array(gateResult),
	verdict,
	curves,
	environment: strictObject({
		runtime: string(),
		provider: string(),
		node: string(),
		cpu: string(),
		gpu: string().nullable(),
		/** Rows that were predicted at once. */
		batch: int().optional(),
		/** Nodes of the candidate's graph by the execution provider that ran them. */
		nodes: record(string(), int()).optional(),
		/** Whose predictions were read from a cache of earlier ones. */
		cached: array(_enum(["candidate", "baseline"])).optional()
	}),
	seed: string(),
	startedAt: datetime(),
	seconds: strictObject({
		load: number(),
		predict: number(),
		measure: number(),
		operations: number().optional()
	})
});
/** Stable text of a slice, for keys and headings: `phase = Climb`, or the predicate itself. */
function sliceName(of) {
	if (of === null) return "all rows";
	return "by" in of ? `${of.by} = ${of.value}` : of.where;
}

// core/config/schema.ts
/**
* `.github/assay.yml`. The published JSON Schema (schemas/config.json) is generated from this object, and so are the
* types. Unknown keys are errors: a typing mistake must not silently switch a gate off.
*/
const name = string().regex(/^[a-z][a-z0-9_-]{0,38}$/, "a name of lower-case letters, digits, - and _, starting with a letter, at most 39 long").describe("Name used in commands, checks and versions.");
/** A path of the repository: relative, forward slashes, no `..`. Globs allowed where it says so. */
const repositoryPath = string().min(1).max(500).refine((path) => !path.startsWith("/") && !path.split("/").includes("..") && !path.includes("\\") && !path.includes("\0"), { message: "a relative path inside the repository, without .." });
const duration = string().regex(/^[1-9][0-9]{0,5}(s|m|h|d)$/, "a duration such as 90s, 30m, 4h or 2d").describe("A duration such as 90s, 30m, 4h or 2d.");
const paramValue = union([
	number(),
	boolean(),
	string().max(1e3)
]);
const paramName = string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, "a parameter name of letters, digits and _, starting with a letter");
const runnerLabels = array(string().min(1).max(100)).min(1).max(20);
const train = strictObject({
	run: string().min(1).max(4e3).describe("The training command, run by a shell; writes $ASSAY_OUTPUT/model.onnx."),
	runner: runnerLabels.default(["self-hosted", "gpu"]).describe("Labels the training runner must have, all of them."),
	timeout: duration.default("4h"),
	params: record(paramName, paramValue).default({}).describe("Parameters, overridable with /retrain name=value."),
	data: array(repositoryPath).default([]).describe("Training data: paths whose content is part of the fingerprint."),
	seeds: array(int()).min(1).max(1, "one seed in this version").default([1])
});
const output = strictObject({
	name: string().min(1).describe("Name of the model's output."),
	kind: _enum([
		"probability",
		"logit",
		"label",
		"value"
	]).default("probability"),
	positive: int().nonnegative().default(1).describe("Binary: index of the positive class in the output's last axis.")
});
const slice = string().min(1).max(500).describe("A column, or a SQL predicate such as: size = 'Large'");
const evaluate = strictObject({
	task,
	data: repositoryPath.describe("Held-out rows: Parquet, CSV or JSON, read at the base commit."),
	role: _enum(["open", "sealed"]).default("open"),
	label: string().min(1).describe("Column with the truth: the class, the number, or how relevant the row is."),
	weight: string().min(1).optional().describe("Column with each row's weight: a number, not negative."),
	group: string().min(1).optional().describe("Column that names what is drawn at random as one: a patient, a user; the query of a ranking task."),
	positive: union([
		string(),
		number(),
		boolean()
	]).optional().describe("Binary: the label value that is positive."),
	classes: array(union([string(), number()])).min(2).max(1e3).optional().describe("Multiclass: the classes in the order of the model's output."),
	inputs: record(string(), union([string().min(1), array(string().min(1)).min(1)])).describe("Model input name -> column, or columns that form its last axis."),
	output,
	threshold: number().gt(0).lt(1).default(.5).describe("Binary: a score at or above it is positive."),
	on_nan: _enum([
		"error",
		"drop-pair",
		"worst"
	]).default("error").describe("Predictions that are no finite number: an error, the row left out for both models, or the worst value."),
	metrics: array(string().min(1)).min(1).max(50),
	slices: array(slice).max(50).default([]),
	fairness: array(string().min(1)).max(10).default([]).describe("Binary: columns whose values are compared as groups."),
	min_rows: int().min(1).max(1e6).default(50).describe("A slice with fewer rows is insufficient."),
	shards: int().min(1).max(64).default(1).describe("Jobs that share the predictions of one evaluation."),
	runner: runnerLabels.default(["ubuntu-latest"]),
	timeout: duration.default("30m")
});
const gate = union([string().min(1).max(1e3), strictObject({
	id: name.optional(),
	require: string().min(1).max(1e3),
	mode: gateMode.default("fp-free").describe("What inconclusive means: blocks, passes, or a person decides."),
	correction: _enum(["holm", "bh"]).default("holm").describe("Slices: Holm controls blocking a good model at all; Benjamini-Hochberg the share of false alarms."),
	critical: boolean().default(false).describe("Slices: each one must be proven not worse by itself."),
	on_insufficient: _enum([
		"block",
		"warn",
		"ignore"
	]).default("warn").describe("Slices with too few rows: they block, are named, or are passed over.")
})]);
const model = strictObject({
	paths: array(repositoryPath).min(1).max(200).describe("Globs: the files training sees, besides its data; a change to one of them can change the model."),
	train,
	evaluate,
	baseline: string().min(1).default("production").describe("What the candidate is compared with: the name of an environment."),
	adopt: strictObject({
		file: repositoryPath,
		environment: name
	}).optional().describe("The model that is already in production when Assay is installed: registered as version 0."),
	gates: array(gate).max(100).default([])
});
const environment = strictObject({
	promote: _enum(["on-merge", "manual"]).optional().describe("on-merge: a merged version enters by itself."),
	after: name.optional().describe("The environment a version must have passed before; it follows by itself."),
	runner: runnerLabels.default(["ubuntu-latest"]).describe("Labels of the runner that deploys.")
});
const config = strictObject({
	version: literal(1),
	models: record(name, model).refine((models) => Object.keys(models).length > 0, { message: "at least one model" }),
	environments: record(name, environment).default({})
});
/** Milliseconds of a configured duration such as `4h`; the schema has already checked its form. */
function durationMs(text) {
	const units = {
		s: 1e3,
		m: 6e4,
		h: 36e5,
		d: 864e5
	};
	const unit = text.at(-1);
	return Number(text.slice(0, -1)) * units[unit];
}

// core/ticket.ts
/**
* A ticket says what one workflow run may do: signed by the App as a compact JWS (EdDSA), verified by the action before
* anything else happens. It names exact commits and digests, so a run can do nothing but what was planned.
*/
const sha = string().regex(/^[0-9a-f]{40}$|^[0-9a-f]{64}$/);
const digest = string().regex(/^sha256:[0-9a-f]{64}$/);
/** Where model bytes can be fetched: an artifact of a run of this repository, or a file at a commit. */
const modelSource = discriminatedUnion("kind", [strictObject({
	kind: literal("artifact"),
	runId: int().positive(),
	artifactId: int().positive(),
	/** Digest of the artifact as GitHub states it, so of the zip. */
	artifactDigest: digest
}), strictObject({
	kind: literal("file"),
	path: string(),
	commit: sha
})]);
const stage = _enum([
	"train",
	"evaluate",
	"deploy"
]);
const ticket = strictObject({
	iss: string(),
	/** The nonce: single use, also in the run's name and in its artifacts' names. */
	jti: string().regex(/^[0-9a-f]{32}$/),
	iat: int(),
	exp: int(),
	/** The repository is its id; `fullName` is what it was called when the ticket was issued, for people. */
	repository: strictObject({
		id: int(),
		fullName: string()
	}),
	stage,
	job: string(),
	model: string(),
	/** train: the pull request's commit. evaluate, deploy: the base commit that rules. */
	commit: sha,
	tree: sha.nullable(),
	params: record(string(), paramValue),
	seed: int(),
	fingerprint: digest,
	configDigest: digest,
	config: model,
	/** evaluate: the model to judge; deploy: the model to serve, whose bytes must have `digest`. */
	candidate: strictObject({
		source: modelSource,
		digest: digest.nullable(),
		version: string().nullable()
	}).nullable(),
	baseline: strictObject({
		source: modelSource,
		digest,
		version: string()
	}).nullable(),
	environment: string().nullable(),
	/** train: where the App takes word of the progress; missing where runners cannot reach it. */
	progress: url().optional()
});
const ticketAudience = "assay-run";
const ticketAlgorithm = "EdDSA";

// actions/ticket.ts
/** How far the clocks of the App and of a runner may be apart. */
const clockToleranceSeconds = 60;
/** Checks a ticket against the App's keys and against the run it was presented in: nothing else may happen before. */
async function verifyTicket(presented) {
	const keys = readKeys(presented.inputs.jwks);
	if (keys === null) return invalid("the input jwks is not a JSON Web Key Set; is the variable ASSAY_JWKS set?");
	let claims;
	try {
		const { payload } = await jwtVerify(presented.inputs.ticket, createLocalJWKSet(keys), {
			algorithms: [ticketAlgorithm],
			audience: ticketAudience,
			currentDate: presented.now,
			clockTolerance: clockToleranceSeconds,
			requiredClaims: [
				"iss",
				"jti",
				"iat",
				"exp"
			]
		});
		claims = payload;
	} catch (error) {
		if (error instanceof JWTExpired) return refused("ticket_expired", "the ticket has expired");
		return invalid(error instanceof JOSEError ? `${error.code}: ${error.message}` : "the ticket is unreadable");
	}
	const { aud: _audience, ...rest } = claims;
	const parsed = ticket.safeParse(rest);
	if (!parsed.success) return invalid(`the ticket's claims are not those of a ticket: ${prettifyError(parsed.error)}`);
	const mismatch = mismatchOf(parsed.data, presented);
	return mismatch === null ? {
		ok: true,
		ticket: parsed.data
	} : invalid(mismatch);
}
/** What in the ticket does not fit this run, or null. */
function mismatchOf(ticket, { stage, inputs, repository, run }) {
	const fullName = `${repository.owner}/${repository.name}`;
	const defaultRef = `refs/heads/${run.defaultBranch}`;
	if (ticket.stage !== stage) return `the ticket is for the stage ${ticket.stage}, this is ${stage}`;
	if (ticket.jti !== inputs.nonce) return "the ticket is for another run: its nonce is not the input nonce";
	if (ticket.repository.id !== repository.id) return `the ticket is for the repository ${ticket.repository.fullName} (${ticket.repository.id})`;
	if (run.event !== "workflow_dispatch") return `the run was started by ${run.event}, not by workflow_dispatch`;
	if (run.ref !== defaultRef) return `the run is on ${run.ref}, not on the default branch ${run.defaultBranch}`;
	const isOwn = [fullName, ticket.repository.fullName].some((of) => run.workflowRef.startsWith(`${of}/.github/workflows/`));
	if (run.workflowRef.split("@").at(-1) !== defaultRef || !isOwn) return `the workflow is ${run.workflowRef}, not one of this repository's default branch`;
	if (stage === "deploy" && (ticket.environment === null || ticket.environment !== inputs.environment)) return `the ticket is for the environment ${ticket.environment ?? "(none)"}, the run for ${inputs.environment ?? "(none)"}`;
	return null;
}
const keySet = object({ keys: array(looseObject({ kty: string() })).min(1) });
function readKeys(text) {
	try {
		return keySet.parse(JSON.parse(text));
	} catch {
		return null;
	}
}
function invalid(message) {
	return refused("ticket_invalid", message);
}
function refused(reason, message) {
	return {
		ok: false,
		fault: {
			reason,
			message
		}
	};
}

// actions/stage.ts
function failed(fault, training = null) {
	return {
		fault,
		training,
		uploads: [],
		resultFiles: [],
		summary: "",
		outputs: {}
	};
}
const nonceForm = /^[0-9a-f]{32}$/;
const shardForm = /^[1-9][0-9]?$/;
/**
* The frame of every action: verify the ticket, work, upload what was made, tell the reader of the run, and upload the
* result. The result comes last: where it is, everything else is.
*/
async function runStage(world, work) {
	setSecret(world.inputs.ticket);
	if (world.inputs.token !== "") setSecret(basicCredentials(world.inputs.token));
	const folder = await mkdtemp(join(world.temp, "assay-"));
	try {
		const end = await uploaded(await worked(world, work, folder));
		for (const [name, value] of Object.entries(end.outputs)) setOutput(name, value);
		if (end.fault !== null) setFailed(`${end.fault.reason}: ${describeFault(end.fault)}`);
		await showSummary(world, end);
		if (nonceForm.test(world.inputs.nonce)) await uploadResult(world, end, folder);
	} catch (error) {
		setFailed(`internal: the result could not be uploaded: ${String(error)}`);
	} finally {
		await rm(folder, {
			recursive: true,
			force: true,
			maxRetries: 2
		}).catch(() => info(`${folder} stays behind`));
	}
}
/** Uploads what the stage made; when that fails, so does the stage, with a result that says why. */
async function uploaded(end) {
	for (const each of end.uploads) try {
		await upload(each);
	} catch (error) {
		return failed({
			reason: "internal",
			message: `${each.name} could not be uploaded`,
			detail: String(error)
		}, end.training);
	}
	return end;
}
async function worked(world, work, folder) {
	try {
		const verified = await verifyTicket(world);
		if (!verified.ok) return failed(verified.fault);
		return await work({
			world,
			ticket: verified.ticket,
			folder
		});
	} catch (error) {
		if (error instanceof AssayError) return failed(error.fault);
		return failed({
			reason: "internal",
			message: error instanceof Error ? error.message : String(error)
		});
	}
}
async function uploadResult(world, end, folder) {
	const result = join(folder, artifactFiles.result);
	const { stage, inputs } = world;
	await writeFile(result, `${JSON.stringify(resultOf(stage, inputs.nonce, end.fault, end.training), null, 2)}\n`);
	const files = [result, ...end.resultFiles.map((name) => join(folder, name))];
	await upload({
		name: resultName(inputs),
		folder,
		files
	});
}
/** A shard's result is for the job that merges the parts; the App reads that job's. */
function resultName({ nonce, shard }) {
	return shard !== null && shardForm.test(shard) ? artifactNames.part(nonce, Number(shard)) : artifactNames.result(nonce);
}
async function showSummary(world, end) {
	const { fault } = end;
	const text = fault === null ? end.summary : `**${world.stage}: ${fault.reason}**. ${plainText(describeFault(fault))}`;
	if (text === "" || (world.environment["GITHUB_STEP_SUMMARY"] ?? "") === "") return;
	await summary.addRaw(text, true).write();
}

// actions/io.ts
/** Inputs and outputs of each action: the one list that the code reads by; a test holds it against every action.yml. */
const common = {
	ticket: {
		required: true,
		default: null
	},
	nonce: {
		required: true,
		default: null
	},
	jwks: {
		required: true,
		default: null
	},
	token: {
		required: false,
		default: "${{ github.token }}"
	}
};
const actionIo = {
	retrain: {
		inputs: common,
		outputs: []
	},
	evaluate: {
		inputs: {
			...common,
			shard: {
				required: false,
				default: ""
			}
		},
		outputs: []
	},
	promote: {
		inputs: {
			...common,
			environment: {
				required: true,
				default: null
			}
		},
		outputs: [
			"model",
			"version",
			"digest",
			"environment"
		]
	},
	report: {
		inputs: {
			report: {
				required: true,
				default: null
			},
			"fail-on": {
				required: false,
				default: "fail"
			},
			comment: {
				required: false,
				default: "true"
			},
			key: {
				required: false,
				default: "${{ github.workflow }}"
			},
			token: {
				required: false,
				default: "${{ github.token }}"
			}
		},
		outputs: [
			"verdict",
			"exit-code",
			"comment-id"
		]
	}
};

// actions/world.ts
const runnerEnvironment = object({
	GITHUB_REPOSITORY: string().regex(/^[^/\s]+\/[^/\s]+$/),
	GITHUB_REPOSITORY_ID: number$1().int().positive(),
	GITHUB_EVENT_NAME: string(),
	GITHUB_REF: string(),
	GITHUB_WORKFLOW_REF: string(),
	GITHUB_SERVER_URL: url(),
	GITHUB_WORKSPACE: string().min(1),
	RUNNER_TEMP: string().min(1)
});
const eventPayload = object({ repository: object({ default_branch: string().min(1) }) });
const stages = {
	retrain: "train",
	evaluate: "evaluate",
	promote: "deploy"
};
/** Narrows a runner's environment and event payload to a World; throws when a variable that every runner sets is missing. */
function readWorld(action, outside) {
	const variables = runnerEnvironment.parse(outside.environment);
	const { repository } = eventPayload.parse(outside.payload);
	const [owner = "", name = ""] = variables.GITHUB_REPOSITORY.split("/");
	return {
		stage: stages[action],
		inputs: {
			ticket: outside.input("ticket"),
			nonce: outside.input("nonce"),
			jwks: outside.input("jwks"),
			token: outside.input("token"),
			environment: "environment" in actionIo[action].inputs ? outside.input("environment") : null,
			shard: "shard" in actionIo[action].inputs && outside.input("shard") !== "" ? outside.input("shard") : null
		},
		repository: {
			id: variables.GITHUB_REPOSITORY_ID,
			owner,
			name
		},
		run: {
			event: variables.GITHUB_EVENT_NAME,
			ref: variables.GITHUB_REF,
			workflowRef: variables.GITHUB_WORKFLOW_REF,
			defaultBranch: repository.default_branch
		},
		serverUrl: variables.GITHUB_SERVER_URL.replace(/\/+$/, ""),
		workspace: variables.GITHUB_WORKSPACE,
		temp: variables.RUNNER_TEMP,
		actionFolder: outside.actionFolder,
		environment: outside.environment,
		now: outside.now
	};
}

// actions/config-file.ts
/**
* The configuration that a run works by: the one model of the ticket, with the ticket's parameters and seed. Nothing is
* read from the checkout, so a pull request cannot change how it is trained or judged.
*/
function configOf(ticket) {
	const { params, seed, model } = ticket;
	const named = [ticket.config.baseline, ...ticket.config.adopt === void 0 ? [] : [ticket.config.adopt.environment]];
	const environments = Object.fromEntries(named.map((name) => [name, {}]));
	const train = {
		...ticket.config.train,
		params,
		seeds: [seed]
	};
	return {
		version: 1,
		models: { [model]: {
			...ticket.config,
			train
		} },
		environments
	};
}
/** Writes that configuration as JSON, which is YAML too. */
async function writeConfig(ticket, path) {
	await writeFile(path, `${JSON.stringify(configOf(ticket), null, 2)}\n`, { flag: "wx" });
}

// core/paths.ts
var import_posix = /* @__PURE__ */ __toESM(require_posix(), 1);
/** True when the path matches one of the globs (`**`, `*`, `?`, `{a,b}`, character classes; dot files included). */
function matchesAny(globs) {
	return (0, import_posix.default)([...globs], {
		dot: true,
		nonegate: true
	});
}

// core/fingerprint.ts
/** Is a file one of those that training may read: the model's code or its training data? */
function isTrainingInput(config) {
	return matchesAny([...config.paths, ...config.train.data]);
}

// actions/declared-files.ts
/**
* Leaves in a checkout only what the fingerprint covers, the model's paths and its training data, and no history: what
* training cannot read cannot change its result, so equal fingerprints mean equal inputs. Gives how many files went.
*/
async function keepDeclaredFiles(checkout, config) {
	await rm(join(checkout, ".git"), {
		recursive: true,
		force: true
	});
	const isInput = isTrainingInput(config);
	const entries = await readdir(checkout, {
		recursive: true,
		withFileTypes: true
	});
	let removed = 0;
	for (const entry of entries) {
		if (entry.isDirectory()) continue;
		const file = join(entry.parentPath, entry.name);
		if (isInput(relative(checkout, file).split(sep).join("/"))) continue;
		await rm(file, { force: true });
		removed += 1;
	}
	return removed;
}

// actions/runner-folder.ts
/** A package that only an installed runner has; when it resolves, the others do too. */
const nativePackage = "onnxruntime-node";
/**
* The runner's entry of the same checkout, and so of the same version, as this action. GitHub delivers a repository
* without its packages, so they are installed on first use: from the lock file, checked against its hashes, and
* without install scripts. They are not kept beyond the job, since training code could change them there; npm's own
* cache, which checks what it hands out, makes the next time quick.
*/
async function prepareRunner(world, log) {
	const root = rootAbove(world.actionFolder);
	const main = join(root, "runner", "main.ts");
	if (!resolves(main)) {
		log(`Installing the packages of the assay runner in ${root}`);
		await install(root, world.environment);
		if (!resolves(main)) throw new AssayError({
			reason: "internal",
			message: `${nativePackage} is still missing after npm ci in ${root}`
		});
	}
	return main;
}
function rootAbove(folder) {
	if (existsSync(join(folder, "runner", "main.ts"))) return folder;
	const parent = dirname(folder);
	if (parent === folder) throw new AssayError({
		reason: "internal",
		message: "the action does not lie in a checkout that holds runner/main.ts"
	});
	return rootAbove(parent);
}
function resolves(main) {
	try {
		createRequire(main).resolve(nativePackage);
		return true;
	} catch {
		return false;
	}
}
async function install(root, environment) {
	const nodeFolder = dirname(process.execPath);
	const path = [nodeFolder, environment["PATH"]].filter((part) => part !== void 0).join(delimiter);
	const npm = join(nodeFolder, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js");
	const [command, leading] = existsSync(npm) ? [process.execPath, [npm]] : ["npm", []];
	const child = spawn(command, [
		...leading,
		"ci",
		"--omit=dev",
		"--ignore-scripts",
		"--no-audit",
		"--no-fund"
	], {
		cwd: root,
		stdio: [
			"ignore",
			"inherit",
			"inherit"
		],
		env: childEnvironment(environment, { PATH: path })
	});
	const code = await new Promise((resolve, reject) => {
		child.once("error", (cause) => reject(npmMissing(cause)));
		child.once("close", resolve);
	});
	if (code !== 0) throw new AssayError({
		reason: "internal",
		message: `npm ci in ${root} ended with ${code ?? "a signal"}`
	});
}
function npmMissing(cause) {
	return new AssayError({
		reason: "internal",
		message: "npm is not on this runner's PATH: install Node.js with npm there, or run npm ci for the action beforehand",
		detail: cause.message
	}, { cause });
}

// actions/runner-process.ts
const signals = ["SIGINT", "SIGTERM"];
const maxStdoutBytes = 33554432;
const killAfterMs = 1e4;
/**
* Runs one `assay` command to its end. Its log appears in this step's log, with workflow commands switched off, so that
* a training script cannot speak to GitHub's runner. The signals of a cancellation are passed on at once: GitHub leaves
* ten seconds in all, and only the first process of a step gets them.
*/
async function runRunner({ main, args, cwd, environment, added, timeoutMs }) {
	const resumeToken = randomUUID();
	process.stdout.write(`::stop-commands::${resumeToken}\n`);
	const child = spawn(process.execPath, [main, ...args], {
		cwd,
		stdio: [
			"ignore",
			"pipe",
			"pipe"
		],
		env: childEnvironment(environment, added)
	});
	const passOn = (signal) => void child.kill(signal);
	for (const signal of signals) process.on(signal, passOn);
	const stdout = [];
	let stdoutBytes = 0;
	child.stdout.on("data", (chunk) => {
		stdoutBytes += chunk.length;
		if (stdoutBytes <= maxStdoutBytes) stdout.push(chunk);
	});
	let tail = "";
	child.stderr.on("data", (chunk) => {
		tail = (tail + chunk.toString("utf8")).slice(-16384).toWellFormed();
	});
	child.stderr.pipe(process.stdout, { end: false });
	let timedOut = false;
	const timers = [];
	if (timeoutMs !== null) timers.push(setTimeout(() => {
		timedOut = true;
		child.kill("SIGTERM");
		timers.push(setTimeout(() => child.kill("SIGKILL"), killAfterMs));
	}, timeoutMs));
	try {
		return {
			code: await new Promise((resolve, reject) => {
				child.once("error", reject);
				child.once("close", resolve);
			}),
			stdout: Buffer.concat(stdout).toString("utf8"),
			logTail: tail,
			timedOut
		};
	} finally {
		for (const timer of timers) clearTimeout(timer);
		for (const signal of signals) process.off(signal, passOn);
		process.stdout.write(`\n::${resumeToken}::\n`);
	}
}

// github/fetch-whole.ts
/**
* A fetch that gives whole answers only. Octokit takes a body that breaks off for an empty one, and an empty list for an
* answer: a body that ends too early, or a silence that lasts too long, has to fail as a request that was not answered.
*/
function fetchWhole(fetch, { silentMs, wholeMs }) {
	return async (input, init) => {
		const giveUp = new AbortController();
		const giveUpAfter = (ms, what) => setTimeout(() => giveUp.abort(/* @__PURE__ */ new Error(`GitHub ${what}`)), ms);
		const whole = giveUpAfter(wholeMs, `did not end its answer within ${wholeMs} ms`);
		let silence;
		const heard = () => {
			clearTimeout(silence);
			silence = giveUpAfter(silentMs, `was silent for ${silentMs} ms`);
		};
		heard();
		const signal = init?.signal == null ? giveUp.signal : AbortSignal.any([init.signal, giveUp.signal]);
		try {
			const answer = await fetch(input, {
				...init,
				signal
			});
			heard();
			const body = answer.body === null ? null : await readAll(answer.body, heard);
			const { status, statusText, headers, url } = answer;
			const copy = new Response(body, {
				status,
				statusText,
				headers
			});
			return Object.defineProperty(copy, "url", { value: url });
		} finally {
			clearTimeout(silence);
			clearTimeout(whole);
		}
	};
}
async function readAll(body, heard) {
	const pieces = [];
	for await (const piece of body) {
		heard();
		pieces.push(piece);
	}
	const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
	let length = 0;
	for (const piece of pieces) {
		whole.set(piece, length);
		length += piece.length;
	}
	return whole;
}

// actions/client.ts
const patience = {
	silentMs: 3e4,
	wholeMs: 3e5
};
const proxied = defaults.request?.fetch ?? fetch;
/** A client with the runner's address of GitHub and its proxy. An answer that breaks off fails, and is no empty list. */
function octokitFor(token) {
	return getOctokit(token, { request: {
		...defaults.request,
		fetch: fetchWhole(proxied, patience)
	} });
}

// actions/fetch-model.ts
/**
* Brings the bytes of a model to `destination`. Throws artifact_digest_mismatch when they are not the ones the ticket names. `checkout` is a folder that `checkOut` made.
*/
async function fetchModel(world, wanted, checkout, destination) {
	const { source } = wanted;
	let training = null;
	switch (source.kind) {
		case "artifact":
			training = await downloadModel(octokitFor(world.inputs.token), world, source, destination);
			break;
		case "file": await saveFileAt(remoteOf(world), checkout, source, destination);
	}
	const digest = await digestFile(destination);
	if (wanted.digest !== null && digest !== wanted.digest) {
		const message = `the model has the digest ${digest}, the ticket names ${wanted.digest}`;
		throw new AssayError({
			reason: "artifact_digest_mismatch",
			message
		});
	}
	return {
		digest,
		training
	};
}

// core/gate/conclude.ts
/** The worst first: the order in which one verdict speaks for several. */
const precedence = [
	"error",
	"fail",
	"no_baseline",
	"insufficient",
	"inconclusive",
	"pass"
];
/** The verdict of all gates together; without gates nothing was asked, so nothing is held against the model. */
function conclude(verdicts) {
	return precedence.find((verdict) => verdicts.includes(verdict)) ?? "pass";
}
/** As what a gate counts among all of them: an open one whose mode is fn-free does not hold the model up. */
function counts(gate) {
	return gate.verdict === "inconclusive" && gate.mode === "fn-free" ? "pass" : gate.verdict;
}
/** Whether nothing but gates of the mode `ask` keeps the verdict open, so that a person decides. */
function isForPerson(gates) {
	const open = gates.filter((gate) => counts(gate) !== "pass");
	return open.length > 0 && open.every((gate) => gate.verdict === "inconclusive" && gate.mode === "ask");
}

// core/nearest.ts
/**
* The known word that a mistyped one most likely meant: at an edit distance of at most a third of its length, else one
* that it begins or ends (`roc` or `auc` for `roc_auc`), else null.
*/
function nearest(word, known) {
	let best = null;
	for (const candidate of known) {
		const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
		if (distance <= Math.max(1, Math.floor(candidate.length / 3)) && (best === null || distance < best.distance)) best = {
			word: candidate,
			distance
		};
	}
	const part = word.toLowerCase();
	const holds = (known) => known.startsWith(`${part}_`) || known.endsWith(`_${part}`);
	return best?.word ?? known.find(holds) ?? null;
}
/** Edit distance where swapping two neighbors costs one, as `trian` for `train`; by three rows of the dynamic program. */
function editDistance(a, b) {
	let before = [];
	let row = Array.from({ length: b.length + 1 }, (_, column) => column);
	for (let i = 0; i < a.length; i += 1) {
		const next = [i + 1];
		for (let j = 0; j < b.length; j += 1) {
			const substitution = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
			const swap = i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j] ? (before[j - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY;
			next.push(Math.min(substitution, swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
		}
		before = row;
		row = next;
	}
	return row[b.length] ?? 0;
}

// core/metrics/classification-specs.ts
/** Bins of the expected calibration error and the calibration curve. */
const calibrationBins = 15;
/** Probabilities are clipped to [ε, 1 − ε] before a logarithm is taken. */
const logLossEpsilon = 1e-15;
/** Scores from here on are positive, unless the configuration says otherwise. */
const customaryThreshold = .5;
const both = ["binary", "multiclass"];
/** Tasks of a metric. */
const binary = ["binary"];
/** Tasks of a metric. */
const multiclass = ["multiclass"];
/** A ratio that is better when it is larger. */
const ratio = {
	tasks: both,
	higherIsBetter: true,
	min: 0,
	max: 1,
	unit: "pp",
	method: "influence",
	needs: "label",
	needsBothClasses: false
};
/** A metric of the order of the scores of a binary model. */
const ranked = {
	...ratio,
	tasks: binary,
	method: "bootstrap",
	needs: "score",
	needsBothClasses: true
};
const ovr = {
	...ratio,
	tasks: multiclass,
	needs: "score",
	needsBothClasses: true
};
const loss$1 = {
	...ratio,
	higherIsBetter: false,
	max: 2,
	unit: "",
	method: "paired-mean",
	needs: "probability"
};
const binned = {
	...ratio,
	higherIsBetter: false,
	method: "bootstrap",
	needs: "probability"
};
const correlation$1 = {
	...ratio,
	min: -1,
	unit: ""
};
const averaged$1 = "absent_classes=excluded;undefined_class=undefined";
const bins = `bins=${15}`;
const confidence = "binary=positive_class;multiclass=top_label";
/** The metrics of binary and multiclass models, with the threshold that is part of what they are. */
function classificationSpecs(threshold) {
	return [
		...rankSpecs,
		...lossSpecs,
		...labelSpecs(threshold),
		...macroSpecs(threshold),
		...calibrationSpecs
	];
}
const rankSpecs = [
	{
		...ranked,
		id: "roc_auc",
		label: "ROC AUC",
		method: "delong",
		definition: "roc_auc/1;ties=midrank"
	},
	{
		...ovr,
		id: "roc_auc_ovr",
		label: "ROC AUC (one vs rest)",
		definition: "roc_auc_ovr/1;ties=midrank;average=macro;absent_class=undefined"
	},
	{
		...ovr,
		id: "roc_auc_ovr_weighted",
		label: "ROC AUC (one vs rest, by support)",
		definition: "roc_auc_ovr_weighted/1;ties=midrank;average=support;absent_class=undefined"
	},
	{
		...ovr,
		id: "roc_auc_ovo",
		label: "ROC AUC (one vs one)",
		definition: "roc_auc_ovo/1;ties=midrank;average=macro;pairs=hand_till;absent_class=undefined"
	},
	{
		...ranked,
		id: "gini",
		label: "Gini",
		min: -1,
		method: "delong",
		definition: "gini/1;ties=midrank"
	},
	{
		...ranked,
		id: "ks",
		label: "KS",
		definition: "ks/1;ties=grouped"
	},
	{
		...ranked,
		id: "average_precision",
		label: "average precision",
		definition: "average_precision/1;ties=grouped;interpolation=none"
	},
	{
		...ovr,
		id: "average_precision_macro",
		label: "macro average precision",
		method: "bootstrap",
		definition: "average_precision_macro/1;ties=grouped;interpolation=none;average=macro;absent_class=undefined"
	},
	{
		...ranked,
		id: "pr_auc",
		label: "PR AUC (trapezoid)",
		definition: "pr_auc/1;ties=grouped;interpolation=linear;start=1"
	}
];
const lossSpecs = [
	{
		...loss$1,
		id: "log_loss",
		label: "log loss",
		max: -Math.log(logLossEpsilon),
		definition: "log_loss/1;clip=1e-15;float=64"
	},
	{
		...loss$1,
		id: "brier",
		label: "Brier score",
		definition: "brier/1;binary=positive_class;multiclass=sum"
	},
	{
		...loss$1,
		id: "log_loss_skill",
		label: "log loss skill",
		higherIsBetter: true,
		min: Number.NEGATIVE_INFINITY,
		max: 1,
		method: "influence",
		definition: "log_loss_skill/1;clip=1e-15;float=64;reference=prevalence"
	},
	{
		...loss$1,
		id: "brier_skill",
		label: "Brier skill",
		higherIsBetter: true,
		min: Number.NEGATIVE_INFINITY,
		max: 1,
		method: "influence",
		definition: "brier_skill/1;reference=prevalence"
	}
];
function labelSpecs(threshold) {
	const at = `threshold=${threshold}`;
	const one = {
		...ratio,
		tasks: binary
	};
	return [
		{
			...ratio,
			id: "accuracy",
			label: "accuracy",
			method: "tango",
			definition: `accuracy/1;${at}`
		},
		{
			...ratio,
			id: "balanced_accuracy",
			label: "balanced accuracy",
			definition: `balanced_accuracy/1;${at};absent_classes=excluded`
		},
		{
			...one,
			id: "precision",
			label: "precision",
			definition: `precision/1;${at}`
		},
		{
			...one,
			id: "recall",
			label: "recall",
			definition: `recall/1;${at}`
		},
		{
			...one,
			id: "specificity",
			label: "specificity",
			definition: `specificity/1;${at}`
		},
		{
			...one,
			id: "npv",
			label: "negative predictive value",
			definition: `npv/1;${at}`
		},
		{
			...one,
			id: "false_positive_rate",
			label: "false positive rate",
			higherIsBetter: false,
			definition: `false_positive_rate/1;${at}`
		},
		{
			...one,
			id: "false_negative_rate",
			label: "false negative rate",
			higherIsBetter: false,
			definition: `false_negative_rate/1;${at}`
		},
		{
			...one,
			id: "f1",
			label: "F1",
			definition: `f1/1;${at}`
		},
		{
			...one,
			id: "jaccard",
			label: "Jaccard index",
			definition: `jaccard/1;${at}`
		},
		{
			...one,
			id: "informedness",
			label: "informedness",
			min: -1,
			definition: `informedness/1;${at}`
		},
		{
			...correlation$1,
			id: "mcc",
			label: "MCC",
			definition: `mcc/1;${at}`
		},
		{
			...correlation$1,
			id: "kappa",
			label: "Cohen's kappa",
			definition: `kappa/1;${at}`
		},
		{
			...correlation$1,
			tasks: multiclass,
			id: "kappa_linear",
			label: "kappa (linear)",
			definition: "kappa_linear/1;weights=linear"
		},
		{
			...correlation$1,
			tasks: multiclass,
			id: "kappa_quadratic",
			label: "kappa (quadratic)",
			definition: "kappa_quadratic/1;weights=quadratic"
		},
		{
			...one,
			id: "selection_rate",
			label: "selection rate",
			definition: `selection_rate/1;${at}`
		}
	];
}
function macroSpecs(threshold) {
	const macro = `threshold=${threshold};average=macro;${averaged$1}`;
	const several = {
		...ratio,
		tasks: multiclass
	};
	const averages = [
		{
			name: "f1",
			label: "F1"
		},
		{
			name: "precision",
			label: "precision"
		},
		{
			name: "recall",
			label: "recall"
		}
	];
	return [...averages.map(({ name, label }) => {
		return {
			...ratio,
			id: `${name}_macro`,
			label: `macro ${label}`,
			definition: `${name}_macro/1;${macro}`
		};
	}), ...averages.flatMap(({ name, label }) => [{
		...several,
		id: `${name}_micro`,
		label: `micro ${label}`,
		method: "tango",
		definition: `${name}_micro/1;average=micro`
	}, {
		...several,
		id: `${name}_weighted`,
		label: `${label} by support`,
		definition: `${name}_weighted/1;average=support;undefined_class=undefined`
	}])];
}
const calibrationSpecs = [
	{
		...binned,
		id: "ece",
		label: "calibration error (ECE)",
		definition: `ece/1;${bins};width=equal;${confidence}`
	},
	{
		...binned,
		id: "ece_adaptive",
		label: "calibration error (equal mass)",
		definition: `ece_adaptive/1;${bins};mass=equal;ties=together;${confidence}`
	},
	{
		...binned,
		id: "rmsce",
		label: "calibration error (RMS)",
		definition: `rmsce/1;${bins};width=equal;${confidence}`
	},
	{
		...binned,
		id: "mce",
		label: "calibration error (largest)",
		definition: `mce/1;${bins};width=equal;${confidence}`
	}
];

// core/metrics/classification-families.ts
/** The metrics of binary and multiclass models that have a number in their id. */
function classificationFamilies(threshold) {
	const share = (of) => of > 0 && of < 1;
	return [
		{
			name: "roc_auc",
			parameter: "the largest false positive rate, above 0 and below 1",
			example: .1,
			accepts: share,
			member: (rate) => ({
				...ranked,
				id: `roc_auc@${rate}`,
				label: `ROC AUC up to FPR ${rate}`,
				definition: `roc_auc_partial/1;max_fpr=${rate};standardized=mcclish;ties=midrank`
			})
		},
		{
			name: "recall_at_precision",
			parameter: "the least precision, above 0 and at most 1",
			example: .9,
			accepts: (of) => of > 0 && of <= 1,
			member: (precision) => ({
				...ranked,
				id: `recall_at_precision@${precision}`,
				label: `recall at precision ${precision}`,
				definition: `recall_at_precision/1;precision=${precision};ties=grouped;unreachable=0`
			})
		},
		{
			name: "f_beta",
			parameter: "the weight of recall, above 0",
			example: 2,
			accepts: (of) => of > 0 && Number.isFinite(of),
			member: (beta) => ({
				...ratio,
				tasks: binary,
				id: `f_beta@${beta}`,
				label: `F${beta}`,
				definition: `f_beta/1;beta=${beta};threshold=${threshold}`
			})
		},
		{
			name: "top_k_accuracy",
			parameter: "a whole number of at least 1",
			example: 5,
			accepts: (of) => Number.isSafeInteger(of) && of >= 1,
			member: (k) => ({
				...ratio,
				tasks: multiclass,
				method: "tango",
				needs: "score",
				id: `top_k_accuracy@${k}`,
				label: `top ${k} accuracy`,
				definition: `top_k_accuracy/1;k=${k};ties=first_class`
			})
		}
	];
}

// core/metrics/operation-specs.ts
const operation = {
	tasks: [
		"binary",
		"multiclass",
		"regression",
		"ranking"
	],
	higherIsBetter: false,
	min: 0,
	max: Number.POSITIVE_INFINITY,
	unit: "",
	method: "operation",
	needs: "label",
	needsBothClasses: false
};
const latency = {
	...operation,
	unit: "ms"
};
/** What running a model costs. Gates and reports know these ids; the runner measures them, not `measure`. */
const operationSpecs = [
	{
		...latency,
		id: "latency_p50",
		label: "latency p50",
		definition: "latency_p50/1;quantile=nearest_rank"
	},
	{
		...latency,
		id: "latency_p95",
		label: "latency p95",
		definition: "latency_p95/1;quantile=nearest_rank"
	},
	{
		...latency,
		id: "latency_p99",
		label: "latency p99",
		definition: "latency_p99/1;quantile=nearest_rank"
	},
	{
		...operation,
		id: "throughput",
		label: "throughput",
		higherIsBetter: true,
		unit: "rows/s",
		definition: "throughput/1;offline"
	},
	{
		...operation,
		id: "model_bytes",
		label: "model size",
		unit: "B",
		definition: "model_bytes/1;external_data=counted"
	},
	{
		...operation,
		id: "parameters",
		label: "parameters",
		definition: "parameters/1;initializers"
	},
	{
		...operation,
		id: "peak_rss",
		label: "peak memory",
		unit: "B",
		definition: "peak_rss/1;above=empty_session"
	}
];

// core/metrics/regression-specs.ts
const loss = {
	tasks: ["regression"],
	higherIsBetter: false,
	min: 0,
	max: Number.POSITIVE_INFINITY,
	unit: "",
	method: "paired-mean",
	needs: "score",
	needsBothClasses: false
};
const fit = {
	...loss,
	higherIsBetter: true,
	min: Number.NEGATIVE_INFINITY,
	max: 1,
	method: "influence"
};
const correlation = {
	...fit,
	min: -1
};
const constants = "constant=undefined";
/** The metrics of models that predict a number. Those in the unit of the label have no unit of their own. */
const regressionSpecs = [
	{
		...loss,
		id: "rmse",
		label: "RMSE",
		method: "influence",
		definition: "rmse/1"
	},
	{
		...loss,
		id: "mse",
		label: "MSE",
		definition: "mse/1"
	},
	{
		...loss,
		id: "mae",
		label: "MAE",
		definition: "mae/1"
	},
	{
		...loss,
		id: "medae",
		label: "median absolute error",
		method: "bootstrap",
		definition: "medae/1;middle=mean_of_two"
	},
	{
		...loss,
		id: "max_error",
		label: "largest error",
		method: "none",
		definition: "max_error/1"
	},
	{
		...loss,
		id: "mape",
		label: "MAPE",
		unit: "pp",
		definition: "mape/1;zero_truth=undefined"
	},
	{
		...loss,
		id: "smape",
		label: "sMAPE",
		max: 2,
		unit: "pp",
		definition: "smape/1;range=0_to_2;both_zero=0"
	},
	{
		...loss,
		id: "wape",
		label: "WAPE",
		unit: "pp",
		method: "influence",
		definition: "wape/1;all_zero_truth=undefined"
	},
	{
		...loss,
		id: "msle",
		label: "MSLE",
		definition: "msle/1;at_most_minus_one=undefined"
	},
	{
		...fit,
		id: "r2",
		label: "R²",
		definition: `r2/1;${constants}`
	},
	{
		...fit,
		id: "explained_variance",
		label: "explained variance",
		definition: `explained_variance/1;${constants}`
	},
	{
		...loss,
		id: "bias",
		label: "bias",
		min: Number.NEGATIVE_INFINITY,
		definition: "bias/1;predicted_minus_truth"
	},
	{
		...correlation,
		id: "pearson",
		label: "Pearson correlation",
		definition: `pearson/1;${constants}`
	},
	{
		...correlation,
		id: "spearman",
		label: "Spearman correlation",
		definition: `spearman/1;ties=midrank;${constants}`
	},
	{
		...correlation,
		id: "kendall_tau_b",
		label: "Kendall's τ",
		definition: `kendall_tau_b/1;${constants}`
	},
	{
		...loss,
		id: "poisson_deviance",
		label: "Poisson deviance",
		definition: "poisson_deviance/1;negative_truth=undefined;prediction_not_above_0=undefined"
	}
];
/** The metrics of predicted numbers that have a number in their id. */
const regressionFamilies = [{
	name: "pinball",
	parameter: "the quantile that the model predicts, above 0 and below 1",
	example: .9,
	accepts: (quantile) => quantile > 0 && quantile < 1,
	member: (quantile) => ({
		...loss,
		id: `pinball@${quantile}`,
		label: `pinball loss at ${quantile}`,
		definition: `pinball/1;quantile=${quantile}`
	})
}];

// core/metrics/retrieval-specs.ts
const perQuery = {
	tasks: ["ranking"],
	higherIsBetter: true,
	min: 0,
	max: 1,
	unit: "pp",
	method: "paired-mean",
	needs: "score",
	needsBothClasses: false
};
const averaged = "ties=average;ideal=all_judged;no_relevant=excluded";
const ordered = "ties=row;relevant=above_0;no_relevant=excluded";
/** The metrics of models that rank documents: each is a mean over queries, and the query is the unit of resampling. */
const retrievalSpecs = [
	{
		...perQuery,
		id: "ndcg",
		label: "NDCG",
		definition: `ndcg/1;gain=linear;k=all;${averaged}`
	},
	{
		...perQuery,
		id: "map",
		label: "MAP",
		definition: `map/1;k=all;${ordered}`
	},
	{
		...perQuery,
		id: "mrr",
		label: "MRR",
		definition: `mrr/1;k=all;${ordered}`
	},
	{
		...perQuery,
		id: "r_precision",
		label: "R-precision",
		definition: `r_precision/1;${ordered}`
	}
];
const names = [
	{
		name: "ndcg",
		label: "NDCG",
		definition: `gain=linear;${averaged}`
	},
	{
		name: "ndcg_exp",
		label: "NDCG (exponential gain)",
		definition: `gain=exp2;${averaged}`
	},
	{
		name: "map",
		label: "MAP",
		definition: `per=all_relevant;${ordered}`
	},
	{
		name: "mrr",
		label: "MRR",
		definition: ordered
	},
	{
		name: "precision",
		label: "precision",
		definition: `per=k;${ordered}`
	},
	{
		name: "recall",
		label: "recall",
		definition: `per=all_relevant;${ordered}`
	},
	{
		name: "hit",
		label: "hit rate",
		definition: ordered
	}
];
/** The metrics of ranked documents that look at the first k places. */
const retrievalFamilies = names.map(({ name, label, definition }) => ({
	name,
	parameter: "a whole number of places, at least 1",
	example: 10,
	accepts: (k) => Number.isSafeInteger(k) && k >= 1,
	member: (k) => ({
		...perQuery,
		id: `${name}@${k}`,
		label: `${label}@${k}`,
		definition: `${name}/1;k=${k};${definition}`
	})
}));

// core/metrics/spec.ts
/** The name and the number of an id: `ndcg@10` is ndcg and 10; the number is null where there is none. */
function splitId(id) {
	const at = id.indexOf("@");
	if (at === -1) return {
		name: id,
		parameter: null
	};
	const text = id.slice(at + 1);
	const parameter = Number(text);
	return {
		name: id.slice(0, at),
		parameter: String(parameter) === text ? parameter : NaN
	};
}

// core/metrics/registry.ts
const customary = registryAt(customaryThreshold);
/** The metric of that id, or null. Its definition names the threshold where it depends on one. */
function metricSpec(id, threshold = customaryThreshold) {
	const { byId, families } = threshold === .5 ? customary : registryAt(threshold);
	const plain = byId.get(id);
	if (plain !== void 0) return plain;
	const { name, parameter } = splitId(id);
	const family = families.get(name);
	if (family === void 0 || parameter === null || !family.accepts(parameter)) return null;
	return family.member(parameter);
}
/** Ids of the metrics that a task has, in the order in which a report lists them; families with one member each. */
function metricIds(task) {
	return customary.specs.filter((spec) => spec.tasks.includes(task) && spec.method !== "operation").map((spec) => spec.id);
}
function registryAt(threshold) {
	const families = [
		...classificationFamilies(threshold),
		...regressionFamilies,
		...retrievalFamilies
	];
	const examples = families.map((family) => family.member(family.example));
	const specs = [
		...[
			...classificationSpecs(threshold),
			...regressionSpecs,
			...retrievalSpecs
		],
		...examples,
		...operationSpecs
	];
	return {
		specs,
		byId: byIdOf(specs),
		families: new Map(families.map((family) => [family.name, family]))
	};
}
function byIdOf(specs) {
	return new Map(specs.map((spec) => [spec.id, spec]));
}
/** Every metric id there is, operational ones included; families with one member each. */
const allMetricIds = customary.specs.map((spec) => spec.id);
/** What a metric is counted over: the rows, or the queries of a ranking task. */
function unitOf(id) {
	const tasks = metricSpec(id)?.tasks ?? [];
	return tasks.length === 1 && tasks[0] === "ranking" ? "query" : "row";
}

// core/metrics/format.ts
/**
* A metric's value for people: `0.874`. A ratio reads as 1.000 only when it is 1: `0.9997`. What has no upper limit, such
* as an error in the label's unit, shows the digits that count: `12.35`, `8,412`.
*/
function formatValue(id, value) {
	if (isUnlimited(id)) return significant(value, 4);
	if (!inPoints(id) || value >= 1) return decimals(value, 3);
	let text = decimals(value, 3);
	for (let more = 4; Number(text) === 1 && more <= 6; more++) text = decimals(value, more);
	return text;
}
/** A difference for people, with its sign and unit: `+0.7 pp`, `−0.004`. */
function formatDelta(id, value) {
	return inPoints(id) ? `${signed(value * 100, 1)} pp` : signedPlain(id, value);
}
/** An interval of a difference, without the unit: `+0.1 … +1.3` (points), `−0.006 … −0.002`. */
function formatInterval(id, [low, high]) {
	const one = (value) => inPoints(id) ? signed(value * 100, 1) : signedPlain(id, value);
	return `${one(low)} … ${one(high)}`;
}
/** An interval of one model's value: `0.861 … 0.899`. */
function formatValueInterval(id, [low, high]) {
	return `${formatValue(id, low)} … ${formatValue(id, high)}`;
}
/** A size without direction, such as a margin: `0.5 pp`, `0.005`. */
function formatSize(id, value) {
	if (inPoints(id)) return `${decimals(value * 100, 1)} pp`;
	return isUnlimited(id) ? significant(value, 3).replace(/\.0+$|(\.\d*[1-9])0+$/, "$1") : decimals(value, 3);
}
/** A level or share: `95 %`, `99.9 %`. */
function formatPercent(share) {
	return `${Number((share * 100).toFixed(4))} %`;
}
/** A count with thousands separated by commas: `1,900`. */
function formatCount(count) {
	return count.toFixed(0).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}
function inPoints(id) {
	return metricSpec(id)?.unit === "pp";
}
function isUnlimited(id) {
	const spec = metricSpec(id);
	return spec?.max === Number.POSITIVE_INFINITY && spec.unit !== "pp";
}
function signedPlain(id, value) {
	if (!isUnlimited(id)) return signed(value, 3);
	const text = significant(Math.abs(value), 3);
	return value === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}
/** That many digits that count, whole digits always: `0.0123`, `12.3`, `8,412`; beyond a billion, powers of ten. */
function significant(value, digits) {
	if (value === 0) return "0";
	const size = Math.abs(value);
	const sign = value < 0 ? "−" : "";
	if (size < 1e-6 || size >= 1e9) return `${sign}${size.toExponential(digits - 1)}`;
	const places = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
	const text = size.toFixed(places);
	return `${sign}${places === 0 ? formatCount(Number(text)) : text}`;
}
function signed(value, digits) {
	const text = decimals(Math.abs(value), digits);
	if (Number(text) === 0) return text;
	return value < 0 ? `−${text}` : `+${text}`;
}
/** Fixed decimals, more of them when the number would otherwise read as 0, at most six; a real minus sign. */
function decimals(value, digits) {
	const size = Math.abs(value);
	let text = size.toFixed(digits);
	for (let more = digits + 1; more <= 6 && Number(text) === 0; more++) text = size.toFixed(more);
	if (Number(text) === 0) return 0 .toFixed(digits);
	return value < 0 ? `−${text}` : text;
}

// core/gate/tree.ts
/** Whether the parsed thing is a condition or a number. */
function isCondition(node) {
	switch (node.kind) {
		case "ni":
		case "sup":
		case "equiv":
		case "limit_gain":
		case "no_worse_slices":
		case "compare":
		case "not":
		case "and":
		case "or": return true;
		case "number":
		case "reference":
		case "flips":
		case "worst":
		case "gap":
		case "min":
		case "max":
		case "abs":
		case "negate":
		case "arithmetic": return false;
	}
}
/** Everything of a number that is measured, in the order of the text. */
function measuredParts(of) {
	switch (of.kind) {
		case "number": return [];
		case "reference":
		case "flips":
		case "worst":
		case "gap": return [of];
		case "min":
		case "max":
		case "abs": return of.of.flatMap(measuredParts);
		case "negate": return measuredParts(of.of);
		case "arithmetic": return [...measuredParts(of.left), ...measuredParts(of.right)];
	}
}

// core/gate/needs.ts
/** The conditions of a gate without their logic. */
function conditionsOf(gate) {
	switch (gate.kind) {
		case "not": return conditionsOf(gate.of);
		case "and":
		case "or": return gate.parts.flatMap(conditionsOf);
		default: return [gate];
	}
}
/** What a report must hold for a gate to be judged. Shares of flips need no metric and are not among it. */
function needsOf(gate) {
	return conditionsOf(gate).flatMap((condition) => {
		switch (condition.kind) {
			case "compare": return [...measuredParts(condition.left), ...measuredParts(condition.right)].flatMap((part) => {
				const { column } = part;
				if (part.kind === "flips") return [];
				if (part.kind === "reference") return [{
					metric: part.metric,
					slice: part.slice,
					by: [],
					column
				}];
				return [{
					metric: part.metric,
					slice: null,
					by: part.by,
					column
				}];
			});
			case "no_worse_slices": return [{
				metric: condition.metric,
				slice: null,
				by: condition.by,
				column: condition.column
			}];
			default: return [{
				metric: condition.metric,
				slice: condition.slice,
				by: [],
				column: condition.column
			}];
		}
	});
}
/** The metrics that a gate is about, each once, in the order of the text. */
function metricsOf(gate) {
	return [...new Set(needsOf(gate).map((need) => need.metric))];
}

// core/gate/refusal.ts
/** Carries a GateFault from the depth of the parser to parseGate, which turns it into a value. */
var Refusal = class extends Error {
	fault;
	constructor(fault) {
		super(fault.message);
		this.name = "Refusal";
		this.fault = fault;
	}
};
/** Ends the parse at a column. */
function refuse(column, message, expected) {
	throw new Refusal({
		message,
		column,
		expected
	});
}

// core/gate/advice.ts
/** What a gate can say; every refusal of a form names them. */
const judgedForms = [
	"candidate.METRIC",
	"baseline.METRIC",
	"candidate.METRIC[SLICE]",
	"delta(METRIC)",
	"ratio(METRIC)",
	"worst(METRIC, by=[COLUMN])",
	"gap(METRIC, by=[COLUMN])",
	"flip_rate, nfr, pfr",
	"ni(METRIC, MARGIN) at 95%",
	"sup(METRIC, GAIN) at 95%",
	"equiv(METRIC, MARGIN) at 95%",
	"limit_gain(METRIC, MAX) at 95%",
	"no_worse_slices(METRIC, MARGIN, by=[COLUMN])",
	"min, max, abs",
	"< <= > >=",
	"+/-",
	"+ - * /",
	"and, or, not"
];
const functions = [
	"delta",
	"ratio",
	"worst",
	"gap",
	"ni",
	"sup",
	"equiv",
	"limit_gain",
	"no_worse_slices",
	"flip_rate",
	"candidate",
	"baseline"
];
/** Ends the parse at a word that a gate cannot start a number or a condition with. */
function refuseName(text, column) {
	if (text === "previous" || text === "main") return refuse(column, `${text} is not a side in this version`, ["candidate", "baseline"]);
	if (/^(and|or|not|at|by)$/i.test(text)) return refuse(column, `${text} stands where a number or a metric should stand`, judgedForms);
	const hint = text.length > 2 ? nearest(text, functions) : null;
	const guess = hint === null ? "" : ` (did you mean ${hint}?)`;
	return refuse(column, `${text} means nothing in a gate${guess}`, judgedForms);
}
/** Ends the parse at a token that stands where something else belongs, with advice for what people tend to write. */
function refuseToken(token, instead, expected) {
	if (token.kind === "end") return refuse(token.column, `the gate ends where ${instead} should stand`, expected);
	const advice = token.kind === "sign" ? adviceOn(token.text) : null;
	if (advice !== null) return refuse(token.column, advice.message, advice.expected);
	if (token.kind === "bracket") return refuse(token.column, `a slice in brackets stands where ${instead} should stand`, expected);
	return refuse(token.column, `${JSON.stringify(token.text)} stands where ${instead} should stand`, expected);
}
function adviceOn(sign) {
	switch (sign) {
		case "@": return {
			message: "the number of a metric follows its name",
			expected: ["a metric such as ndcg@10"]
		};
		case "=":
		case "!": return {
			message: "gates have no equality: measured numbers are never quite equal",
			expected: [
				"<",
				"<=",
				">",
				">="
			]
		};
		case "&":
		case "|": return {
			message: "gates write and, or, not in words",
			expected: [
				"and",
				"or",
				"not"
			]
		};
		case "+/-": return {
			message: "a required precision follows a comparison",
			expected: ["candidate.f1 > 0.8 +/- 0.01"]
		};
		default: return null;
	}
}

// core/gate/cursor.ts
const maxDepth = 50;
/** Where the parser is in the tokens of a gate. */
var Cursor = class {
	tokens;
	at = 0;
	depth = 0;
	constructor(tokens) {
		this.tokens = tokens;
	}
	peek(ahead = 0) {
		return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)] ?? {
			kind: "end",
			text: "",
			column: 1
		};
	}
	next() {
		this.at++;
	}
	isWord(word) {
		const token = this.peek();
		return token.kind === "name" && token.text === word;
	}
	takeWord(word) {
		const found = this.isWord(word);
		if (found) this.at++;
		return found;
	}
	isSign(sign) {
		const token = this.peek();
		return token.kind === "sign" && token.text === sign;
	}
	takeSign(sign) {
		const found = this.isSign(sign);
		if (found) this.at++;
		return found;
	}
	expect(sign) {
		if (!this.takeSign(sign)) refuseToken(this.peek(), sign, [sign]);
	}
	/** Parses a nested part; refuses a nesting that could exhaust the stack. */
	nested(column, parse) {
		this.depth++;
		if (this.depth > maxDepth) refuse(column, "the gate is nested too deeply", [`at most ${maxDepth} levels`]);
		const parsed = parse();
		this.depth--;
		return parsed;
	}
};

// core/gate/linear.ts
/** A key by which two subjects are the same. */
function subjectKey(subject) {
	return JSON.stringify(subject.kind === "flips" ? [subject.kind, subject.id] : [
		subject.kind,
		subject.metric,
		subject.slice
	]);
}
/**
* The comparison as one subject against a limit: constants move over, and candidate minus baseline of one metric is its
* difference, which is tested on the same rows. Null for anything that is not such a form.
*/
function normalize(node) {
	const left = sumOf(node.left);
	const right = sumOf(node.right);
	if (left === null || right === null) return null;
	const sum = added(left, scaled(right, -1));
	const found = subjectOf([...sum.terms.values()].filter((term) => term.factor !== 0));
	if (found === null) return null;
	const limit = -sum.constant / found.factor;
	return {
		subject: found.subject,
		operator: found.factor > 0 ? node.operator : mirrored[node.operator],
		limit: limit === 0 ? 0 : limit
	};
}
const mirrored = {
	"<": ">",
	"<=": ">=",
	">": "<",
	">=": "<="
};
function subjectOf(terms) {
	const [first, second] = terms;
	if (first === void 0 || terms.length > 2) return null;
	if (second === void 0) return first;
	const candidate = terms.find((term) => term.subject.kind === "candidate");
	const baseline = terms.find((term) => term.subject.kind === "baseline");
	if (candidate === void 0 || baseline === void 0 || candidate.factor !== -baseline.factor) return null;
	if (candidate.subject.kind === "flips" || baseline.subject.kind === "flips") return null;
	const { metric, slice } = candidate.subject;
	if (metric !== baseline.subject.metric || slice !== baseline.subject.slice) return null;
	return {
		factor: candidate.factor,
		subject: {
			kind: "delta",
			metric,
			slice
		}
	};
}
function sumOf(of) {
	switch (of.kind) {
		case "number": return {
			constant: of.value,
			terms: /* @__PURE__ */ new Map()
		};
		case "flips": return single({
			kind: "flips",
			id: of.id
		});
		case "reference": {
			const { side, metric, slice } = of;
			if (side === "relative") return null;
			if (side !== "delta") return single({
				kind: side,
				metric,
				slice
			});
			return added(single({
				kind: "candidate",
				metric,
				slice
			}), scaled(single({
				kind: "baseline",
				metric,
				slice
			}), -1));
		}
		case "negate": {
			const inner = sumOf(of.of);
			return inner === null ? null : scaled(inner, -1);
		}
		case "arithmetic": return arithmetic(of);
		case "worst":
		case "gap":
		case "min":
		case "max":
		case "abs": return null;
	}
}
function arithmetic(of) {
	const left = sumOf(of.left);
	const right = sumOf(of.right);
	if (left === null || right === null) return null;
	switch (of.operator) {
		case "+": return added(left, right);
		case "-": return added(left, scaled(right, -1));
		case "*":
			if (right.terms.size === 0) return scaled(left, right.constant);
			return left.terms.size === 0 ? scaled(right, left.constant) : null;
		case "/": return right.terms.size === 0 && right.constant !== 0 ? scaled(left, 1 / right.constant) : null;
	}
}
function single(subject) {
	return {
		constant: 0,
		terms: /* @__PURE__ */ new Map([[subjectKey(subject), {
			factor: 1,
			subject
		}]])
	};
}
function scaled(sum, by) {
	const terms = [...sum.terms].map(([key, term]) => [key, {
		...term,
		factor: term.factor * by
	}]);
	return {
		constant: sum.constant * by,
		terms: new Map(terms)
	};
}
function added(a, b) {
	const terms = new Map(a.terms);
	for (const [key, term] of b.terms) terms.set(key, {
		...term,
		factor: term.factor + (terms.get(key)?.factor ?? 0)
	});
	return {
		constant: a.constant + b.constant,
		terms
	};
}

// core/gate/slice-text.ts
/** The entries of `by=[a, "b c"]`, with quotes undone. */
function listEntries(text) {
	const entries = [];
	let entry = "";
	let quote = null;
	for (const sign of text) {
		if (quote === null && sign === ",") {
			entries.push(entry.trim());
			entry = "";
			continue;
		}
		if (quote !== null) quote = sign === quote ? null : quote;
		else if (sign === "'" || sign === "\"") quote = sign;
		entry += sign;
	}
	return [...entries, entry.trim()].map((each) => /^"(?:[^"]|"")*"$/u.test(each) ? unquoted(each) : each);
}
function unquoted(text) {
	const quote = text[0];
	if (text.length < 2 || quote !== "'" && quote !== "\"") return text;
	return text.slice(1, -1).replaceAll(quote + quote, quote);
}

// core/gate/lookup.ts
function isOperation(id) {
	return metricSpec(id)?.method === "operation";
}
/** The label of a metric, or its id when it is unknown. */
function labelOf(id) {
	return metricSpec(id)?.label ?? id;
}

// core/gate/relative.ts
/** `delta(X) > -2rel%` compares the change as a share of the baseline; `rel%` means nothing anywhere else. */
function asRelative(left, right) {
	const [ofLeft, ofRight] = [relativeNumber(left), relativeNumber(right)];
	if (ofLeft === null && ofRight === null) return {
		left,
		right
	};
	if (ofRight !== null && ofLeft === null) return {
		left: shareOf(left, ofRight),
		right
	};
	if (ofLeft !== null && ofRight === null) return {
		left,
		right: shareOf(right, ofLeft)
	};
	return refuseRelative(ofLeft?.column ?? 1);
}
function relativeNumber(of) {
	if (of.kind === "negate") return relativeNumber(of.of);
	return of.kind === "number" && of.unit === "rel%" ? of : null;
}
function shareOf(of, number) {
	if (of.kind === "abs") {
		const [inner] = of.of;
		if (inner !== void 0) return {
			...of,
			of: [shareOf(inner, number)]
		};
	}
	if (of.kind !== "reference" || of.side !== "delta") return refuseRelative(number.column);
	checkDivisor(of.metric, of.column);
	return {
		...of,
		side: "relative"
	};
}
function refuseRelative(column) {
	return refuse(column, "rel% is a share of the baseline, so it compares with a change", ["delta(METRIC) > -2rel%"]);
}
/** Refuses to divide by a metric whose value can be 0 or change its sign: the share would mean nothing. */
function checkDivisor(metric, column) {
	const spec = metricSpec(metric);
	if (spec === null || spec.min >= 0) return;
	const message = `${spec.label} may be 0 or negative, so nothing can be relative to it`;
	refuse(column, message, [`a change in its own unit, such as delta(${metric})`]);
}
/** Refuses the same where a quotient is written out. */
function checkDivisions(of) {
	switch (of.kind) {
		case "negate": return checkDivisions(of.of);
		case "min":
		case "max":
		case "abs": return of.of.forEach(checkDivisions);
		case "arithmetic":
			checkDivisions(of.left);
			checkDivisions(of.right);
			if (of.operator === "/") {
				for (const part of measuredParts(of.right)) if (part.kind !== "flips") checkDivisor(part.metric, part.column);
			}
			return;
	}
}

// core/gate/lint-comparison.ts
/** Refuses a comparison whose answer is known before anything is measured, or that has no bound at its level. */
function checkComparison(node) {
	if ([...measuredParts(node.left), ...measuredParts(node.right)].length === 0) refuse(node.column, "no metric is compared, so the answer is known before anything is measured", ["candidate.METRIC", "delta(METRIC)"]);
	checkDivisions(node.left);
	checkDivisions(node.right);
	const normal = normalize(node);
	if (node.level !== null) checkBound(node, normal);
	if (normal !== null) checkRange(node, normal);
	return node;
}
/** `candidate.accuracy > 85` would fail for ever, and `< 85` pass: most likely 85% was meant. */
function checkRange(node, { subject, operator, limit }) {
	const [low, high] = rangeOf(subject);
	const column = constantSide(node)?.column ?? node.column;
	const label = subject.kind === "flips" ? subject.id : labelOf(subject.metric);
	if (!(limit >= low && limit <= high)) {
		const percent = (subject.kind === "flips" || metricSpec(subject.metric)?.unit === "pp") && limit > 1 && limit <= 100 ? [`${limit}%`] : [];
		const spans = `${subject.kind === "delta" ? "changes by" : "lies"} between ${low} and ${high}`;
		refuse(column, `${label} ${spans}`, [...percent, "a value in that range"]);
	}
	const never = operator === ">" && limit >= high || operator === "<" && limit <= low;
	const always = operator === ">=" && limit <= low || operator === "<=" && limit >= high;
	if (never) refuse(column, `no model can meet this: ${label} ends at ${limit}`, ["a value inside the range"]);
	if (always) refuse(column, `every model meets this: ${label} ends at ${limit}`, ["a value inside the range"]);
}
function rangeOf(subject) {
	if (subject.kind === "flips") return [0, 1];
	if (subject.kind === "ratio") return [0, Number.POSITIVE_INFINITY];
	const spec = metricSpec(subject.metric);
	if (spec === null) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
	const max = spec.id === "log_loss" ? Number.POSITIVE_INFINITY : spec.max;
	return subject.kind === "delta" ? [spec.min - max, max - spec.min] : [spec.min, max];
}
function constantSide(node) {
	if (measuredParts(node.right).length === 0) return node.right;
	return measuredParts(node.left).length === 0 ? node.left : null;
}
/** Numbers of the model file are known exactly. */
const exact = /* @__PURE__ */ new Set(["model_bytes", "parameters"]);
/** Refuses a level for a number of which no report holds a bound, and names the form that has one. */
function checkBound(node, normal) {
	if (normal === null) refuse(node.column, "this combination has no confidence bound", [formWithBound(node)]);
	const { subject } = normal;
	if (subject.kind === "flips") return;
	const spec = metricSpec(subject.metric);
	if (spec === null) return;
	const isOperation = spec.method === "operation";
	if (exact.has(spec.id)) refuse(node.column, `${spec.label} is known exactly, without a level`, ["the comparison without at"]);
	if (spec.method === "none") refuse(node.column, `${spec.label} has no interval, so it is compared without a level`, ["the comparison without at"]);
	if (subject.kind === "ratio" && !isOperation) refuse(node.column, `a ratio of ${spec.label} has no confidence bound`, [`delta(${spec.id}) at 95%`, "no at"]);
	if (isOperation && subject.kind === "delta") refuse(node.column, `a difference of ${spec.label} has no confidence bound`, [`ratio(${spec.id}) < 1.2 at 95%`]);
}
function formWithBound(node) {
	const sides = [node.left, node.right];
	const abs = sides.find((side) => side.kind === "abs");
	const [part] = sides.flatMap(measuredParts);
	const metric = part === void 0 || part.kind === "flips" ? "METRIC" : part.metric;
	if (abs !== void 0) return `equiv(${metric}, MARGIN) at 95%`;
	if (sides.some((side) => side.kind === "min" || side.kind === "max")) return "comparisons joined by and, or";
	if (sides.some((side) => side.kind === "worst" || side.kind === "gap")) return `no_worse_slices(${metric}, MARGIN)`;
	if (part?.kind === "reference" && part.side === "relative") return `ni(${metric}, MARGIN) at 95%`;
	return `one of candidate.${metric}, delta(${metric}), ratio(latency_p95), against a number`;
}
/** Two comparisons about one number that no value can meet together, by their columns; null when there are none. */
function contradiction(parts) {
	const seen = /* @__PURE__ */ new Map();
	for (const part of parts) {
		const normal = normalize(part);
		if (normal === null) continue;
		const key = subjectKey(normal.subject);
		const others = seen.get(key) ?? [];
		const clash = others.find((other) => excludes(other.normal, normal) || excludes(normal, other.normal));
		if (clash !== void 0) return {
			column: part.column,
			other: clash.column
		};
		seen.set(key, [...others, {
			normal,
			column: part.column
		}]);
	}
	return null;
}
/** Whether nothing is above the first's limit and below the second's. */
function excludes(above, below) {
	if (above.operator[0] !== ">" || below.operator[0] !== "<") return false;
	if (above.limit === below.limit) return above.operator === ">" || below.operator === "<";
	return above.limit > below.limit;
}

// core/gate/units.ts
const ofUnit = {
	"": "free",
	"%": "percent",
	pp: "share",
	ms: "ms",
	B: "B",
	"rel%": "relative"
};
const unitWords = {
	"%": "per cent",
	pp: "points",
	ms: "milliseconds",
	B: "bytes",
	"rel%": "per cent of the baseline"
};
const examples = {
	free: "a plain number",
	percent: "a number such as 2%",
	share: "a number such as 0.5pp or 2%",
	plain: "a plain number such as 0.005",
	factor: "a plain number such as 1.2",
	ms: "a time such as 20ms",
	B: "a size such as 5MB",
	"rows/s": "a plain number such as 1000",
	relative: "a number such as 2rel%"
};
function ofMetric(id) {
	const unit = metricSpec(id)?.unit ?? "";
	if (unit === "pp") return "share";
	return unit === "" ? "plain" : unit;
}
/** Refuses a margin or a precision in a unit that is not the metric's. */
function checkUnit(id, token) {
	demandUnit(ofMetric(id), labelOf(id), token);
}
function demandUnit(dimension, label, of) {
	if (of.unit === "" || unified(dimension, ofUnit[of.unit]) !== null) return;
	const message = `${label} is not counted in ${unitWords[of.unit]}`;
	refuse(of.column, message, [examples[dimension]]);
}
/** Refuses two numbers that cannot be compared, added or subtracted because they count different things. */
function checkSame(left, right, column) {
	const [a, b] = [dimensionOf(left), dimensionOf(right)];
	if (unified(a, b) !== null) return;
	for (const [limit, other, dimension] of [[
		right,
		left,
		a
	], [
		left,
		right,
		b
	]]) {
		const number = limit.kind === "negate" ? limit.of : limit;
		if (number.kind === "number") demandUnit(dimension, nameOf(other), number);
	}
	refuse(column, `${nameOf(left)} and ${nameOf(right)} do not count the same thing`, ["two numbers of one unit"]);
}
/** Refuses a precision in another unit than what is compared. */
function checkPrecision(of, token) {
	demandUnit(dimensionOf(of), nameOf(of), token);
}
function dimensionOf(of) {
	switch (of.kind) {
		case "number": return ofUnit[of.unit];
		case "reference":
			if (of.side === "relative") return "relative";
			return of.side === "ratio" ? "factor" : ofMetric(of.metric);
		case "flips": return "share";
		case "worst":
		case "gap": return ofMetric(of.metric);
		case "negate": return dimensionOf(of.of);
		case "min":
		case "max":
		case "abs": return of.of.map(dimensionOf).reduce((a, b) => unified(a, b) ?? a);
		case "arithmetic": return ofArithmetic(of.operator, dimensionOf(of.left), dimensionOf(of.right));
	}
}
function ofArithmetic(operator, left, right) {
	if (operator === "+" || operator === "-") return unified(left, right) ?? left;
	const scales = (of) => of === "free" || of === "percent" || of === "factor";
	if (scales(right)) return left;
	if (operator === "*") return scales(left) ? right : "free";
	return unified(left, right) === null ? "free" : "factor";
}
function unified(a, b) {
	if (a === b || b === "free") return a;
	if (a === "free") return b;
	const percent = a === "percent" ? b : b === "percent" ? a : null;
	return percent === "share" || percent === "factor" ? percent : null;
}
function nameOf(of) {
	switch (of.kind) {
		case "reference": return of.side === "ratio" ? `the ratio of ${labelOf(of.metric)}` : labelOf(of.metric);
		case "worst":
		case "gap": return labelOf(of.metric);
		case "negate": return nameOf(of.of);
		case "flips": return of.id;
		default: return "this number";
	}
}

// core/gate/lint.ts
/** Refuses a metric that does not exist, or that models of the task do not have. */
function checkMetric(id, task, column) {
	const spec = metricSpec(id);
	if (spec !== null && (task === null || spec.tasks.includes(task))) return;
	const operations = allMetricIds.filter((each) => metricSpec(each)?.method === "operation");
	const ids = task === null ? allMetricIds : [...metricIds(task), ...operations];
	const hint = nearest(id, ids);
	const problem = spec === null ? `there is no metric ${id}` : `${id} is not a metric of ${task ?? "these"} models`;
	refuse(column, hint === null ? problem : `${problem} (did you mean ${hint}?)`, ids);
}
/** Refuses flips of decisions where there are no decisions. */
function checkFlips(id, task, column) {
	if (task === null || task === "binary" || task === "multiclass") return;
	refuse(column, `${id} counts decisions that differ, and ${task} models decide nothing`, ["delta(METRIC)"]);
}
/** Refuses to look at slices of a number that is not measured on rows. */
function checkRows(id, column) {
	const spec = metricSpec(id);
	if (spec?.method !== "operation") return;
	refuse(column, `${spec.label} is not measured on rows, so it has no slices`, [`ratio(${id}) < 1.2 at 95%`]);
}
/** Refuses to prove something about the difference of a metric that has no interval. */
function checkProvable(id, column) {
	const spec = metricSpec(id);
	if (spec === null) return;
	const comparison = `a comparison of its value, such as delta(${id}) ${spec.higherIsBetter ? ">" : "<"} 0.01`;
	if (spec.method === "none") refuse(column, `${spec.label} has no interval, so nothing can be proven about its difference`, [comparison]);
	if (spec.method === "operation") {
		const form = spec.higherIsBetter ? `ratio(${id}) > 0.8 at 95%` : `ratio(${id}) < 1.2 at 95%`;
		refuse(column, `${spec.label} is proven as a ratio to the baseline`, [form]);
	}
}
/** Refuses a margin or gain that can never decide anything, or that is not in the metric's unit. */
function checkMargin(id, word, token) {
	const spec = metricSpec(id);
	if (spec === null) return;
	if (token.unit === "rel%") refuse(token.column, `a ${word} relative to the baseline has no interval`, [spec.unit === "pp" ? "a number such as 0.5pp" : "a plain number such as 0.005", `delta(${id}) ${spec.higherIsBetter ? "> -2rel%" : "< 2rel%"}`]);
	checkUnit(id, token);
	const range = spec.max - spec.min;
	if (token.value < range) return;
	const least = Number.isFinite(range) ? `less than ${range}` : "a finite number";
	const hint = spec.unit === "pp" && token.unit === "" ? [`${token.text}pp`, least] : [least];
	refuse(token.column, `a ${word} of ${token.text} decides nothing: ${spec.label} spans only ${range}`, hint);
}
/** Refuses a confidence level outside 50 % … 99.9 %. */
function checkLevel(level, text, column) {
	if (level >= .5 && level <= .999) return;
	refuse(column, `a confidence level of ${text} is out of range`, [`${formatPercent(.5)} to ${formatPercent(.999)}`]);
}
/** Refuses comparisons joined by `and` that no value can meet together. */
function checkLogic(node) {
	if (node.kind === "or") return node;
	const found = contradiction(node.parts.filter((part) => part.kind === "compare"));
	if (found !== null) refuse(found.column, `no value can meet this and the comparison at column ${found.other}`, ["or", "other limits"]);
	return node;
}

// core/gate/calls.ts
const defaultLevel$1 = .95;
const marginWords = {
	ni: "margin",
	equiv: "margin",
	no_worse_slices: "margin",
	sup: "gain",
	limit_gain: "gain"
};
/** Everything in a gate that starts with a name: metrics, functions and the short names of ease.ml/ci. */
var Calls = class extends Cursor {
	task;
	constructor(tokens, task) {
		super(tokens);
		this.task = task;
	}
	named(text, column) {
		this.next();
		switch (text) {
			case "candidate":
			case "baseline":
				this.expect(".");
				return {
					kind: "reference",
					side: text,
					...this.metric(),
					column
				};
			case "n":
			case "o":
				checkMetric("accuracy", this.task, column);
				return {
					kind: "reference",
					side: text === "n" ? "candidate" : "baseline",
					metric: "accuracy",
					slice: null,
					column
				};
			case "d": return this.flips("flip_rate", column);
			case "flip_rate":
			case "nfr":
			case "pfr": return this.flips(text, column);
			case "delta":
			case "ratio": return this.change(text, column);
			case "ni":
			case "sup":
			case "equiv":
			case "limit_gain": return this.proof(text, column);
			case "no_worse_slices": return this.slices(column);
			case "worst":
			case "gap": return this.across(text, column);
			case "min":
			case "max":
			case "abs": return this.call(text, column);
			default: return refuseName(text, column);
		}
	}
	flips(id, column) {
		checkFlips(id, this.task, column);
		return {
			kind: "flips",
			id,
			column
		};
	}
	change(side, column) {
		this.expect("(");
		const { column: at } = this.peek();
		const named = this.metric();
		if (side === "ratio") checkDivisor(named.metric, at);
		this.expect(")");
		return {
			kind: "reference",
			side,
			...named,
			column
		};
	}
	proof(kind, column) {
		this.expect("(");
		const { column: at } = this.peek();
		const named = this.metric();
		checkProvable(named.metric, at);
		this.expect(",");
		const margin = this.margin(kind, named.metric);
		this.expect(")");
		return {
			kind,
			...named,
			margin,
			level: this.levelOr(defaultLevel$1),
			column
		};
	}
	slices(column) {
		this.expect("(");
		const { column: at } = this.peek();
		const { metric } = this.metric({ sliced: false });
		checkProvable(metric, at);
		this.expect(",");
		const margin = this.margin("no_worse_slices", metric);
		const by = this.by();
		this.expect(")");
		return {
			kind: "no_worse_slices",
			metric,
			margin,
			by,
			level: this.levelOr(defaultLevel$1),
			column
		};
	}
	across(kind, column) {
		this.expect("(");
		const { column: at } = this.peek();
		const { metric } = this.metric({ sliced: false });
		checkRows(metric, at);
		const by = this.by();
		this.expect(")");
		return {
			kind,
			metric,
			by,
			column
		};
	}
	/** `, by=[a, b]`, or null where it is left out: every slice of the report. */
	by() {
		if (!this.takeSign(",")) return null;
		if (!this.takeWord("by")) refuseToken(this.peek(), "by=[…]", ["by=[COLUMN]"]);
		this.expect("=");
		const token = this.peek();
		if (token.kind !== "bracket") return refuseToken(token, "the columns in brackets", ["by=[COLUMN]"]);
		this.next();
		const entries = listEntries(token.text);
		if (entries.some((entry) => entry === "")) refuse(token.column, "a column is missing here", ["by=[COLUMN]"]);
		const twice = entries.find((entry, at) => entries.indexOf(entry) !== at);
		if (twice !== void 0) refuse(token.column, `${twice} is listed twice`, ["each column once"]);
		return entries;
	}
	call(kind, column) {
		this.expect("(");
		return this.nested(column, () => {
			const of = [this.argument()];
			while (this.takeSign(",")) of.push(this.argument());
			this.expect(")");
			if (kind === "abs" && of.length !== 1) refuse(column, "abs takes one number", ["abs(delta(METRIC))"]);
			if (kind !== "abs" && of.length < 2) refuse(column, `${kind} takes two numbers or more`, [`${kind}(A, B)`]);
			return {
				kind,
				of,
				column
			};
		});
	}
	margin(kind, metric) {
		const token = this.peek();
		const word = marginWords[kind];
		if (this.isSign("-")) refuse(token.column, `a ${word} is a size without a sign`, ["a number such as 0.5pp"]);
		if (token.kind !== "number") return refuseToken(token, `the ${word}`, ["a number such as 0.5pp"]);
		this.next();
		checkMargin(metric, word, token);
		if (kind === "equiv" && token.value === 0) refuse(token.column, "a margin of 0 can never be proven equivalent", ["a number such as 1pp"]);
		return token.value;
	}
	/** A metric's name with its number (`ndcg@10`) and, where it may have one, the slice in brackets. */
	metric(allow = { sliced: true }) {
		const token = this.peek();
		if (token.kind !== "name") return refuseToken(token, "a metric", ["a metric such as roc_auc"]);
		this.next();
		const metric = this.takeSign("@") ? `${token.text}@${this.parameter()}` : token.text;
		checkMetric(metric, this.task, token.column);
		const bracket = this.peek();
		if (bracket.kind !== "bracket") return {
			metric,
			slice: null
		};
		this.next();
		if (!allow.sliced) refuse(bracket.column, "this function looks at slices itself", ["by=[COLUMN]"]);
		if (bracket.text === "") refuse(bracket.column, "the slice is empty", ["[phase = 'Climb']"]);
		if (metricSpec(metric)?.method === "operation") checkRows(metric, token.column);
		return {
			metric,
			slice: bracket.text
		};
	}
	parameter() {
		const token = this.peek();
		if (token.kind !== "number" || token.unit !== "") return refuseToken(token, "the metric's number", ["a number such as 10"]);
		this.next();
		return token.text.trim();
	}
};

// core/gate/grammar.ts
/** Where a required precision stands without a level, this one holds. */
const defaultLevel = .95;
/** Parses a whole gate: a condition and nothing after it. */
function parseAll(tokens, task) {
	return new Parser(tokens, task).all();
}
/** Recursive descent; conditions and numbers share the ladder of operators, so parentheses need no look-ahead. */
var Parser = class extends Calls {
	all() {
		const first = this.peek();
		if (first.kind === "end") refuse(first.column, "the gate is empty", judgedForms);
		const gate = this.disjunction();
		const rest = this.peek();
		if (rest.kind !== "end") this.refuseRest(rest);
		return this.condition(gate);
	}
	argument() {
		return this.quantity(this.sum());
	}
	disjunction() {
		return this.chain("or", () => this.chain("and", () => this.negation()));
	}
	chain(word, part) {
		const { column } = this.peek();
		const first = part();
		if (!this.isWord(word)) return first;
		const parts = [this.condition(first)];
		while (this.takeWord(word)) parts.push(this.condition(part()));
		return checkLogic({
			kind: word,
			parts,
			column
		});
	}
	negation() {
		const { column } = this.peek();
		if (!this.takeWord("not")) return this.comparison();
		return this.nested(column, () => ({
			kind: "not",
			of: this.condition(this.negation()),
			column
		}));
	}
	comparison() {
		const left = this.sum();
		const operator = this.peek();
		if (operator.kind !== "compare") return left;
		this.next();
		const right = this.sum();
		const sides = asRelative(this.quantity(left), this.quantity(right));
		checkSame(sides.left, sides.right, operator.column);
		const precision = this.precision(sides.left);
		const level = this.isWord("at") ? this.level() : null;
		const next = this.peek();
		if (next.kind === "compare") refuse(next.column, "comparisons do not chain", ["two comparisons joined by and"]);
		const node = {
			kind: "compare",
			...sides,
			operator: operator.text,
			precision,
			level: precision === null ? level : level ?? defaultLevel,
			column: operator.column
		};
		return checkComparison(node);
	}
	precision(of) {
		if (!this.takeSign("+/-")) return null;
		const token = this.peek();
		if (token.kind !== "number") return refuseToken(token, "the required precision", ["a number such as 1pp"]);
		this.next();
		checkPrecision(of, token);
		if (token.value > 0) return token.value;
		return refuse(token.column, "a required precision is larger than 0", ["a number such as 1pp"]);
	}
	level() {
		this.next();
		const token = this.peek();
		if (token.kind !== "number" || token.unit !== "%") return refuseToken(token, "a confidence level", ["a percentage such as 95%"]);
		this.next();
		checkLevel(token.value, token.text, token.column);
		return token.value;
	}
	levelOr(otherwise) {
		return this.isWord("at") ? this.level() : otherwise;
	}
	sum() {
		return this.arithmetic(["+", "-"], () => this.arithmetic(["*", "/"], () => this.atom()));
	}
	arithmetic(operators, part) {
		let left = part();
		for (;;) {
			const { column } = this.peek();
			const operator = operators.find((each) => this.isSign(each));
			if (operator === void 0) return left;
			this.next();
			const [a, b] = [this.quantity(left), this.quantity(part())];
			if (operator === "+" || operator === "-") checkSame(a, b, column);
			left = {
				kind: "arithmetic",
				operator,
				left: a,
				right: b,
				column
			};
		}
	}
	atom() {
		const token = this.peek();
		if (token.kind === "number") {
			this.next();
			return {
				kind: "number",
				value: token.value,
				unit: token.unit,
				column: token.column
			};
		}
		if (token.kind === "name") return this.named(token.text, token.column);
		if (this.isSign("-")) {
			this.next();
			return this.nested(token.column, () => ({
				kind: "negate",
				of: this.quantity(this.atom()),
				column: token.column
			}));
		}
		if (this.isSign("(")) {
			this.next();
			const inner = this.nested(token.column, () => this.disjunction());
			this.expect(")");
			return inner;
		}
		return refuseToken(token, "a number or a metric", judgedForms);
	}
	refuseRest(token) {
		if (this.isWord("at")) refuse(token.column, "a confidence level belongs right after a comparison or a function", ["the end"]);
		refuseToken(token, "the end of the condition", [
			"and",
			"or",
			"the end"
		]);
	}
	condition(node) {
		if (isCondition(node)) return node;
		return refuse(node.column, "this is a number, not a condition: compare it with something", [
			"<",
			"<=",
			">",
			">="
		]);
	}
	quantity(node) {
		if (!isCondition(node)) return node;
		return refuse(node.column, "this is a condition, not a number", [
			"a number",
			"candidate.METRIC",
			"delta(METRIC)"
		]);
	}
};

// core/gate/tokens.ts
const patterns = {
	space: /[ \t\r\n]+/y,
	number: /(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/iy,
	unit: /[ \t]*(?:%|[A-Za-z]+)%?/y,
	name: /[A-Za-z_][A-Za-z0-9_]*/y,
	compare: /<=|>=|<|>/y,
	sign: /\+\/-|±|./suy
};
/** By which power of ten a number of each unit is moved. */
const units = /* @__PURE__ */ new Map([
	["%", {
		unit: "%",
		power: -2
	}],
	["pp", {
		unit: "pp",
		power: -2
	}],
	["pt", {
		unit: "pp",
		power: -2
	}],
	["rel%", {
		unit: "rel%",
		power: -2
	}],
	["ms", {
		unit: "ms",
		power: 0
	}],
	["s", {
		unit: "ms",
		power: 3
	}],
	["B", {
		unit: "B",
		power: 0
	}],
	["kB", {
		unit: "B",
		power: 3
	}],
	["MB", {
		unit: "B",
		power: 6
	}],
	["GB", {
		unit: "B",
		power: 9
	}]
]);
const words = /* @__PURE__ */ new Set([
	"at",
	"and",
	"or"
]);
/** Splits a gate's text. A character of no other kind is a sign: the parser knows what to say about it. */
function tokenize(text) {
	const tokens = [];
	let at = 0;
	const take = (pattern) => {
		pattern.lastIndex = at;
		const found = pattern.exec(text)?.[0] ?? null;
		if (found !== null) at += found.length;
		return found;
	};
	while (at < text.length) {
		if (take(patterns.space) !== null) continue;
		const column = at + 1;
		const digits = take(patterns.number);
		if (digits !== null) {
			const { unit, value, end } = takeUnit(text, at, digits);
			at = end;
			tokens.push({
				kind: "number",
				text: text.slice(column - 1, at),
				value,
				unit,
				column
			});
		} else if (text[at] === "[") {
			const end = closingBracket(text, at);
			tokens.push({
				kind: "bracket",
				text: text.slice(at + 1, end).trim(),
				column
			});
			at = end + 1;
		} else tokens.push(takeRest(take, column));
	}
	tokens.push({
		kind: "end",
		text: "",
		column: text.length + 1
	});
	return tokens;
}
function takeRest(take, column) {
	const name = take(patterns.name);
	if (name !== null) return {
		kind: "name",
		text: name,
		column
	};
	const compare = take(patterns.compare);
	if (isOperator(compare)) return {
		kind: "compare",
		text: compare,
		column
	};
	const sign = take(patterns.sign) ?? "";
	return {
		kind: "sign",
		text: sign === "±" ? "+/-" : sign,
		column
	};
}
/** The unit after a number. `at`, `and` and `or` after a number are words of the grammar, not units. */
function takeUnit(text, at, digits) {
	patterns.unit.lastIndex = at;
	const found = patterns.unit.exec(text)?.[0] ?? "";
	const name = found.trim();
	const end = at + found.length;
	if (name === "" || words.has(name)) return {
		unit: "",
		value: Number(digits),
		end: at
	};
	const known = units.get(name);
	if (known !== void 0) return {
		unit: known.unit,
		value: shifted(digits, known.power),
		end
	};
	const hint = nearest(name, [...units.keys()].filter((unit) => unit.toLowerCase() === name.toLowerCase()));
	const message = `${name} is not a unit that gates know${hint === null ? "" : ` (did you mean ${hint}?)`}`;
	return refuse(end - name.length + 1, message, [
		"pp (1 pp = 0.01)",
		"%",
		"rel%",
		"ms",
		"s",
		"B",
		"kB",
		"MB",
		"GB"
	]);
}
/** The decimal point is moved in the text, so that 99.9% is the very number 0.999. */
function shifted(digits, power) {
	return /e/iu.test(digits) ? Number(digits) * 10 ** power : Number(`${digits}e${power}`);
}
/** Where the bracket that opens at `from` closes; quoted text may hold brackets. */
function closingBracket(text, from) {
	let depth = 0;
	let quote = null;
	for (let at = from; at < text.length; at++) {
		const sign = text[at] ?? "";
		if (quote !== null) quote = sign === quote ? null : quote;
		else if (sign === "'" || sign === "\"") quote = sign;
		else if (sign === "[") depth++;
		else if (sign === "]" && --depth === 0) return at;
	}
	return refuse(from + 1, quote === null ? "the bracket is not closed" : "a quoted text is not closed", ["]"]);
}
function isOperator(text) {
	return text === "<" || text === "<=" || text === ">" || text === ">=";
}

// core/gate/parse.ts
const maxLength = 1e3;
/**
* Reads one gate of a configuration. A gate that cannot be judged in this version is refused, never ignored. With a
* task, metrics of other tasks are refused as well.
*/
function parseGate(text, task = null) {
	if (text.length > maxLength) return {
		ok: false,
		fault: {
			message: `a gate of ${text.length} characters is too long`,
			column: 1001,
			expected: [`at most ${maxLength} characters`]
		}
	};
	try {
		return {
			ok: true,
			gate: parseAll(tokenize(text), task)
		};
	} catch (error) {
		if (error instanceof Refusal) return {
			ok: false,
			fault: error.fault
		};
		throw error;
	}
}

// core/stats/multiplicity.ts
/**
* Adjusted p-values in the order of the given ones: those of at most α are the rejections of Holm's step-down procedure
* at the familywise level α, whatever the dependence of the tests (Holm 1979, Scandinavian Journal of Statistics 6:65).
*/
function holmAdjusted(pValues) {
	const adjusted = pValues.map(() => 1);
	let largest = 0;
	for (const [rank, { p, at }] of ascending(pValues).entries()) {
		largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
		adjusted[at] = largest;
	}
	return adjusted;
}
function ascending(pValues) {
	return pValues.map((p, at) => ({
		p,
		at
	})).toSorted((a, b) => a.p - b.p);
}

export { readTrainOutput as A, runResult as B, readWorld as C, report as D, durationMs as E, statusOf as F, describeFault as H, digestFile as I, isPlainFile as L, checkOut as M, remoteOf as N, sliceName as O, retryFaults as P, artifactFiles as R, writeConfig as S, runStage as T, reasons as U, AssayError as V, fetchModel as _, formatCount as a, prepareRunner as b, formatPercent as c, formatValueInterval as d, metricSpec as f, isForPerson as g, counts as h, metricsOf as i, plainText as j, readFaultOutput as k, formatSize as l, conclude as m, parseGate as n, formatDelta as o, unitOf as p, isOperation as r, formatInterval as s, holmAdjusted as t, formatValue as u, octokitFor as v, failed as w, keepDeclaredFiles as x, runRunner as y, artifactNames as z };