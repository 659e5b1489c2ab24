import { i as __toESM } from "./rolldown-runtime.js";
import { A as setFailed, C as union, D as getOctokit, M as setSecret, N as summary, S as tuple, T as prettifyError, _ as number, a as JWTExpired, b as strictObject, c as number$1, d as array, f as boolean, g as looseObject, h as literal, i as JOSEError, j as setOutput, k as info, l as datetime, m as int, n as createLocalJWKSet, o as unzipSync, p as discriminatedUnion, r as jwtVerify, s as DefaultArtifactClient, t as require_posix, u as _enum, v as object, w as url, x as string, y as record } from "./packages.js";
import { createRequire } from "node:module";
import { createHash, randomUUID } from "node:crypto";
import { lstat, mkdir, mkdtemp, open, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join, relative, sep } from "node:path";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { createReadStream, existsSync } from "node:fs";
import { pipeline } from "node:stream/promises";
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
	ticket_invalid: "the ticket is not signed by this App or is meant for something else",
	ticket_expired: "the ticket is no longer valid",
	superseded: "a newer commit or command replaced this job",
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
/**
* Takes model.onnx, and nothing else, out of the one archive that lies in `folder`. The archive was made next to
* untrusted code: other members, paths that leave the folder and members larger than a model can be are not unpacked.
*/
async function unpackModel(folder, destination) {
	const [archive, ...others] = await readdir(folder);
	if (archive === void 0 || others.length > 0) throw new AssayError({
		reason: "artifact_missing",
		message: "the download did not leave one archive"
	});
	let members;
	try {
		members = unzipSync(await readFile(join(folder, archive)), { filter: (member) => member.name === artifactFiles.model && member.originalSize <= maxModelBytes });
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
}

// actions/artifacts.ts
async function upload({ name, folder, files }) {
	await new DefaultArtifactClient().uploadArtifact(name, [...files], folder);
}
/**
* Fetches the model of an artifact of another run of this repository to `destination`. Before the download: the
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
		await unpackModel(folder, destination);
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
async function inspectArtifact(octokit, { owner, name }, source, pausesMs = [1e3, 4e3]) {
	const request = () => octokit.rest.actions.getArtifact({
		owner,
		repo: name,
		artifact_id: source.artifactId
	});
	const { data } = await retrying(request, source, pausesMs);
	if (data.expired) throw missing(source, "it has expired");
	if (data.workflow_run?.id !== source.runId) throw mismatch(source, "it belongs to another run");
	if (data.digest !== void 0 && data.digest !== null && data.digest !== source.artifactDigest) throw mismatch(source, "GitHub states another digest than the ticket's");
	if (data.size_in_bytes > maxModelBytes) throw mismatch(source, `it has ${data.size_in_bytes} bytes, more than a model can`);
}
/** Tries again after a fault of the server or of the network; an answer such as 404 or 410 is final. */
async function retrying(request, source, pausesMs) {
	for (const pauseMs of [...pausesMs, null]) try {
		return await request();
	} catch (error) {
		const status = statusOf(error);
		if (status !== null && status < 500 && status !== 429 || pauseMs === null) throw missing(source, status === null ? String(error) : `GitHub answers ${status}`);
		await setTimeout$1(pauseMs);
	}
	throw missing(source, "no attempt was made");
}
function statusOf(error) {
	return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : null;
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
const operation = strictObject({
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
const curves = strictObject({
	roc: sides(array(point)).nullable(),
	pr: sides(array(point)).nullable(),
	calibration: sides(array(bin)).nullable(),
	confusion: sides(strictObject({
		classes: array(string()),
		counts: array(array(int()))
	})).nullable()
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
	operations: record(string(), operation),
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
	environment: string().nullable()
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
	if (ticket.repository.id !== repository.id || ticket.repository.fullName !== fullName) return `the ticket is for the repository ${ticket.repository.fullName} (${ticket.repository.id})`;
	if (run.event !== "workflow_dispatch") return `the run was started by ${run.event}, not by workflow_dispatch`;
	if (run.ref !== defaultRef) return `the run is on ${run.ref}, not on the default branch ${run.defaultBranch}`;
	if (run.workflowRef.split("@").at(-1) !== defaultRef || !run.workflowRef.startsWith(`${fullName}/.github/workflows/`)) return `the workflow is ${run.workflowRef}, not one of this repository's default branch`;
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
async function runRunner({ main, args, cwd, environment, timeoutMs }) {
	const resumeToken = randomUUID();
	process.stdout.write(`::stop-commands::${resumeToken}\n`);
	const child = spawn(process.execPath, [main, ...args], {
		cwd,
		stdio: [
			"ignore",
			"pipe",
			"pipe"
		],
		env: childEnvironment(environment)
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

// actions/fetch-model.ts
/**
* Brings the bytes of a model to `destination` and gives their digest. Throws artifact_digest_mismatch when they are
* not the ones the ticket names. `checkout` is a folder that `checkOut` made.
*/
async function fetchModel(world, wanted, checkout, destination) {
	const { source } = wanted;
	switch (source.kind) {
		case "artifact":
			await downloadModel(getOctokit(world.inputs.token), world, source, destination);
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
	return digest;
}

export { artifactFiles as _, writeConfig as a, AssayError as b, runStage as c, readTrainOutput as d, plainText as f, isPlainFile as g, digestFile as h, keepDeclaredFiles as i, durationMs as l, remoteOf as m, runRunner as n, readWorld as o, checkOut as p, prepareRunner as r, failed as s, fetchModel as t, readFaultOutput as u, artifactNames as v, runResult as y };