import { A as info, E as context, F as warning, I as summary, M as setFailed, N as setOutput, c as number, j as notice, k as getInput, m as int, u as _enum, v as object, w as url, x as string } from "../../dist/packages.js";
import { D as report$1, F as statusOf$1, H as describeFault, L as isPlainFile, O as sliceName, P as retryFaults, U as reasons, V as AssayError, a as formatCount, c as formatPercent, d as formatValueInterval, f as metricSpec, g as isForPerson, h as counts, i as metricsOf, j as plainText, l as formatSize, m as conclude, n as parseGate, o as formatDelta, p as unitOf, r as isOperation, s as formatInterval, t as holmAdjusted, u as formatValue, v as octokitFor } from "../../dist/assay.js";
import { createHash } from "node:crypto";
import { glob, lstat, readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";

// report/words.ts
/** `1 row`, `2,481 rows` */
function counted(n, noun) {
	return `${formatCount(n)} ${noun}${n === 1 ? "" : "s"}`;
}
/** `a`, `a and b`, `a, b and c` */
function enumeration(items) {
	const last = items.at(-1) ?? "";
	return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}
/** `0.4 s`, `41 s`, `13 min 2 s`, `3 h 12 min` */
function duration(seconds) {
	if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} s`;
	if (whole < 3600) return [`${Math.floor(whole / 60)} min`, ...whole % 60 > 0 ? [`${whole % 60} s`] : []].join(" ");
	const minutes = Math.round(whole / 60);
	return [`${formatCount(Math.floor(minutes / 60))} h`, ...minutes % 60 > 0 ? [`${minutes % 60} min`] : []].join(" ");
}
/** A duration that is only an estimate: `less than a minute`, `8 min`, `2.5 h` */
function roughly(seconds) {
	if (seconds < 60) return "less than a minute";
	const minutes = seconds / 60;
	return minutes < 90 ? `${Math.round(minutes)} min` : `${(Math.round(minutes / 30) / 2).toLocaleString("en-US")} h`;
}
/** The first 12 characters of a commit: enough to be unique, short enough to read. */
function shortCommit(commit) {
	return commit.slice(0, 12);
}
/** `sha256:3f2a91bc04d7…`: enough to tell two apart. */
function shortDigest(digest) {
	return `${digest.slice(0, 19)}…`;
}
/** A share such as 0.012 as `1.2 %`. */
function percent(share) {
	const points = share * 100;
	return `${Number.isInteger(Number(points.toFixed(6))) ? points.toFixed(0) : points.toFixed(points < .1 ? 2 : 1)} %`;
}
/** A p-value: `0.032`, `< 0.001`. */
function chance(p) {
	return p < .001 ? "< 0.001" : p.toFixed(3);
}
function capitalized(text) {
	return text.slice(0, 1).toUpperCase() + text.slice(1);
}

// report/attention.ts
const ofVerdict = {
	pass: "success",
	fail: "failure",
	error: "failure",
	inconclusive: "action_required",
	insufficient: "action_required",
	no_baseline: "action_required"
};
/** A result without a report or without a single metric is never a success. */
function outcomeOf(view) {
	switch (view.phase) {
		case "queued":
		case "training":
		case "evaluating": return "running";
		case "failed": return "failure";
		case "cancelled": return "cancelled";
		case "judged":
			if (view.verdict === null || view.report === null || view.report.metrics.length === 0) return "failure";
			if (view.verdict === "inconclusive" && isForPerson(view.report.gates)) return "neutral";
			return ofVerdict[view.verdict];
	}
}
const order = [
	"failure",
	"action_required",
	"neutral",
	"running",
	"cancelled",
	"success"
];
const icons$1 = {
	failure: "❌",
	action_required: "◻️",
	neutral: "◻️",
	running: "⏳",
	cancelled: "⏹️",
	success: "✅"
};
function outcomeIcon(outcome) {
	return icons$1[outcome];
}
/** What needs attention first, then by name. */
function inOrder(models) {
	const rank = new Map(models.map((view) => [view, order.indexOf(outcomeOf(view))]));
	return models.toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0) || (a.model < b.model ? -1 : a.model > b.model ? 1 : 0));
}
const nouns = {
	failure: "failed",
	action_required: "undecided",
	neutral: "for a person to decide",
	running: "running",
	cancelled: "cancelled",
	success: "passed"
};
/** `1 failed, 2 passed` */
function tally(models) {
	const outcomes = models.map(outcomeOf);
	return order.map((outcome) => [outcome, outcomes.filter((one) => one === outcome).length]).filter(([, n]) => n > 0).map(([outcome, n]) => `${n} ${nouns[outcome]}`).join(", ");
}
/** Mistakes of the configuration: they fail the check whatever the models do. */
function configurationFaults(faults) {
	return faults.filter((fault) => fault.reason.startsWith("config_"));
}
/** What to say of a pull request without a model: its mistakes, what holds it up, or that it affects none. */
function emptyTitle(faults) {
	const mistakes = configurationFaults(faults).length;
	if (mistakes > 0) return `The configuration has ${counted(mistakes, "mistake")}`;
	const [first] = faults;
	return first === void 0 ? "No model is affected" : capitalized(reasons[first.reason]);
}

// report/document.ts
const code = (text) => ({
	kind: "code",
	text
});
const strong = (...of) => ({
	kind: "strong",
	of
});
const link = (url, ...of) => ({
	kind: "link",
	url,
	of
});
const heading = (level, ...of) => ({
	kind: "heading",
	level,
	of
});
const paragraph = (...of) => ({
	kind: "paragraph",
	of
});
const list = (...items) => ({
	kind: "list",
	items
});
const fence = (text, language = "text") => ({
	kind: "fence",
	text,
	language
});
const details = (summary, ...blocks) => ({
	kind: "details",
	summary,
	blocks
});
function table(columns, rows) {
	return {
		kind: "table",
		columns,
		rows
	};
}
const left = (...head) => ({
	head,
	align: "left"
});
const right = (...head) => ({
	head,
	align: "right"
});
/** Puts a separator between pieces of text. */
function joined(pieces, separator) {
	return pieces.flatMap((piece, at) => at === 0 ? piece : [separator, ...piece]);
}
/** The words alone, for titles and alternative texts. */
function plain(of) {
	return of.map((part) => {
		if (typeof part === "string") return part;
		return part.kind === "code" ? part.text : plain(part.of);
	}).join("");
}

// report/escape.ts
/**
* Everything a pull request can name (models, metrics, slices, branches, parameters, log lines) is hostile text. These
* functions place it in Markdown, HTML or a terminal so that it stays text: no mention, reference, link, image, HTML,
* fence or control sequence survives. Zero-width spaces break what GitHub links after Markdown has been rendered,
* where no Markdown escape can help.
*/
const zeroWidth = "​";
/** Control characters, bidirectional overrides and marks, zero-width spaces, interlinear annotation. */
const unprintable = /(?![\n\t])[\p{Cc}\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/gu;
/** Terminal control sequences: an escape character (or another control character) and what belongs to it. */
const ansi = /(?![\n\r\t])\p{Cc}(?:\[[0-9;?]*[ -/]*[@-~]|\][^\p{Cc}]*)/gu;
/** At most `limit` characters, ended by an ellipsis when something was left out; never half a surrogate pair. */
function clip(value, limit) {
	return value.length <= limit ? value : `${value.slice(0, limit - 1).toWellFormed().replace(/\uFFFD$/, "")}…`;
}
/** One line of printable text: white space collapsed, control and direction characters removed. */
function oneLine(value) {
	return value.toWellFormed().replace(ansi, "").replace(/[\s\u0085]+/g, " ").replace(unprintable, "").replace(/ {2,}/g, " ");
}
/** Printable text that keeps its lines and tabs. */
function printable(value) {
	return value.toWellFormed().replace(ansi, "").replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n").replace(/[\v\f]/g, "\n").replace(unprintable, "");
}
/** Breaks what GitHub links in rendered text: mentions, references, commits, URLs, e-mail, emoji codes, formulas. */
function defuse(value) {
	return value.replace(/[@#](?=\S)/g, `$&${zeroWidth}`).replace(/\$/g, `${zeroWidth}$&${zeroWidth}`).replace(/:(?=[\w+/-])/g, `$&${zeroWidth}`).replace(/www(?=\.)/gi, `$&${zeroWidth}`).replace(/GH-(?=\d)/gi, `$&${zeroWidth}`).replace(/[0-9a-f]{7,}/gi, (run) => run.replace(/.{6}(?=.)/g, `$&${zeroWidth}`));
}
const markdownSigns = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	"\\": "&#92;",
	"|": "&#124;"
};
/** Markdown of plain text, safe inside a paragraph, a heading, a table cell and a link's text. */
function markdownText(value) {
	return defuse(oneLine(value)).replace(/[&<>\\|`*_[\]~#]/g, (sign) => markdownSigns[sign] ?? `\\${sign}`);
}
/** The same at the start of a line, where list, heading and rule markers would count. */
function markdownLine(markdown) {
	return markdown.trim().replace(/^([+-])/, "\\$1").replace(/^(\d{1,9})([.)])/, "$1\\$2").replace(/^=/, "&#61;");
}
/** Markdown code span; also safe in a table cell. Text that a span cannot hold becomes an HTML code element. */
function markdownCode(value) {
	const line = oneLine(value).trim();
	if (line === "") return "";
	return /[`|\\]/.test(line) ? `<code>${markdownText(line)}</code>` : `\`${line}\``;
}
/** A fenced block with a fence longer than any run of backticks inside. */
function markdownFence(value, language = "text") {
	const body = printable(value).replace(/\n+$/, "");
	const longest = Math.max(0, ...(body.match(/`+/g) ?? []).map((run) => run.length));
	const fence = "`".repeat(Math.max(3, longest + 1));
	return `${fence}${language}\n${body}\n${fence}`;
}
/** An absolute http(s) URL without credentials, of at most 2,000 characters, percent-encoded, or null. */
function safeUrl(value) {
	if (value.length > 2e3 || !URL.canParse(value)) return null;
	const url = new URL(value);
	if (url.protocol !== "https:" && url.protocol !== "http:" || url.username !== "" || url.password !== "") return null;
	const rest = url.href.slice(url.origin.length);
	return `${url.origin}${rest.replace(/[^\w\-.~:/?#=&%+,;]/g, (sign) => encodeURIComponent(sign).replace(/[!'()*@]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`))}`;
}
/** HTML text and attribute values. */
function html(value) {
	return value.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/'/g, "&#39;");
}

// report/findings.ts
/** The change of a metric, or null when there is nothing to compare. */
function changeOf(metric) {
	const { delta } = metric;
	if (delta === null || delta.value === null) return null;
	const [low, high] = delta.interval ?? [-1e400, 1e400];
	return {
		metric,
		value: delta.value,
		direction: direction(metric.id, delta.value),
		proven: low > 0 || high < 0,
		evidence: evidenceOf(delta)
	};
}
/** Metrics that should be near 0: moving either way may be for the better or for the worse. */
const neitherIsBetter = ["bias"];
function direction(id, value) {
	if (value !== 0 && neitherIsBetter.includes(id)) return "unknown";
	const higherIsBetter = metricSpec(id)?.higherIsBetter ?? null;
	if (value === 0) return "same";
	if (higherIsBetter === null) return "unknown";
	return value > 0 === higherIsBetter ? "better" : "worse";
}
function evidenceOf(delta) {
	if (delta.value === null) return 0;
	if (delta.z !== null) return Math.abs(delta.z);
	if (delta.standardError !== null && delta.standardError > 0) return Math.abs(delta.value) / delta.standardError;
	if (delta.interval === null) return 0;
	const half = (delta.interval[1] - delta.interval[0]) / 2;
	return half > 0 ? 1.96 * Math.abs(delta.value) / half : 0;
}
/** Metrics over all rows, in the order of the configuration. */
function overallMetrics(report) {
	return report.metrics.filter((metric) => metric.slice === null);
}
function provenChanges(report, direction) {
	return overallMetrics(report).map(changeOf).filter((change) => change !== null).filter((change) => change.proven && change.direction === direction);
}
/** Gates by the metrics they mention, in the order of the configuration. */
function gatesByMetric(report) {
	const byMetric = /* @__PURE__ */ new Map();
	for (const gate of report.gates) for (const id of mentioned(gate)) byMetric.set(id, [...byMetric.get(id) ?? [], gate]);
	return byMetric;
}
/** Metrics that a gate is about, in their order; none for a gate that cannot be read. */
function mentioned(gate) {
	const parsed = parseGate(gate.require);
	return parsed.ok ? metricsOf(parsed.gate) : [];
}
/** The metric to put first: the one the decisive gate is about, else the first of the configuration. */
function headlineMetric(report) {
	const metrics = overallMetrics(report);
	const ids = report.gates.filter((gate) => gate.verdict === report.verdict && gate.verdict !== "pass").flatMap(mentioned);
	return metrics.find((metric) => ids.includes(metric.id)) ?? metrics[0] ?? null;
}

// report/metric-words.ts
/** What a metric is called in sentences and tables. */
function label(id) {
	return metricSpec(id)?.label ?? clip(id, 60);
}
/** A measured value, or why there is none. */
function valueWords$1(id, of) {
	if (of === null) return "–";
	if (of.value !== null) return formatValue(id, of.value);
	return of.status === "insufficient" ? "too few rows" : of.status;
}
function deltaWords(metric) {
	return metric.delta === null || metric.delta.value === null ? "–" : formatDelta(metric.id, metric.delta.value);
}
function deltaInterval(metric) {
	return metric.delta?.interval === null || metric.delta === null ? "–" : formatInterval(metric.id, metric.delta.interval);
}
/** Interval of the candidate's value itself, for reports without a baseline. */
function valueInterval(metric) {
	const { interval } = metric.candidate;
	return interval === null ? "–" : formatValueInterval(metric.id, interval);
}
const methods = /* @__PURE__ */ new Map([
	["tango", "Tango's paired score"],
	["delong", "DeLong's covariance"],
	["paired-mean", "the mean of paired differences"],
	["paired-t", "the paired t test"],
	["sign-flip", "the paired t test, p by sign flips"],
	["influence", "influence functions"],
	["bootstrap", "the paired bootstrap"],
	["bootstrap-bca", "the paired bootstrap (BCa)"],
	["bootstrap-se", "the paired bootstrap's standard error"],
	["bootstrap-percentile", "the paired bootstrap (percentiles)"],
	["subsampled-bootstrap", "the paired bootstrap of a subsample"],
	["cluster-influence", "influence functions over whole groups"],
	["cluster-bootstrap", "the bootstrap of whole groups"]
]);
/** The method of a difference in words. */
function methodWords(method) {
	return methods.get(method) ?? clip(method, 60);
}
/** The confidence level that a report's differences share, as `95 %`. */
function levelWords(report) {
	return formatPercent(report.metrics.find((metric) => metric.delta !== null)?.delta?.level ?? .95);
}
/** `ROC AUC 0.874 → 0.881 (+0.7 pp, 95 % interval +0.1 … +1.3)`, or the value alone without a baseline. */
function headlineWords(report) {
	const metric = headlineMetric(report);
	if (metric === null) return null;
	const { candidate, baseline, delta } = metric;
	const after = valueWords$1(metric.id, candidate);
	if (baseline === null || delta === null || delta.value === null) {
		const range = candidate.interval === null ? "" : ` (${levelWords(report)} interval ${valueInterval(metric)})`;
		return `${label(metric.id)} ${after}${range}`;
	}
	const range = delta.interval === null ? "" : `, ${formatPercent(delta.level)} interval ${deltaInterval(metric)}`;
	return `${label(metric.id)} ${valueWords$1(metric.id, baseline)} → ${after} (${deltaWords(metric)}${range})`;
}

// report/charts/titles.ts
/** Every kind of chart, in the order in which a reader gets them. */
const allChartKinds = [
	"roc",
	"calibration",
	"pr",
	"scores",
	"forest",
	"slices",
	"confusion",
	"learning",
	"history"
];
const titles = {
	roc: "ROC curve",
	calibration: "Calibration",
	pr: "Precision and recall",
	scores: "Scores by class",
	forest: "Change of each metric",
	slices: "Change by slice",
	confusion: "Confusion matrix",
	learning: "Learning curve",
	history: "History over versions"
};
/** What a chart shows; without a baseline there are values to show, and no changes. */
function chartTitle(report, kind) {
	if (report.baseline === null && kind === "forest") return "Metrics with intervals";
	if (report.baseline === null && kind === "slices") return "Values by slice";
	return titles[kind];
}
/** Alternative text: what the chart is, and what is compared in it. */
function chartAlt(report, kind) {
	const version = report.baseline?.version ?? "the baseline";
	const alone = report.baseline === null || kind === "learning" || kind === "history";
	return `${chartTitle(report, kind)} of ${report.model}${alone ? "" : `, candidate against ${version}`}`;
}
/** A name as a chart shows it: one line of plain text that XML allows, clipped. */
function chartName(name, limit) {
	return clip(oneLine(name.slice(0, 8 * limit).toWellFormed().replace(/[\uFFFE\uFFFF]/g, "")).trim(), limit);
}
/** Names that were clipped to the same text stay apart: `phase = a…`, `phase = a… (2)`. */
function distinct(names) {
	const seen = /* @__PURE__ */ new Set();
	return names.map((name) => {
		let unique = name;
		for (let more = 2; seen.has(unique); more++) unique = `${name} (${more})`;
		seen.add(unique);
		return unique;
	});
}
/** Whether a number can be drawn: schemas allow any finite one, and arithmetic on the largest overflows. */
function isDrawable(value) {
	return Number.isFinite(value) && Math.abs(value) < 1e100;
}

// report/charts/curves.ts
/** Rates lie between 0 and 1; a report that says otherwise loses the point, not the chart. */
function unitPoints(points) {
	return points.filter((point) => point.every((value) => value >= 0 && value <= 1));
}
function unitBins(bins) {
	return bins.filter(({ predicted, observed, n }) => n > 0 && unitPoints([[predicted, observed]]).length > 0);
}
const shortNames = {
	roc_auc: "AUC",
	average_precision: "AP",
	ece: "ECE"
};
/** `candidate, AUC 0.881`: the legend carries the number the curve stands for. */
function sideNames(report, metric) {
	const found = report.metrics.find((one) => one.slice === null && one.id === metric);
	const short = shortNames[metric ?? ""] ?? metric;
	const given = chartName(report.baseline?.version ?? "", 20);
	const version = given === "" || given === "candidate" ? "baseline" : given;
	if (metric === null || found === void 0) return {
		candidate: "candidate",
		baseline: version
	};
	return {
		candidate: `candidate, ${short} ${valueWords$1(metric, found.candidate)}`,
		baseline: found.baseline === null ? version : `${version}, ${short} ${valueWords$1(metric, found.baseline)}`
	};
}

// report/slice-findings.ts
/** The chance of claiming even one slice that did not change, over all slices and metrics of a report. */
const familywise = .05;
/** Slices that got worse. With dozens of comparisons, single intervals prove nothing: Holm's correction decides. */
function sliceFindings(report) {
	const changes = report.metrics.filter((metric) => metric.slice !== null).map(changeOf).filter((change) => change !== null);
	const tested = changes.filter((change) => typeof change.metric.delta?.p === "number");
	const adjusted = holmAdjusted(tested.map((change) => change.metric.delta?.p ?? 1));
	const survivors = new Set(tested.filter((_, at) => (adjusted[at] ?? 1) <= familywise));
	const worse = changes.filter((change) => change.direction === "worse");
	const proven = namesOf(worse.filter((change) => survivors.has(change)));
	return {
		tested: tested.length,
		worse: worse.map((change) => ({
			...change,
			proven: survivors.has(change)
		})).toSorted((a, b) => Number(b.proven) - Number(a.proven) || b.evidence - a.evidence),
		proven,
		suspected: namesOf(worse.filter((change) => change.proven)).filter((name) => !proven.includes(name)),
		survivors: new Set([...survivors].map((change) => change.metric))
	};
}
function namesOf(changes) {
	return [...new Set(changes.map((change) => sliceName(change.metric.slice)))];
}
/** The slice of a metric with the strongest evidence of being worse, or null when none is worse. */
function worstSlice(report, id) {
	return sliceFindings(report).worse.find((change) => change.metric.id === id) ?? null;
}
/** Names of the slices where a metric got provably worse, the strongest evidence first. */
function provablyWorse(report, id) {
	return namesOf(sliceFindings(report).worse.filter((change) => change.proven && change.metric.id === id));
}

// report/charts/forest-rows.ts
/** More rows than that are no longer one chart, and resvg takes most of its time for their names. */
const maxRows = 15;
/** The change of each metric over all rows, or its value where there is no baseline; the first of them, where many. */
function forestRows(report) {
	return named(allForestRows(report).slice(0, maxRows), 60);
}
function allForestRows(report) {
	return overallMetrics(report).flatMap((metric) => {
		const change = changeOf(metric);
		const better = metricSpec(metric.id)?.higherIsBetter === false && change?.direction !== "unknown" ? " (lower is better)" : "";
		return rowOf(report, metric, `${chartName(label(metric.id), 24)}${better}`, change?.proven === true ? change.direction : "unknown") ?? [];
	});
}
/**
* One metric in each slice, all rows first: the headline metric, or where it was not measured in slices the first that was.
* Of too many slices those with the strongest evidence of a change remain, in their order. Null: nothing to show.
*/
function sliceRows(report) {
	const inSlices = report.metrics.filter(({ slice }) => slice !== null);
	const [first] = inSlices;
	if (first === void 0) return null;
	const { survivors } = sliceFindings(report);
	const headline = headlineMetric(report)?.id ?? first.id;
	for (const id of headline === first.id ? [headline] : [headline, first.id]) {
		const found = inSlices.flatMap((metric) => {
			if (metric.id !== id) return [];
			const change = changeOf(metric);
			const direction = change !== null && survivors.has(metric) ? change.direction : "unknown";
			const row = rowOf(report, metric, sliceName(metric.slice), direction);
			return row === null ? [] : [{
				row,
				evidence: change?.evidence ?? 0
			}];
		});
		if (found.length < 2) continue;
		const least = found.map(({ evidence }) => evidence).toSorted((a, b) => b - a)[14] ?? 0;
		const strongest = found.filter(({ evidence }) => evidence >= least).slice(0, maxRows);
		const overall = overallMetrics(report).find((metric) => metric.id === id);
		const change = overall === void 0 ? null : changeOf(overall);
		const direction = change?.proven === true ? change.direction : "unknown";
		const whole = overall === void 0 ? null : rowOf(report, overall, "all rows", direction);
		return {
			metric: id,
			rows: named([...whole === null ? [] : [whole], ...strongest.map(({ row }) => row)], 30),
			all: found.length
		};
	}
	return null;
}
function rowOf(report, metric, name, proven) {
	const isPoints = metricSpec(metric.id)?.unit === "pp";
	if (report.baseline === null) {
		const { value, interval } = metric.candidate;
		return extent(value, interval, 1, {
			name,
			state: null,
			words: valueWords$1(metric.id, metric.candidate),
			range: valueInterval(metric),
			isPoints
		});
	}
	const words = {
		name,
		state: proven === "better" || proven === "worse" ? `provably ${proven}` : "not proven",
		words: deltaWords(metric),
		range: deltaInterval(metric)
	};
	return extent(metric.delta?.value ?? null, metric.delta?.interval ?? null, isPoints ? 100 : 1, {
		...words,
		isPoints
	});
}
function extent(value, interval, factor, of) {
	if (value === null || interval === null || ![value, ...interval].every(isDrawable)) return null;
	const [low, high] = [Math.min(...interval), Math.max(...interval)];
	return {
		...of,
		value: value * factor,
		low: low * factor,
		high: high * factor
	};
}
function named(rows, limit) {
	const names = distinct(rows.map(({ name }) => chartName(name, limit)));
	return rows.map((row, at) => ({
		...row,
		name: names[at] ?? ""
	}));
}

// report/charts/forest.ts
/** Rows that can share an axis: points with points, the rest with what is at most twenty times as large or as small. */
function byScale(rows) {
	const groups = [];
	for (const row of rows) {
		const size = Math.max(Math.abs(row.low), Math.abs(row.high), Number.MIN_VALUE);
		const fits = (group) => group.isPoints === row.isPoints && (row.isPoints || size / group.size <= sharedScale && group.size / size <= sharedScale);
		const group = groups.find(fits);
		if (group === void 0) groups.push({
			isPoints: row.isPoints,
			size,
			rows: [row]
		});
		else group.rows.push(row);
	}
	return groups.map((group) => group.rows);
}
const sharedScale = 20;

// report/charts/scores.ts
const maxPanels$1 = 4;
/** The classes that have rows, the largest first where there are more than fit; in the order of the classes. */
function scorePanels(report) {
	const { scores } = report.curves;
	if (scores === null || scores === void 0 || !isRange$1(scores.range)) return [];
	const names = distinct(scores.classes.map((name) => chartName(name, 24)));
	const filled = scores.candidate.slice(0, names.length).map((counts, at) => ({
		name: names[at] ?? "",
		rows: sum(counts),
		candidate: shares(counts),
		baseline: shares(scores.baseline?.[at] ?? [])
	})).filter(({ rows }) => rows > 0);
	const kept = filled.toSorted((a, b) => b.rows - a.rows).slice(0, maxPanels$1);
	return filled.filter((panel) => kept.includes(panel));
}
function isRange$1([low, high]) {
	return isDrawable(low) && isDrawable(high) && high > low && Number.isFinite(1 / (high - low));
}
function sum(counts) {
	return counts.reduce((total, n) => total + Math.max(0, n), 0);
}
function shares(counts) {
	const total = sum(counts);
	return total === 0 ? [] : counts.map((n) => Math.max(0, n) / total);
}
/** What the horizontal axis of the score distributions shows. */
function scoreAxis({ curves: { scores } }) {
	if (scores?.of === "true_class") return "score of the row's true class";
	return `score of ${chartName(scores?.classes[1] ?? "the positive class", 24)}`;
}

// report/charts/text/mermaid.ts
/**
* Source of a Mermaid xychart. Null where the numbers have more digits than its grammar, which knows no exponents, can
* hold readably.
*/
function mermaidChart({ x, y, lines }) {
	const numbers = lines.flatMap(({ values }) => values);
	const digits = decimalsFor(y.range);
	if (!([...numbers, ...y.range].every((value) => Math.abs(value) < 0xe8d4a51000) && digits <= 12) || !(y.range[1] > y.range[0]) || lines.length === 0) return null;
	const look = {
		xyChart: {
			width: 480,
			height: 320
		},
		themeVariables: { xyChart: { plotColorPalette: lines.map(({ color }) => color).join(", ") } }
	};
	const number = (value) => plainNumber(value, digits);
	return [
		`%%{init: ${JSON.stringify(look)}}%%`,
		"xychart-beta",
		`x-axis ${quoted(x.title)} ${isRange(x.of) ? `${x.of[0]} --> ${x.of[1]}` : `[${x.of.map(quoted).join(", ")}]`}`,
		`y-axis ${quoted(y.title)} ${number(y.range[0])} --> ${number(y.range[1])}`,
		...lines.map(({ name, values }) => `line ${quoted(name)} [${values.map(number).join(", ")}]`)
	].join("\n");
}
function isRange(of) {
	return typeof of[0] === "number";
}
/** Four digits of the axis's extent. */
function decimalsFor([low, high]) {
	return Math.max(0, 3 - Math.floor(Math.log10(Math.max(high - low, Number.MIN_VALUE))));
}
function plainNumber(value, digits) {
	const text = value.toFixed(digits);
	const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
	return short === "-0" ? "0" : short;
}
/** A text that Mermaid reads as nothing but text: no quote, directive, entity, tag or Markdown can be in it. */
function mermaidText(text) {
	return text.replace(/[^\p{L}\p{M}\p{N} _.,+=()/@-]/gu, " ").replace(/ {2,}/g, " ").trim();
}
function quoted(text) {
	return `"${mermaidText(text)}"`;
}

// report/charts/text/resample.ts
/** A curve's values at equal distances from `low` to `high`; where it rises upright, the upper end counts. */
function resample(points, [low, high]) {
	const sorted = points.toSorted(([a], [b]) => a - b);
	return Array.from({ length: 32 + 1 }, (_, at) => {
		return valueAt(sorted, low + (high - low) * at / 32);
	});
}
function valueAt(sorted, x) {
	const here = sorted.filter((point) => point[0] === x);
	if (here.length > 0) return Math.max(...here.map((point) => point[1]));
	const before = sorted.findLast((point) => point[0] < x);
	const after = sorted.find((point) => point[0] > x);
	if (before === void 0 || after === void 0) return (before ?? after)?.[1] ?? 0;
	return before[1] + (after[1] - before[1]) * (x - before[0]) / (after[0] - before[0]);
}

// report/charts/history.ts
/** A metric over the versions of a model, the candidate last; empty without versions before it. */
function historyRows(report, history) {
	const points = (history?.points ?? []).filter(isShown).slice(-24);
	if (history === void 0 || points.length === 0) return [];
	const measured = report.metrics.find((metric) => metric.slice === null && metric.id === history.metric)?.candidate;
	const last = {
		value: measured?.value ?? NaN,
		interval: measured?.interval ?? null
	};
	const names = distinct([...points.map(({ version }) => chartName(version, 16)), "candidate"]);
	return [...points, ...isShown(last) ? [last] : []].map(({ value, interval }, at) => ({
		name: names[at] ?? "",
		value,
		low: Math.min(...interval ?? [value]),
		high: Math.max(...interval ?? [value]),
		hasInterval: interval !== null,
		isCandidate: at === points.length
	}));
}
function isShown({ value, interval }) {
	return [value, ...interval ?? []].every(isDrawable);
}

// report/charts/learning.ts
const maxPanels = 4;
const maxPoints = 200;
/** What the training said of itself, one panel per metric, because their scales differ; a single point is no curve. */
function learningPanels({ learning = [], baselineLearning = [] }) {
	return [...new Set(learning.flatMap((point) => Object.keys(point.metrics)))].map((name) => ({
		name: chartName(name, 24),
		candidate: pointsOf(learning, name),
		baseline: pointsOf(baselineLearning, name)
	})).filter(({ candidate }) => candidate.some(({ step }) => step !== candidate[0]?.step)).slice(0, maxPanels);
}
function pointsOf(curve, name) {
	const points = curve.flatMap(({ step, metrics }) => {
		const value = Object.hasOwn(metrics, name) ? metrics[name] : void 0;
		return value !== void 0 && isDrawable(value) && isDrawable(step) ? [{
			step,
			value
		}] : [];
	});
	const every = Math.ceil(points.length / maxPoints);
	return points.filter((_, at) => at % every === 0 || at === points.length - 1);
}

// report/charts/text/text-colors.ts
/** Colors of Mermaid's lines that are told apart on light and on dark ground, and by color-blind readers. */
const blue = {
	hex: "#2f86c1",
	name: "🔵"
};
const orange = {
	hex: "#d98200",
	name: "🟠"
};
const gray = {
	hex: "#8b949e",
	name: "gray:"
};

// report/terminal-text.ts
const wide = /^[\u1100-\u115F\u2E80-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{17000}-\u{18CFF}\u{1AFF0}-\u{1B2FF}\u{20000}-\u{3FFFD}]$/u;
/** A flag, a keycap, a symbol that asks to be shown as emoji, and any sequence that starts with an emoji. */
const emoji = /^\p{Emoji_Presentation}|^\p{Emoji}\uFE0F/u;
const unseen = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}\u1160-\u11FF]$/u;
const segments = new Intl.Segmenter("en", { granularity: "grapheme" });
/** Columns that a text takes in a terminal: two for ideographs and emoji, none for marks, one for anything else. */
function displayWidth(text) {
	if (/^[\u0020-\u007E\u00A0-\u00AC\u00AE-\u024F\u2010-\u2026\u2212]*$/.test(text)) return text.length;
	let width = 0;
	for (const { segment } of segments.segment(text)) width += widthOf(segment);
	return width;
}
function widthOf(segment) {
	if (emoji.test(segment)) return 2;
	let width = 0;
	for (const sign of segment) width += wide.test(sign) ? 2 : unseen.test(sign) ? 0 : 1;
	return width;
}
function pad(text, width, align) {
	const space = " ".repeat(Math.max(0, width - displayWidth(text)));
	return align === "left" ? text + space : space + text;
}

// report/charts/text/unicode.ts
const trackWidth = 33;
/** A forest plot of characters: `├──●──┤` on a common scale; with `zero`, a dotted line where nothing changes. */
function textForest(rows, zero, nameWidth = widest(rows)) {
	const ends = rows.flatMap(({ low, high }) => [low, high]);
	const [low, high] = [Math.min(...ends, ...zero ? [0] : []), Math.max(...ends, ...zero ? [0] : [])];
	const place = placeOf(low, high);
	return rows.map((row) => {
		const [from, to, at] = [
			place(row.low),
			place(row.high),
			place(row.value)
		];
		const track = Array.from({ length: trackWidth }, (_, column) => {
			if (column === at) return "●";
			if (column === from) return "├";
			if (column === to) return "┤";
			const isZero = zero && column === place(0);
			if (column > from && column < to) return isZero ? "┼" : "─";
			return isZero ? "┊" : " ";
		});
		return `${pad(row.name, nameWidth, "left")}  ${track.join("")}  ${row.words}`.trimEnd();
	}).join("\n");
}
/** Columns that the longest name takes. */
function widest(rows) {
	return Math.max(...rows.map(({ name }) => displayWidth(name)));
}
/** Predicted ○ and observed ● of each bin, both between 0 and 1. */
function textDots(rows) {
	const place = placeOf(0, 1);
	const lines = rows.map(({ marks: [expected, seen], words }) => {
		const [open, filled] = [place(expected), place(seen)];
		return `${Array.from({ length: trackWidth }, (_, column) => {
			if (column === open && column === filled) return "◉";
			return column === filled ? "●" : column === open ? "○" : "·";
		}).join("")}  ${words}`;
	});
	return [`0${" ".repeat(31)}1`, ...lines].join("\n");
}
/** Columns of eight heights; something is never drawn as nothing. */
function textBars(values, low, high) {
	const heights = "▁▂▃▄▅▆▇█";
	return values.map((value) => {
		if (value <= low && low === 0) return " ";
		const share = high > low ? (value - low) / (high - low) : 0;
		return heights[Math.min(7, Math.max(0, Math.ceil(share * 8) - 1))] ?? " ";
	}).join("");
}
/** The column of a value; of no extent, the middle. */
function placeOf(low, high) {
	const extent = high - low;
	return (value) => {
		if (!(extent > 0)) return Math.floor(trackWidth / 2);
		return Math.min(32, Math.max(0, Math.round((value - low) / extent * 32)));
	};
}

// report/charts/text/series.ts
/** A panel per number of the training. */
function textLearning(report, context) {
	const panels = learningPanels(context);
	const names = sideNames(report, null);
	const drawn = panels.map((panel) => ({
		panel,
		...learningSource(panel)
	}));
	return [...drawn.some(({ withBaseline }) => withBaseline) ? [paragraph(`${blue.name} candidate · ${orange.name} ${names.baseline}`)] : [], ...drawn.map(({ panel, source }) => source === null ? fence(spark(panel)) : fence(source, "mermaid"))];
}
/** Mermaid's lines have no gaps: a baseline that was not trained over all of the candidate's steps is left out. */
function learningSource({ name, candidate, baseline }) {
	const steps = extentOf(candidate.map(({ step }) => step));
	const before = extentOf(baseline.map(({ step }) => step));
	const withBaseline = before[0] <= steps[0] && before[1] >= steps[1];
	const isExact = steps.every((step) => Number.isInteger(step) && Math.abs(step) < 2 ** 31);
	const values = (of) => resample(of.map(({ step, value }) => [step, value]), steps);
	const lines = [...withBaseline ? [{
		name: "baseline",
		color: orange.hex,
		values: values(baseline)
	}] : [], {
		name: "candidate",
		color: blue.hex,
		values: values(candidate)
	}];
	const range = padded(extentOf(lines.flatMap((line) => line.values)));
	const source = isExact ? mermaidChart({
		x: {
			title: "step",
			of: steps
		},
		y: {
			title: name,
			range
		},
		lines
	}) : null;
	return {
		source,
		withBaseline: withBaseline && source !== null
	};
}
function spark({ name, candidate }) {
	const every = Math.ceil(candidate.length / 50);
	const values = candidate.filter((_, at) => at % every === 0).map(({ value }) => value);
	const [low, high] = extentOf(values);
	const [first, last] = [candidate[0]?.value ?? 0, candidate.at(-1)?.value ?? 0];
	return `${name}  ${textBars(values.map((value) => value - low + 1), 1, high - low + 1)}  ${Number(first.toPrecision(4))} → ${Number(last.toPrecision(4))}`;
}
/** The metric over the versions: three lines where every version has an interval, else a row for each version. */
function textHistory(report, history) {
	const rows = historyRows(report, history);
	if (history === void 0 || rows.length < 2) return [];
	const source = historySource(rows, label(history.metric));
	if (source !== null) {
		const words = `${blue.name} ${label(history.metric)} · ${gray.name} its ${levelWords(report)} interval`;
		return [paragraph(words), fence(source, "mermaid")];
	}
	const lines = rows.map(({ hasInterval, low, high, ...row }) => {
		const range = hasInterval ? ` (${formatValueInterval(history.metric, [low, high])})` : "";
		return {
			...row,
			low,
			high,
			words: `${formatValue(history.metric, row.value)}${range}`
		};
	});
	return [paragraph(label(history.metric), " of each version"), fence(textForest(lines, false))];
}
/** More names than that overlap under Mermaid's axis. */
const maxNames = 8;
function historySource(rows, metric) {
	if (rows.length > maxNames || !rows.every(({ hasInterval }) => hasInterval)) return null;
	const line = (name, color, of) => ({
		name,
		color,
		values: rows.map(of)
	});
	return mermaidChart({
		x: {
			title: "version",
			of: distinct(rows.map(({ name }) => mermaidText(chartName(name, 12))))
		},
		y: {
			title: metric,
			range: padded(extentOf(rows.flatMap(({ low, high }) => [low, high])))
		},
		lines: [
			line("lower bound", gray.hex, ({ low }) => low),
			line("upper bound", gray.hex, ({ high }) => high),
			line("value", blue.hex, ({ value }) => value)
		]
	});
}
function extentOf(values) {
	return [Math.min(...values), Math.max(...values)];
}
/** Room above and below; a flat line gets some as well. */
function padded([low, high]) {
	const room = high > low ? (high - low) * .05 : Math.max(Math.abs(high) * .05, 1e-6);
	return [low - room, high + room];
}

// report/charts/text/text-chart.ts
/**
* A chart for places that show no pictures of ours: Mermaid where its lines tell the truth, characters elsewhere.
* Empty where the report cannot fill the chart.
*/
function textChart(report, kind, context = {}) {
	switch (kind) {
		case "roc": return curve(report, report.curves.roc, {
			x: "false positive rate",
			y: "true positive rate"
		}, "roc_auc");
		case "pr": return curve(report, report.curves.pr, {
			x: "recall",
			y: "precision"
		}, "average_precision");
		case "calibration": return calibration(report);
		case "scores": return scores(report);
		case "forest": return forest(report);
		case "slices": return slices(report);
		case "confusion": return confusion(report);
		case "learning": return textLearning(report, context);
		case "history": return textHistory(report, context.history);
	}
}
function curve(report, points, axes, metric) {
	if (points === null || unitPoints(points.candidate).length < 2) return [];
	const names = sideNames(report, metric);
	const drawn = (of) => resample(unitPoints(of), [0, 1]);
	const before = unitPoints(points.baseline ?? []);
	const chance = metric === "roc_auc";
	const line = (name, color, of) => {
		return {
			name,
			color,
			values: drawn(of)
		};
	};
	const source = mermaidChart({
		x: {
			title: axes.x,
			of: [0, 1]
		},
		y: {
			title: axes.y,
			range: [0, 1]
		},
		lines: [
			...chance ? [line("chance", gray.hex, [[0, 0], [1, 1]])] : [],
			...before.length === 0 ? [] : [line("baseline", orange.hex, before)],
			line("candidate", blue.hex, points.candidate)
		]
	});
	if (source === null) return [];
	const words = [
		`${blue.name} ${names.candidate}`,
		...before.length === 0 ? [] : [` · ${orange.name} ${names.baseline}`],
		...chance ? [` · ${gray.name} a model that knows nothing`] : []
	];
	return [paragraph(...words), fence(source, "mermaid")];
}
function calibration(report) {
	const bins = unitBins(report.curves.calibration?.candidate ?? []).slice(0, 40);
	if (bins.length === 0) return [];
	const rows = bins.map(({ predicted, observed, n }) => ({
		marks: [predicted, observed],
		words: `${predicted.toFixed(2)} → ${observed.toFixed(2)}  ${formatCount(n)} rows`
	}));
	return [paragraph("○ mean predicted probability, ● observed rate of the candidate, one line per bin; ◉ both"), fence(textDots(rows))];
}
function scores(report) {
	const panels = scorePanels(report);
	const [low, high] = report.curves.scores?.range ?? [0, 1];
	if (panels.length === 0) return [];
	const lines = panels.flatMap(({ name, rows, candidate, baseline }) => {
		const top = Math.max(...candidate, ...baseline);
		const bars = (side, of) => of.length === 0 ? [] : [`${side.padEnd(9)} │${textBars(of, 0, top)}│`];
		return [
			`${name}: ${formatCount(rows)} rows`,
			...bars("candidate", candidate),
			...bars("baseline", baseline),
			""
		];
	});
	const bins = Math.max(...panels.map(({ candidate }) => candidate.length));
	const [from, to] = [String(Number(low.toPrecision(3))), String(Number(high.toPrecision(3)))];
	const axis = `${" ".repeat(11)}${from}${to.padStart(Math.max(1, bins - from.length))}`;
	return [paragraph(`Share of each class's rows by ${scoreAxis(report)}`), fence([...lines.slice(0, -1), axis].join("\n"))];
}
function forest(report) {
	const groups = byScale(forestRows(report));
	return groups.length === 0 ? [] : [legend(report), fence(groups.map((rows) => forestLines(report, rows, widest(groups.flat()))).join("\n\n"))];
}
function slices(report) {
	const found = sliceRows(report);
	if (found === null) return [];
	const shown = found.rows.length - 1 < found.all ? ` · ${formatCount(found.all)} slices in all` : "";
	return [
		paragraph(label(found.metric), " in each slice", shown),
		legend(report),
		fence(forestLines(report, found.rows, widest(found.rows)))
	];
}
function legend(report) {
	const marks = `● value, ├─┤ its ${levelWords(report)} interval`;
	return paragraph(report.baseline === null ? marks : `${marks}, ┊ no change, ▲ provably better, ▼ provably worse`);
}
function forestLines(report, rows, nameWidth) {
	const signs = {
		"provably better": " ▲",
		"provably worse": " ▼",
		"not proven": ""
	};
	const lines = rows.map(({ words, range, state, ...row }) => ({
		...row,
		words: `${words} (${range})${state === null ? "" : signs[state]}`
	}));
	return textForest(lines, report.baseline !== null, nameWidth);
}
function confusion(report) {
	const matrix = report.curves.confusion;
	if (matrix === null) return [];
	const names = distinct(matrix.candidate.classes.map((name) => chartName(name, 24)));
	const rows = matrix.candidate.counts.slice(0, names.length).map((row, actual) => [[names[actual] ?? ""], ...names.map((_, predicted) => {
		const n = row[predicted];
		const before = matrix.baseline?.counts[actual]?.[predicted];
		if (n === void 0) return ["–"];
		if (before === void 0 || before === n) return [formatCount(n)];
		return [`${formatCount(n)} (${n > before ? "+" : "−"}${formatCount(Math.abs(n - before))})`];
	})]);
	const note = matrix.baseline === null ? "" : "; in brackets: change against the baseline";
	return [paragraph(`Rows by true class (down) and predicted class (across)${note}`), table([left("true class"), ...names.map((name) => right(name))], rows)];
}

// report/markdown-writer.ts
/**
* GitHub-flavored Markdown of blocks, each separated by an empty line. Without `charts` (null), charts are left out: a
* check's text shows neither our pictures nor Mermaid.
*/
function writeMarkdown(blocks, charts = null) {
	return blocks.map((block) => writeBlock(block, charts)).filter((text) => text !== "").join("\n\n");
}
function writeBlock(block, charts) {
	switch (block.kind) {
		case "heading": return `${"#".repeat(block.level)} ${inline(block.of).trim()}`;
		case "paragraph": return markdownLine(inline(block.of));
		case "list": return block.items.map((item) => `- ${markdownLine(inline(item))}`).join("\n");
		case "table": return writeTable(block.columns, block.rows);
		case "fence": return markdownFence(block.text, block.language);
		case "charts": return charts === null ? "" : writeCharts(block.charts, charts);
		case "details": {
			const inner = writeMarkdown(block.blocks, charts);
			return inner === "" ? "" : `<details><summary>${inlineHtml(block.summary)}</summary>\n\n${inner}\n\n</details>`;
		}
	}
}
function writeTable(columns, rows) {
	const line = (cells) => `| ${cells.join(" | ")} |`;
	const rule = columns.map((column) => column.align === "right" ? "--:" : "---");
	const cell = (column, of) => {
		const text = inline(of).trim();
		return column.align === "right" ? text.replaceAll(" ", "\xA0") : text;
	};
	const body = rows.map((row) => line(columns.map((column, at) => cell(column, row[at] ?? []))));
	return [
		line(columns.map((column) => cell(column, column.head))),
		line(rule),
		...body
	].join("\n");
}
function inline(of) {
	return of.map(inlinePart).join("");
}
function inlinePart(part) {
	if (typeof part === "string") return markdownText(part);
	switch (part.kind) {
		case "code": return markdownCode(part.text);
		case "strong": {
			const inner = inline(part.of).trim();
			return inner === "" ? "" : `**${inner}**`;
		}
		case "link": {
			const url = safeUrl(part.url);
			return url === null ? inline(part.of) : `[${inline(part.of)}](${html(url)})`;
		}
	}
}
/** Inside a summary element, where GitHub reads HTML and no Markdown. */
function inlineHtml(of) {
	return of.map((part) => {
		if (typeof part === "string") return html(defuse(oneLine(part)));
		if (part.kind === "code") return `<code>${html(oneLine(part.text))}</code>`;
		return part.kind === "strong" ? `<b>${inlineHtml(part.of)}</b>` : inlineHtml(part.of);
	}).join("");
}
/** Pictures side by side; below them, folded, the charts that have none. */
function writeCharts(of, urls) {
	const pictures = of.map((chart) => ({
		chart,
		picture: picture(chart, urls)
	}));
	const texts = pictures.filter(({ picture }) => picture === "").flatMap(({ chart }) => folded(chart));
	const shown = pictures.flatMap(({ picture }) => picture === "" ? [] : [picture]);
	return [...shown.length === 0 ? [] : [shown.join(" ")], ...texts].join("\n\n");
}
function folded({ chart, source: { report, context } }) {
	const blocks = textChart(report, chart, context);
	return blocks.length === 0 ? [] : [writeMarkdown([details([chartTitle(report, chart)], ...blocks)])];
}
function picture({ model, chart, alt }, charts) {
	const key = `${model}/${chart}`;
	const urls = Object.hasOwn(charts, key) ? charts[key] : void 0;
	const light = safeUrl(urls?.light ?? "");
	const dark = safeUrl(urls?.dark ?? "");
	if (light === null || dark === null) return "";
	return `<picture>${`<source media="(prefers-color-scheme: dark)" srcset="${html(dark)}">`}<img src="${html(light)}" alt="${html(defuse(oneLine(alt)))}" width="370"></picture>`;
}

// report/charts/context.ts
/** What a model's view knows beside its report: its learning curve, and the decisive metric of its versions. */
function contextOf({ learningCurve, baselineCurve, report, history }) {
	const headline = report === null ? null : headlineMetric(report);
	const learning = {
		learning: learningCurve,
		baselineLearning: baselineCurve
	};
	if (headline === null) return learning;
	const points = history.flatMap(({ version, at, metrics }) => {
		const measured = metrics.find(({ id, definition }) => id === headline.id && definition === headline.definition);
		return measured === void 0 ? [] : [{
			version,
			at,
			value: measured.value,
			interval: measured.interval
		}];
	});
	return {
		...learning,
		history: {
			metric: headline.id,
			points
		}
	};
}

// report/charts/kinds.ts
/** More classes than that make a confusion matrix nobody reads. */
const maxClasses = 20;
/** The charts that a report (with what is known besides) can fill, in the order of `allChartKinds`. */
function chartKinds(report, context = {}) {
	return allChartKinds.filter((kind) => isFilled(report, kind, context));
}
function isFilled(report, kind, context) {
	const { roc, pr, calibration, confusion } = report.curves;
	const classes = confusion?.candidate.classes.length ?? 0;
	switch (kind) {
		case "roc": return unitPoints(roc?.candidate ?? []).length > 1;
		case "pr": return unitPoints(pr?.candidate ?? []).length > 1;
		case "calibration": return unitBins(calibration?.candidate ?? []).length > 0;
		case "confusion": return classes > 1 && classes <= maxClasses;
		case "scores": return scorePanels(report).length > 0;
		case "forest": return forestRows(report).length > 0;
		case "slices": return (sliceRows(report)?.rows.length ?? 0) > 1;
		case "learning": return learningPanels(context).length > 0;
		case "history": return historyRows(report, context.history).length > 1;
	}
}

// report/gate-words.ts
const icons = {
	pass: "✅",
	fail: "❌",
	inconclusive: "◻️",
	insufficient: "◻️",
	no_baseline: "◻️",
	error: "⚠️"
};
function verdictIcon(verdict) {
	return icons[verdict];
}
/** A gate's icon; an open gate whose mode lets it pass shows that it does not hold the model up. */
function gateIcon(gate) {
	return gate.verdict !== counts(gate) ? "☑️" : verdictIcon(gate.verdict);
}
/** What the mode of an open gate makes of it. */
function modeWords({ mode }) {
	return mode === "fn-free" ? "open, passes by its mode: " : mode === "ask" ? "a person decides: " : "inconclusive: ";
}
/** One table cell about a gate: `✅ not worse by more than 0.5 pp`, `◻️ inconclusive: about 1,900 more rows would tell`. */
function gateCell(gate) {
	const icon = `${gateIcon(gate)} `;
	switch (gate.verdict) {
		case "pass": return [icon, requirement(gate)];
		case "fail": return [icon, ...violation(gate)];
		case "no_baseline": return [
			icon,
			"needs a baseline: ",
			requirement(gate)
		];
		case "error": return [
			icon,
			"not judged: ",
			requirement(gate)
		];
		case "insufficient": return [
			icon,
			"too few rows: ",
			requirement(gate)
		];
		case "inconclusive": {
			const rows = gate.needs?.rows ?? null;
			return [
				icon,
				modeWords(gate),
				rows === null ? requirement(gate) : rowsWords(rows, unitOfGate(gate))
			];
		}
	}
}
/** `about 1,900 more rows would tell`: the gate would then pass with 80 % chance if the estimate were the truth. */
function rowsWords(rows, unit = "row") {
	return `about ${unit === "row" ? counted(rows, "more row") : `${formatCount(rows)} more ${rows === 1 ? "query" : "queries"}`} would tell`;
}
/** What a gate's advice counts: the queries of a ranking metric, else rows. */
function unitOfGate({ require }) {
	const parsed = parseGate(require);
	return parsed.ok && "metric" in parsed.gate ? unitOf(parsed.gate.metric) : "row";
}
/** A gate's condition in words where its form is a common one, else the expression itself. */
function requirement(gate) {
	const parsed = parseGate(gate.require);
	return (parsed.ok ? conditionWords(parsed.gate) : null) ?? code(clip(gate.require, 200));
}
function violation(gate) {
	const parsed = parseGate(gate.require);
	if (parsed.ok && parsed.gate.kind === "ni" && parsed.gate.slice === null) return [`worse by more than ${formatSize(parsed.gate.metric, parsed.gate.margin)}`];
	return ["required: ", requirement(gate)];
}
function conditionWords(node) {
	switch (node.kind) {
		case "ni": return `not worse by more than ${formatSize(node.metric, node.margin)}${where(node)}`;
		case "sup": return `${node.margin === 0 ? "better" : `better by more than ${formatSize(node.metric, node.margin)}`}${where(node)}`;
		case "equiv": return `the same within ${formatSize(node.metric, node.margin)}${where(node)}`;
		case "limit_gain": return `better by at most ${formatSize(node.metric, node.margin)}${where(node)}`;
		case "no_worse_slices": return `no ${node.by === null ? "slice" : `slice by ${node.by.join(", ")}`} worse by more than ${formatSize(node.metric, node.margin)}`;
		case "compare": return comparisonWords(node);
		case "not":
		case "and":
		case "or": return null;
	}
}
function where({ slice }) {
	return slice === null ? "" : ` where ${slice}`;
}
function comparisonWords(node) {
	const { left } = node;
	if (left.kind !== "reference" || left.slice !== null || isOperation(left.metric)) return null;
	if (left.side !== "candidate" && left.side !== "delta") return null;
	const limit = numberOf(node.right);
	if (limit === null) return null;
	const shown = left.side === "delta" ? formatDelta(left.metric, limit) : String(limit);
	return `${left.side === "delta" ? "change " : ""}${signs[node.operator]} ${shown}`;
}
const signs = {
	"<": "<",
	"<=": "≤",
	">": ">",
	">=": "≥"
};
function numberOf(of) {
	if (of.kind === "number") return Number(of.value.toPrecision(12));
	const inner = of.kind === "negate" ? numberOf(of.of) : null;
	return inner === null ? null : -inner;
}

// report/sentence.ts
/** What is known about a model at its commit, in a few words: the heading of its section and the title of its check. */
function modelSentence(view) {
	const at = code(shortCommit(view.commit));
	switch (view.phase) {
		case "queued": return ["queued, ", at];
		case "training": return [
			"training ",
			at,
			progressWords(view)
		];
		case "evaluating": return [
			"evaluating ",
			at,
			"…"
		];
		case "failed": return [failureWords(view)];
		case "cancelled": return [view.fault?.reason === "superseded" ? "superseded by a newer commit or command" : "cancelled"];
		case "judged": return view.report === null || view.verdict === null ? ["judged, but its report is missing"] : reportSentence(view.report, view.verdict);
	}
}
/** `, step 17 of 40 (43 %), about 8 min to go` */
function progressWords({ progress }) {
	if (progress === null || progress.of <= 0) return "…";
	const { step, of, remainingSeconds } = progress;
	const share = Math.round(100 * Math.min(step, of) / of) / 100;
	const left = remainingSeconds === null || step >= of ? "" : `, about ${roughly(remainingSeconds)} to go`;
	return `, step ${formatCount(step)} of ${formatCount(of)} (${percent(share)})${left}`;
}
function failureWords(view) {
	const reason = view.fault?.reason ?? "internal";
	if (view.fault === null) return `${failedStage(view)} failed`;
	if (reason === "run_cancelled" || reason === "training_cancelled") return `${failedStage(view)} was cancelled`;
	return `${failedStage(view)} failed — ${reasons[reason]}`;
}
function failedStage(view) {
	const reason = view.fault?.reason ?? "internal";
	if (reason.startsWith("training_") || reason === "model_missing" || reason === "commit_unavailable") return "training";
	if (/^(?:model|data|predictions|report)_/.test(reason)) return "evaluation";
	return view.runs.at(-1)?.stage === "evaluate" ? "evaluation" : "training";
}
/** The verdict of a report in words that claim no more than its intervals prove. */
function reportSentence(report, verdict) {
	switch (verdict) {
		case "pass": return [passWords(report)];
		case "fail": return failWords(report);
		case "inconclusive": return [inconclusiveWords(report)];
		case "insufficient": return [`too few rows to judge${aboutGates(report, "insufficient")}`];
		case "no_baseline": return [noBaselineWords(report)];
		case "error": return [`the gates could not be judged${aboutGates(report, "error")}`];
	}
}
function noBaselineWords(report) {
	const judged = report.gates.filter((gate) => gate.verdict === "pass").length;
	return `no baseline yet to compare with${judged === 0 ? "" : `; ${counted(judged, "gate")} on the value alone ${judged === 1 ? "passes" : "pass"}`}`;
}
function passWords(report) {
	if (report.baseline !== null && report.baseline.digest === report.candidate.digest) return "the same model as the baseline, byte for byte";
	const where = worseWhere(report);
	if (report.gates.length === 0) return `${measuredWords(report, where)}; no gate is configured`;
	const relative = report.gates.some((gate) => /\b(?:ni|sup|equiv)\s*\(/.test(gate.require));
	const open = report.gates.filter((gate) => gate.verdict !== counts(gate)).length;
	const claim = open === 0 ? !relative ? "meets its gates" : where === null ? "not worse" : "not worse overall" : `passes, though ${counted(open, "gate")} could not be settled`;
	const better = provenChanges(report, "better").map((change) => label(change.metric.id));
	const worse = provenChanges(report, "worse").map((change) => label(change.metric.id));
	if (worse.length > 0) return `${open === 0 ? "passes every gate, though" : `${claim}, and`} ${worseWords(worse, where)}`;
	if (better.length === 0) return where === null ? claim : `${claim}, but provably worse ${where.words}`;
	const slices = where === null ? "" : `, but provably worse on ${where.metric} ${where.words}`;
	return `${claim}, and provably better on ${several(better)}${slices}`;
}
/** The slices where the headline metric got provably worse, as `where phase = Climb`. */
function worseWhere(report) {
	const id = headlineMetric(report)?.id ?? "";
	const names = provablyWorse(report, id).map((name) => `where ${clip(name, 60)}`);
	if (names.length === 0) return null;
	return {
		metric: label(id),
		words: names.length > 2 ? `in ${formatCount(names.length)} slices` : enumeration(names)
	};
}
function worseWords(worse, where) {
	const overall = `${enumeration(worse.slice(0, 2))} got provably worse`;
	if (where === null) return overall;
	return `${overall}, ${worse.includes(where.metric) ? "also" : `and ${where.metric}`} ${where.words}`;
}
function measuredWords(report, where) {
	const words = changeWords(report) ?? "measured";
	return where === null ? words : `${words} overall, but ${where.metric} got provably worse ${where.words}`;
}
function changeWords(report) {
	if (report.baseline === null) return null;
	const better = provenChanges(report, "better").map((change) => label(change.metric.id));
	const worse = provenChanges(report, "worse").map((change) => label(change.metric.id));
	const parts = [...worse.length === 0 ? [] : [`provably worse on ${several(worse)}`], ...better.length === 0 ? [] : [`provably better on ${several(better)}`]];
	return parts.length === 0 ? "no provable change" : parts.join(", ");
}
function failWords(report) {
	const failed = report.gates.filter((gate) => gate.verdict === "fail");
	const ids = failed.flatMap(mentioned);
	const overall = overallMetrics(report).filter((metric) => ids.includes(metric.id)).map(changeOf).find((change) => change !== null && change.proven && change.direction === "worse");
	if (overall !== void 0 && overall !== null) return [`worse — ${moved(overall)}`];
	const slice = sliceFindings(report).worse.find((change) => change.proven && ids.includes(change.metric.id));
	if (slice !== void 0) return [`worse on ${clip(sliceName(slice.metric.slice), 80)} — ${moved(slice)}`];
	const [first] = failed;
	return first === void 0 ? ["fails its gates"] : absoluteFailure(report, failed.length, first);
}
function absoluteFailure(report, failures, gate) {
	const ids = mentioned(gate);
	const metric = overallMetrics(report).find((one) => ids.includes(one.id));
	const operation = ids.find((id) => Object.hasOwn(report.operations, id));
	if (failures === 1 && metric === void 0 && operation !== void 0) return [`fails a gate on ${label(operation)} — required: `, code(clip(gate.require, 200))];
	const wish = requirement(gate);
	if (failures > 1 || metric === void 0 || metric.candidate.value === null || typeof wish !== "string") return [`fails ${formatCount(failures)} of ${counted(report.gates.length, "gate")}`];
	const change = changeOf(metric);
	const value = /^[<>≤≥]/.test(wish) || change === null ? formatValue(metric.id, metric.candidate.value) : formatDelta(metric.id, change.value);
	return [`fails a gate — ${label(metric.id)} is ${value}, required: ${wish}`];
}
/** `ROC AUC dropped 3.1 pp` */
function moved(change) {
	const amount = formatSize(change.metric.id, Math.abs(change.value));
	return `${label(change.metric.id)} ${change.value < 0 ? "dropped" : "rose"} ${amount}`;
}
function inconclusiveWords(report) {
	const open = report.gates.filter((gate) => counts(gate) === "inconclusive");
	const rows = open.map((gate) => gate.needs?.rows ?? null).filter((n) => n !== null);
	const about = aboutGates(report, "inconclusive");
	if (isForPerson(report.gates)) return `inconclusive${about}: a person decides`;
	if (rows.length === 0 || rows.length < open.length) return `inconclusive${about}`;
	const isRanking = report.task === "ranking";
	return `inconclusive — ${rowsWords(Math.max(...rows), isRanking ? "query" : "row")}`;
}
function aboutGates(report, verdict) {
	const ids = report.gates.filter((gate) => counts(gate) === verdict).flatMap(mentioned);
	const names = [...new Set(ids)].filter((id) => report.metrics.some((metric) => metric.id === id)).map(label);
	return names.length === 0 ? "" : ` on ${several(names)}`;
}
function several(names) {
	const shown = names.map((name) => clip(name, 60));
	return shown.length <= 3 ? enumeration(shown) : enumeration([...shown.slice(0, 2), `${shown.length - 2} more metrics`]);
}

// report/sections/data.ts
const shownWarnings = 10;
/** What a reader must know about the rows to read the numbers: weights, groups, rows left out, warnings. */
function dataNotes({ data, task }) {
	const warnings = data.warnings ?? [];
	const more = warnings.length - shownWarnings;
	const notes = [
		...data.weight == null ? [] : [weightNote(data.weight)],
		...data.groups == null ? [] : [groupNote(data.groups, task)],
		...data.unpredicted === void 0 || data.unpredicted === 0 ? [] : [[unpredictedNote(data.unpredicted)]],
		...warnings.slice(0, shownWarnings).map((warning) => [`⚠️ ${clip(warning, 300)}`]),
		...more > 0 ? [[`⚠️ ${counted(more, "more warning")} in the report.`]] : []
	];
	return notes.length === 0 ? [] : [list(...notes)];
}
/** What is different about the rows since the baseline was judged; both models are measured on the rows of now. */
function dataChange({ baseline, history }, { data }) {
	const before = history.find(({ version }) => version === baseline?.version)?.data;
	if (before === void 0 || before.digest === data.digest) return [];
	const rows = before.rows === data.rows ? `still ${counted(data.rows, "row")}` : `${formatCount(before.rows)} → ${counted(data.rows, "row")}`;
	return [paragraph("The evaluation data is not what ", code(clip(baseline?.version ?? "", 60)), ` was judged on: ${rows}, `, code(shortDigest(before.digest)), " → ", code(shortDigest(data.digest)), ". Both models are measured on the new rows.")];
}
function weightNote({ column, effective }) {
	return [
		"Rows are weighted by ",
		code(clip(column, 60)),
		`: they tell as much as ${formatCount(Math.round(effective))} rows of equal weight.`
	];
}
function groupNote({ column, count: groups }, task) {
	const name = code(clip(column, 60));
	const [one, several] = task === "ranking" ? ["query", "queries"] : ["group", "groups"];
	return [
		`Rows come in ${`${formatCount(groups)} ${groups === 1 ? one : several}`} by `,
		name,
		`: intervals allow for other ${several}, not just for other rows.`
	];
}
function unpredictedNote(rows) {
	const are = rows === 1 ? "row is" : "rows are";
	return `⚠️ ${formatCount(rows)} ${are} left out for both models, because one of them predicted no finite number there.`;
}

// report/sections/failure.ts
/** Why a stage failed: the message, the end of the log, and where the whole log is. */
function failure(view, tailLimit) {
	if (view.fault === null) return [paragraph("No reason was recorded. The run's log tells more: ", ...lastRun(view))];
	return [
		paragraph(strong(...placeAndMessage(view.fault)), ...reasonAndCommand(view.fault)),
		...commandLine(view.fault),
		...logTail(view.fault.detail ?? "", tailLimit),
		...view.runs.length === 0 ? [] : [paragraph("The whole log is in the ", ...lastRun(view), ".")]
	];
}
function lastRun(view) {
	const run = view.runs.at(-1);
	return run === void 0 ? ["run"] : [link(run.url, `${run.stage} run`)];
}
/** The last lines in sight, the lines before them folded. */
function logTail(log, limit) {
	const kept = log.length <= limit ? log : log.slice(-limit).replace(/^[^\n]*\n/, "");
	const lines = kept.replace(/\s+$/, "").split(/\r\n|\r|\n/);
	if (kept.trim() === "") return [];
	const before = lines.slice(0, -12);
	const end = fence(lines.slice(-12).join("\n"));
	return before.length === 0 ? [end] : [end, details([`${counted(before.length, "line")} before that`], fence(before.join("\n")))];
}
/** Faults as a list: where, what, and the reason code; what to type instead is a line of its own, to be copied. */
function faultList(faults) {
	const blocks = [];
	let items = [];
	for (const fault of faults) {
		items.push([...placeAndMessage(fault), ...reasonAndCommand(fault)]);
		const command = commandLine(fault);
		if (command.length === 0) continue;
		blocks.push(list(...items), ...command);
		items = [];
	}
	return items.length === 0 ? blocks : [...blocks, list(...items)];
}
/** `file:line:column` as code, so that it stays as it is and can be copied, then the message. */
function placeAndMessage({ place, message }) {
	const { file, line, column, path } = place ?? {};
	const where = [[
		file === void 0 ? void 0 : clip(file, 200),
		line,
		column
	].filter((part) => part !== void 0).join(":"), clip(path ?? "", 200)].filter((part) => part !== "").map((part) => [code(part)]);
	return [
		...joined(where, " "),
		...where.length === 0 ? [] : [": "],
		clip(message, 600)
	];
}
function reasonAndCommand(fault) {
	return [
		" (",
		code(fault.reason),
		commandLine(fault).length === 0 ? ")" : "); what to type instead:"
	];
}
/** A command in a fence: nothing is inserted into it. One that is too long to show is left out, never cut. */
function commandLine({ command }) {
	const line = command?.trim() ?? "";
	return line === "" || line.length > 1e3 ? [] : [fence(line)];
}

// report/sections/metrics.ts
/** The one line to read after the verdict: the decisive metric, what it is compared with, and on how many rows. */
function headlineBlock(report, baseline = null) {
	const words = headlineWords(report);
	const rows = `${counted(report.data.rows, "row")}${report.data.role === "sealed" ? " of sealed data" : ""}`;
	const dropped = report.data.dropped === 0 ? "" : ` (${counted(report.data.dropped, "row")} dropped)`;
	if (words === null) return paragraph(`No metric was measured, ${rows}${dropped}.`);
	if (report.baseline === null) return paragraph(strong(words), ` on ${rows}${dropped}; there is no baseline to compare with.`);
	return paragraph(strong(words), " against ", baselineName(report), ...baseline === null ? [] : place(baseline), `, ${rows}${dropped}.`);
}
/** ` (production, commit `4f1c09a2b7de`, 5 commits before this one)` */
function place({ environment, commit, distance }) {
	const ahead = distance?.ahead ?? 0;
	const parts = [
		[clip(environment, 60)],
		...commit === null ? [] : [["commit ", code(shortCommit(commit))]],
		...ahead === 0 || distance?.behind !== 0 ? [] : [[`${counted(ahead, "commit")} before this one`]]
	];
	return [
		" (",
		...joined(parts, ", "),
		")"
	];
}
/** Says so when the baseline stands on commits that this branch lacks: part of the difference may be theirs. */
function behindBaseline({ baseline }) {
	const behind = baseline?.distance?.behind ?? 0;
	if (baseline === null || behind === 0) return [];
	return [paragraph(`⚠️ This branch lacks ${counted(behind, "commit")} of the branch that `, code(clip(baseline.version, 60)), " was made from, so part of the difference may be theirs. Merge the base branch to compare like with like.")];
}
function baselineName(report) {
	const version = report.baseline?.version ?? null;
	return version === null ? "the baseline" : code(clip(version, 60));
}
/** Metrics over all rows with their gates, and the slice where the decisive metric lost most surely. */
function metricTable(report, only = "all") {
	const gates = gatesByMetric(report);
	const rows = overallMetrics(report).filter((metric) => only === "all" || isNotable(gates, metric)).map((metric) => metricRow(report, metric, [label(metric.id)], gateText(gates, metric)));
	return table(columns(report), [...rows, ...worstSliceRow(report)]);
}
/** How the intervals of the differences were made: `Intervals: ROC AUC by DeLong; accuracy by Tango's score.` */
function methodLine(report) {
	const byMethod = /* @__PURE__ */ new Map();
	for (const { id, delta } of overallMetrics(report)) {
		if (delta === null || delta.interval === null) continue;
		byMethod.set(delta.method, [...byMethod.get(delta.method) ?? [], label(id)]);
	}
	if (byMethod.size === 0) return [];
	const parts = [...byMethod].map(([method, names]) => `${enumeration(names)} by ${methodWords(method)}`);
	return [paragraph(`Intervals of Δ: ${parts.join("; ")}.`)];
}
function isNotable(gates, metric) {
	return (gates.get(metric.id) ?? []).some((gate) => gate.verdict !== "pass") || (changeOf(metric)?.proven ?? false);
}
function columns(report) {
	const interval = right(`${levelWords(report)} interval`);
	if (report.baseline === null) return [
		left("metric"),
		right("candidate"),
		interval,
		left("gate")
	];
	return [
		left("metric"),
		right(baselineName(report)),
		right("candidate"),
		right("Δ"),
		interval,
		left("gate")
	];
}
function metricRow(report, metric, name, gate) {
	const candidate = [valueWords$1(metric.id, metric.candidate)];
	if (report.baseline === null) return [
		name,
		candidate,
		[valueInterval(metric)],
		gate
	];
	return [
		name,
		[valueWords$1(metric.id, metric.baseline)],
		candidate,
		[deltaWords(metric)],
		[deltaInterval(metric)],
		gate
	];
}
function gateText(gates, metric) {
	const own = gates.get(metric.id) ?? [];
	if (own.length > 0) return joined(own.map(gateCell), "; ");
	const change = changeOf(metric);
	return [change !== null && change.proven && change.direction !== "unknown" ? `provably ${change.direction}` : ""];
}
function worstSliceRow(report) {
	const change = worstSlice(report, headlineMetric(report)?.id ?? "");
	if (change === null) return [];
	const { metric, proven } = change;
	return [metricRow(report, metric, [`${label(metric.id)}, worst slice (${clip(sliceName(metric.slice), 80)})`], [proven ? "provably worse" : "not proven"])];
}

// report/sections/fairness.ts
const shownGroups = 20;
const names = {
	demographic_parity_difference: "demographic parity difference",
	demographic_parity_ratio: "demographic parity ratio",
	equal_opportunity_difference: "equal opportunity difference",
	equalized_odds_difference: "equalized odds difference"
};
/** Differences between the groups of each column, folded; groups with too few rows are named, not hidden. */
function fairnessDetails(report) {
	const all = report.fairness ?? [];
	return [...new Set(all.map((one) => one.by))].map((by) => columnDetails(report, by, all.filter((one) => one.by === by)));
}
function columnDetails(report, by, of) {
	const interval = right(`${levelWords(report)} interval`);
	const columns = report.baseline === null ? [
		left("difference"),
		right("candidate"),
		interval
	] : [
		left("difference"),
		right(baselineName(report)),
		right("candidate"),
		right("Δ"),
		interval
	];
	const rows = of.map((one) => report.baseline === null ? valueRow$1(one) : deltaRow$1(one));
	return details([
		"Fairness by ",
		code(clip(by, 60)),
		...largest(of)
	], table(columns, rows), ...groupLines(of[0]?.groups ?? []));
}
/** The largest difference, for the line that is seen without unfolding. */
function largest(of) {
	const [first] = of.filter(({ id, candidate }) => !isRatio(id) && candidate.value !== null).toSorted((a, b) => (b.candidate.value ?? 0) - (a.candidate.value ?? 0));
	if (first === void 0) return [];
	const before = first.baseline === null || first.baseline.value === null ? "" : `${words(first.baseline)} → `;
	return [`: ${names[first.id]} ${before}${words(first.candidate)}`];
}
function valueRow$1({ id, candidate }) {
	return [
		[names[id]],
		[words(candidate)],
		[candidate.interval === null ? "–" : range(id, candidate.interval, false)]
	];
}
function deltaRow$1({ id, candidate, baseline, delta }) {
	const interval = delta?.interval ?? null;
	return [
		[names[id]],
		[baseline === null ? "–" : words(baseline)],
		[words(candidate)],
		[delta === null || delta.value === null ? "–" : change(id, delta.value)],
		[interval === null ? "–" : range(id, interval, true)]
	];
}
function words({ value, status }) {
	if (value !== null) return value.toFixed(3);
	return status === "insufficient" ? "too few rows" : status;
}
/** A difference of shares moves in points, the ratio of shares as a plain number. */
function change(id, value) {
	return isRatio(id) ? signed(value, 3) : `${signed(100 * value, 1)} pp`;
}
function range(id, [low, high], isChange) {
	if (!isChange) return `${low.toFixed(3)} … ${high.toFixed(3)}`;
	return isRatio(id) ? `${signed(low, 3)} … ${signed(high, 3)}` : `${signed(100 * low, 1)} … ${signed(100 * high, 1)}`;
}
function isRatio(id) {
	return id === "demographic_parity_ratio";
}
function signed(value, digits) {
	const size = Math.abs(value).toFixed(digits);
	if (Number(size) === 0) return size;
	return `${value < 0 ? "−" : "+"}${size}`;
}
function groupLines(groups) {
	const compared = groups.filter((group) => group.counted);
	const left = groups.filter((group) => !group.counted);
	return [paragraph(compared.length === 0 ? "No group has enough rows." : `Groups: ${listed(compared)}.`), ...left.length === 0 ? [] : [paragraph(`⚠️ Too few rows to take part: ${listed(left)}.`)]];
}
function listed(groups) {
	const shown = groups.slice(0, shownGroups).map(({ value, n }) => `${clip(value, 60)} (${counted(n, "row")})`);
	const more = groups.length - shown.length;
	return [...shown, ...more === 0 ? [] : [`${formatCount(more)} more`]].join(", ");
}

// report/sections/gates.ts
const shownSlices = 5;
/** Every gate that did not pass, with its reason and, where it is known, what would resolve it. */
function openGates(report) {
	const open = report.gates.filter((gate) => gate.verdict !== "pass");
	return [...gateList(open), ...open.flatMap(gateSlices)];
}
/** Gates with their verdicts and reasons. */
function gateList(gates) {
	return gates.length === 0 ? [] : [list(...gates.map(gateItem))];
}
function gateItem(gate) {
	const words = clip(gate.message, 600).trim();
	const name = gate.id === void 0 ? [] : [clip(gate.id, 60), ", "];
	return [
		`${gateIcon(gate)} `,
		...name,
		code(clip(gate.require, 300)),
		words === "" ? "" : `: ${words}`
	];
}
/** What a gate about slices found, the strongest evidence first; p-values are adjusted for the number of slices. */
function gateSlices(gate) {
	const slices = gate.slices ?? [];
	const [metric = ""] = mentioned(gate);
	if (slices.length === 0) return [];
	const number = (value) => value === null ? "–" : formatDelta(metric, value);
	const rows = slices.slice(0, shownSlices).map(({ slice, verdict, value, bound, p }) => [
		[`${verdictIcon(verdict)} ${clip(sliceName(slice), 80)}`],
		[number(value)],
		[number(bound)],
		[p === null ? "–" : chance(p)]
	]);
	const more = slices.length - rows.length;
	return [table([
		left("slice of ", code(clip(gate.id ?? gate.require, 60))),
		right("Δ"),
		right("bound"),
		right("adjusted p")
	], rows), ...more === 0 ? [] : [paragraph(`${counted(more, "slice")} with weaker evidence ${more === 1 ? "is" : "are"} left out here.`)]];
}

// report/sections/lineage.ts
/** What the result cost, where it ran, and what was reused. */
function costLine(view) {
	const parts = [];
	if (view.reusedFrom !== null) parts.push([
		"Training reused from ",
		link(view.reusedFrom.url, code(shortCommit(view.reusedFrom.commit))),
		" (all inputs are equal)"
	]);
	else if (view.trainSeconds !== null) {
		const gpu = view.machine?.gpu ?? null;
		parts.push([`Trained in ${duration(view.trainSeconds)}`]);
		if (gpu !== null) parts.push([`${gpuMinutes(view.trainSeconds)} on ${clip(gpu, 60)}`]);
	}
	if (view.evaluateSeconds !== null) parts.push([`${parts.length === 0 ? "E" : "e"}valuated in ${duration(view.evaluateSeconds)}`]);
	const gpu = view.report?.environment.gpu ?? null;
	if (gpu !== null) parts.push([`on ${clip(gpu, 60)}`]);
	if ((view.queueSeconds ?? 0) >= shownQueueSeconds) parts.push([`${parts.length === 0 ? "W" : "w"}aited ${duration(view.queueSeconds ?? 0)} for a machine`]);
	parts.push([parts.length === 0 ? "Commit " : "commit ", code(shortCommit(view.commit))]);
	for (const run of view.runs) parts.push([link(run.url, `${run.stage} run`)]);
	return [paragraph(...joined(parts, " · "))];
}
/** A shorter wait is how long a runner takes to pick up a job. */
const shownQueueSeconds = 10;
/** `4.5 GPU minutes`: what a training occupied the machine's GPU for, whatever it made of it. */
function gpuMinutes(seconds) {
	const minutes = seconds / 60;
	return `${minutes < 10 ? minutes.toFixed(1) : formatCount(Math.round(minutes))} GPU minutes`;
}
/** Everything that determines the result, folded: what an auditor asks for. */
function lineage(view) {
	const rows = [
		["commit", [code(view.commit)]],
		["tree", [code(view.tree)]],
		["fingerprint", [code(view.fingerprint)]],
		["parameters", parameters(view)],
		...view.report === null ? [] : reportRows(view.report)
	];
	return details(["Lineage: commit, data, model, environment"], lineageTable(rows));
}
/** The same for a report on its own. */
function reportLineage(report) {
	return details(["Lineage: data, model, environment"], lineageTable(reportRows(report)));
}
function lineageTable(rows) {
	return table([left("what"), left("value")], rows.filter(([, value]) => plain(value) !== "").map(([name, value]) => [[name], value]));
}
function reportRows(report) {
	const { candidate, baseline, data, environment, seconds } = report;
	const size = `, ${formatCount(candidate.bytes)} bytes${candidate.parameters === null ? "" : `, ${counted(candidate.parameters, "parameter")}`}`;
	const version = baseline?.version ?? null;
	return [
		["candidate", [code(candidate.digest), size]],
		["baseline", baseline === null ? ["none"] : [code(baseline.digest), ...version === null ? [] : [", ", code(clip(version, 60))]]],
		["data", [code(data.digest), `, ${counted(data.rows, "row")}, ${data.role}`]],
		["runtime", [clip(`${environment.runtime}, ${environment.provider}, Node ${environment.node}`, 200)]],
		["execution", [clip(executionWords(environment), 200)]],
		["machine", [clip([environment.cpu, environment.gpu].filter((part) => part !== null).join(", "), 200)]],
		["measured", [
			code(report.startedAt),
			", seed ",
			code(clip(report.seed, 60)),
			`, in ${duration(seconds.load + seconds.predict + seconds.measure + (seconds.operations ?? 0))}`
		]]
	];
}
/** In which batches the rows were predicted, and on which provider each node of the model ran. */
function executionWords({ batch, nodes = {} }) {
	const byProvider = Object.entries(nodes).map(([provider, n]) => `${counted(n, "node")} on ${provider}`);
	return [...batch === void 0 ? [] : [`batches of ${counted(batch, "row")}`], ...byProvider].join(", ");
}
/** `epochs = 40`; a parameter that a command changed is marked. */
function parameters(view) {
	const entries = Object.entries(view.params).slice(0, 50);
	return joined(entries.map(([name, value]) => {
		const text = code(`${clip(name, 64)}=${clip(String(value), 100)}`);
		return view.overridden.includes(name) ? [strong(text), " (by command)"] : [text];
	}), ", ");
}
/** Parameters that a command changed, said where everybody reads it. */
function overriddenLine(view) {
	if (view.overridden.length === 0) return [];
	const names = view.overridden.slice(0, 20).map((name) => [code(`${clip(name, 64)}=${clip(String(view.params[name] ?? ""), 100)}`)]);
	return [paragraph(view.phase === "queued" || view.phase === "training" ? "Training with " : "Trained with ", ...joined(names, ", "), " by command instead of the configured value", view.verdict === "pass" ? "; merging promotes this very model, later trainings use the configured value again." : ".")];
}

// report/sections/next.ts
/** What the reader can do now. */
function nextSteps(view) {
	const steps = stepsFor(view);
	return steps === null ? [] : [paragraph("Next: ", ...steps)];
}
function stepsFor(view) {
	const retrain = code(retrainCommand(view));
	switch (view.phase) {
		case "queued":
		case "training":
		case "evaluating": return null;
		case "failed": return [
			"push a fix, or try again with ",
			plainRetrain(view),
			"."
		];
		case "cancelled": return view.fault?.reason === "superseded" ? null : [
			"start again with ",
			plainRetrain(view),
			"."
		];
	}
	switch (view.verdict) {
		case "pass": return [
			"merge, or try ",
			retrain,
			"."
		];
		case "fail": return [
			"push a change, or try ",
			retrain,
			"."
		];
		case "inconclusive":
		case "insufficient":
			if (view.report !== null && isForPerson(view.report.gates)) return [
				"a person decides: merging makes no version by itself; more held-out rows, a stronger change or ",
				retrain,
				" may settle it."
			];
			return [
				"add held-out rows on the base branch, push a stronger change, or try ",
				retrain,
				"."
			];
		case "no_baseline": return [
			"name the model that is in production under ",
			code("adopt"),
			" in the configuration, or keep only gates on the candidate's own values until a first version exists."
		];
		case "error":
		case null: return [
			"correct the gate or the configuration, then ",
			plainRetrain(view),
			"."
		];
	}
}
function plainRetrain(view) {
	return code(`/retrain ${view.model}`);
}
/** A command that changes a parameter the model really has: half a rate, twice a count. */
function retrainCommand(view) {
	const numbers = Object.entries(view.params).filter((entry) => typeof entry[1] === "number" && entry[1] !== 0 && /^\w{1,64}$/.test(entry[0]));
	const chosen = numbers.find(([name]) => /rate|lr|decay/i.test(name)) ?? numbers.find(([name]) => !/seed/i.test(name));
	if (chosen === void 0) return `/retrain ${view.model}`;
	const [name, value] = chosen;
	const suggested = Number.isInteger(value) ? value * 2 : Number((value / 2).toPrecision(3));
	return `/retrain ${view.model} ${name}=${suggested}`;
}

// report/sections/operations.ts
/** Speed, size and memory with the gates about them, and how often the two models disagree; folded. */
function operationDetails(report) {
	const blocks = [...operationTable(report), ...flips(report)];
	return blocks.length === 0 ? [] : [details([title$1(report)], ...blocks)];
}
function title$1({ operations, behaviour }) {
	const measured = Object.keys(operations).length > 0;
	if (behaviour === null) return "Speed and size";
	return measured ? "Speed, size and disagreement" : "Disagreement";
}
function operationTable(report) {
	const entries = Object.entries(report.operations);
	if (entries.length === 0) return [];
	const gates = gatesByMetric(report);
	const judged = entries.some(([id]) => gates.has(id));
	const compared = report.baseline !== null;
	const columns = [
		left("operation"),
		...compared ? [right(baselineName(report))] : [],
		right("candidate (95 % interval)"),
		...compared ? [right("ratio (95 % interval)")] : [],
		...judged ? [left("gate")] : []
	];
	const rows = entries.map(([id, of]) => [
		[clip(label(id).replaceAll("_", " "), 60)],
		...compared ? [[baselineWords(of)]] : [],
		[valueWords(of)],
		...compared ? [[ratioWords(of)]] : [],
		...judged ? [joined((gates.get(id) ?? []).map(gateCell), "; ")] : []
	]);
	return [table(columns, rows), ...protocol(report)];
}
function valueWords({ value, unit, interval, method }) {
	const { write, name } = scaleOf(value, unit);
	const range = method === "exact" || interval === null ? "" : ` (${write(interval[0])} … ${write(interval[1])})`;
	return `${write(value)} ${name}`.trim() + range;
}
/** A report of an earlier version tells the baseline by the ratio only. */
function baselineWords({ value, unit, baseline, ratio }) {
	if (baseline != null) return quantity(baseline, unit);
	return baseline === void 0 && ratio !== null && ratio !== 0 ? quantity(value / ratio, unit) : "–";
}
function ratioWords({ ratio, ratioInterval, method }) {
	if (ratio === null) return "–";
	const shown = `×${ratio.toFixed(2)}`;
	if (method === "exact") return shown;
	if (ratioInterval == null) return method === void 0 ? shown : `${shown} (too few rounds)`;
	return `${shown} (${ratioInterval[0].toFixed(2)} … ${ratioInterval[1].toFixed(2)})`;
}
/** `1.83 ms`, `18.2 kB`, `4,120`, `51,300 rows/s` */
function quantity(value, unit) {
	const { write, name } = scaleOf(value, unit);
	return `${write(value)} ${name}`.trim();
}
/** How numbers of that size are written: three digits that count, whole digits always. */
function scaleOf(value, unit) {
	const [factor, name] = unit === "bytes" || unit === "B" ? bytesScale(Math.abs(value)) : [1, clip(unit, 20)];
	const size = Math.abs(value) / factor;
	const places = Number.isInteger(value / factor) ? 0 : Math.max(0, Math.min(9, 2 - Math.floor(Math.log10(size))));
	const write = (of) => {
		const text = (Math.abs(of) / factor).toFixed(places);
		return `${of < 0 ? "−" : ""}${places === 0 ? formatCount(Number(text)) : text}`;
	};
	return {
		write,
		name
	};
}
function bytesScale(size) {
	if (size < 1e6) return [1e3, "kB"];
	return size < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
}
function protocol({ operations, environment, baseline }) {
	if (!Object.values(operations).some((of) => of.method === "block-paired")) return [];
	const machine = clip(environment.gpu ?? environment.cpu, 100);
	return [paragraph(`Measured on ${machine} in rounds, each model in a fresh process${baseline === null ? "" : " and the two in turns; ratios are paired by round"}.`)];
}
function flips({ behaviour }) {
	if (behaviour === null) return [];
	const { intervals } = behaviour;
	const share = (value, interval) => interval === void 0 ? percent(value) : `${percent(value)} (${percent(interval[0])} … ${percent(interval[1])})`;
	const of = intervals ?? void 0;
	return [paragraph(`The two models disagree on ${share(behaviour.disagreement, of?.disagreement)} of the rows: ${share(behaviour.positiveFlips, of?.positiveFlips)} newly right, ${share(behaviour.negativeFlips, of?.negativeFlips)} newly wrong${of === void 0 ? "" : "; 95 % intervals"}.`)];
}

// report/sections/slices.ts
const shownAtOnce = 5;
/** Slices that got provably worse in spite of the many comparisons, the strongest evidence first; long lists fold. */
function worseSlices(report, limit) {
	const { tested, worse } = sliceFindings(report);
	const proven = worse.filter((change) => change.proven);
	if (proven.length === 0) return [];
	const shown = proven.slice(0, Math.min(limit, shownAtOnce));
	const rest = proven.slice(shown.length, limit);
	const left = proven.length - shown.length - rest.length;
	return [
		paragraph(strong("Slices that got provably worse"), ` (Holm, ${counted(tested, "comparison")})`),
		changeTable(report, shown),
		...rest.length === 0 ? [] : [details([`${formatCount(rest.length)} more that got provably worse`], changeTable(report, rest))],
		...left === 0 ? [] : [paragraph(`${formatCount(left)} more are left out here.`)]
	];
}
function changeTable(report, changes) {
	return sliceTable(report, changes.map((change) => change.metric));
}
function sliceTable(report, metrics) {
	const interval = right(`${levelWords(report)} interval`);
	const words = [
		left("slice"),
		left("metric"),
		right("rows")
	];
	if (report.baseline === null) return table([
		...words,
		right("candidate"),
		interval
	], metrics.map(valueRow));
	return table([
		...words,
		right(baselineName(report)),
		right("candidate"),
		right("Δ"),
		interval
	], metrics.map(deltaRow));
}
function rowStart(metric) {
	return [
		[clip(sliceName(metric.slice), 100)],
		[label(metric.id)],
		[formatCount(metric.candidate.n)]
	];
}
function valueRow(metric) {
	return [
		...rowStart(metric),
		[valueWords$1(metric.id, metric.candidate)],
		[valueInterval(metric)]
	];
}
function deltaRow(metric) {
	return [
		...rowStart(metric),
		[valueWords$1(metric.id, metric.baseline)],
		[valueWords$1(metric.id, metric.candidate)],
		[deltaWords(metric)],
		[deltaInterval(metric)]
	];
}
/** Every slice, folded, in the order of the report. */
function allSlices(report, limit) {
	const metrics = report.metrics.filter((metric) => metric.slice !== null);
	if (metrics.length === 0 || limit === 0) return [];
	const judged = report.baseline === null ? "" : `: ${judgedWords(report)}`;
	const slices = new Set(metrics.map((metric) => sliceName(metric.slice))).size;
	return [details([slices === 1 ? `The only slice${judged}` : `All ${formatCount(slices)} slices${judged}`], sliceTable(report, metrics.slice(0, limit)), ...metrics.length <= limit ? [] : [paragraph(`${counted(metrics.length - limit, "more row")} left out here.`)])];
}
/** `none got provably worse`, `2 look worse, none provably`, `1 got provably worse, 2 more look worse` */
function judgedWords(report) {
	const { proven, suspected } = sliceFindings(report);
	const looks = suspected.length === 1 ? "looks" : "look";
	if (proven.length === 0) return suspected.length === 0 ? "none got provably worse" : `${formatCount(suspected.length)} ${looks} worse, none provably`;
	const more = suspected.length === 0 ? "" : `, ${formatCount(suspected.length)} more ${looks} worse`;
	return `${formatCount(proven.length)} got provably worse${more}`;
}

// report/sections/model.ts
const detailLevels = [
	{
		metrics: "all",
		slices: 100,
		worse: 30,
		log: 6e3,
		charts: true,
		lineage: true
	},
	{
		metrics: "all",
		slices: 0,
		worse: 10,
		log: 3e3,
		charts: true,
		lineage: true
	},
	{
		metrics: "notable",
		slices: 0,
		worse: 5,
		log: 1500,
		charts: false,
		lineage: false
	},
	{
		metrics: "none",
		slices: 0,
		worse: 0,
		log: 400,
		charts: false,
		lineage: false
	}
];
/** `damage: not worse, and provably better on log loss` */
function modelHeading(view) {
	return [`${clip(view.model, 60)}: `, ...modelSentence(view)];
}
/** A model's section below its heading; next steps are left out when the pull request is settled. */
function modelBlocks(view, detail, isSettled = false) {
	return [...stateBlocks(view, detail), ...isSettled ? [] : nextSteps(view)];
}
function stateBlocks(view, detail) {
	switch (view.phase) {
		case "queued":
		case "training":
		case "evaluating": return [
			...overriddenLine(view),
			...runningCost(view),
			...previousResult(view, detail)
		];
		case "cancelled": return [
			...view.fault === null ? [] : faultList([view.fault]),
			...costLine(view),
			...previousResult(view, detail)
		];
		case "failed": return [
			...failure(view, detail.log),
			...overriddenLine(view),
			...costLine(view),
			...previousResult(view, detail),
			...detail.lineage ? [lineage(view)] : []
		];
		case "judged": return view.report === null ? costLine(view) : judgedBlocks(view, view.report, detail);
	}
}
function judgedBlocks(view, report, detail) {
	return [
		headlineBlock(report, view.baseline),
		...behindBaseline(view),
		...detail.metrics === "none" ? [] : [...dataChange(view, report), ...dataNotes(report)],
		...overriddenLine(view),
		...detail.metrics === "none" ? [] : [metricTable(report, detail.metrics)],
		...detail.metrics === "all" ? methodLine(report) : [],
		...detail.metrics === "none" ? [] : openGates(report),
		...detail.worse === 0 ? [] : worseSlices(report, detail.worse),
		...detail.charts ? chartBlocks(view, report) : [],
		...allSlices(report, detail.slices),
		...detail.charts ? [...operationDetails(report), ...fairnessDetails(report)] : [],
		...detail.lineage ? [lineage(view)] : [],
		...costLine(view)
	];
}
/** ROC and calibration side by side in sight, the rest folded. */
function chartBlocks(view, report) {
	const context = contextOf(view);
	const charts = chartKinds(report, context).map((chart) => ({
		model: view.model,
		chart,
		alt: chartAlt(report, chart),
		source: {
			report,
			context
		}
	}));
	const first = charts.filter(({ chart }) => chart === "roc" || chart === "calibration");
	const rest = charts.filter((chart) => !first.includes(chart));
	return [...first.length === 0 ? [] : [{
		kind: "charts",
		charts: first
	}], ...rest.length === 0 ? [] : [details([rest.length === 1 ? "Another chart" : `${rest.length} more charts`], {
		kind: "charts",
		charts: rest
	})]];
}
/** The run's links while it works; there is no cost to tell yet. */
function runningCost(view) {
	return view.runs.length === 0 && view.reusedFrom === null && view.trainSeconds === null ? [] : costLine(view);
}
/** An earlier result, folded and named with its commit, so that nobody takes it for the one that is being made. */
function previousResult(view, detail) {
	if (view.previous === null) return [];
	const { commit, report, verdict } = view.previous;
	const isSame = commit === view.commit;
	const name = isSame ? ["Earlier run of this commit"] : ["Older commit ", code(shortCommit(commit))];
	const caution = isSame ? ["This is the result of an earlier run, not of the one that is at work."] : [
		"This is the result of ",
		code(commit),
		", not of the commit that is being worked on."
	];
	return [details([
		...name,
		": ",
		...reportSentence(report, verdict)
	], paragraph(...caution), headlineBlock(report), ...detail.metrics === "none" ? [] : [metricTable(report, detail.metrics)])];
}

// report/fit.ts
/** Detail levels (for models that need no attention, for those that do), from everything to the least. */
const steps = [
	[0, 0],
	[1, 0],
	[2, 0],
	[3, 0],
	[3, 1],
	[3, 2],
	[3, 3],
	[1e400, 2],
	[1e400, 3]
];
/** The models' sections in at most `budget` characters: all of them with less detail, or else as many as fit. */
function fitSections(models, options, budget) {
	const write = sectionWriter(models.length > 1, options);
	for (const [calm, urgent] of steps) {
		const parts = [];
		let length = 0;
		for (const model of models) {
			const part = write(model, isUrgent(model) ? urgent : calm);
			length += part.length + separator.length;
			if (length > budget) break;
			parts.push(part);
		}
		if (length <= budget) return {
			markdown: join(parts),
			shortened: calm + urgent > 0
		};
	}
	return {
		markdown: join(firstThatFit(models, write, budget)),
		shortened: true
	};
}
const separator = "\n\n";
function join(parts) {
	return parts.filter((part) => part !== "").join(separator);
}
function isUrgent(model) {
	const outcome = outcomeOf(model);
	return outcome === "failure" || outcome === "action_required" || outcome === "neutral";
}
function firstThatFit(models, write, budget) {
	const parts = [];
	let length = 0;
	for (const model of models) {
		const part = write(model, detailLevels.length - 1);
		length += part.length + 2;
		if (length > budget) break;
		parts.push(part);
	}
	return parts;
}
/** Of several models, those that need no attention are folded. A level that does not exist leaves the section out. */
function sectionWriter(several, { charts, isSettled }) {
	const written = /* @__PURE__ */ new Map();
	return (model, level) => {
		const detail = detailLevels[level];
		if (detail === void 0) return "";
		const levels = written.get(model) ?? /* @__PURE__ */ new Map();
		written.set(model, levels);
		const known = levels.get(level);
		if (known !== void 0) return known;
		const folded = several && !isUrgent(model);
		const inner = modelBlocks(model, detail, isSettled);
		const title = modelHeading(model);
		const blocks = folded ? [details(title, ...inner)] : [heading(3, ...title), ...inner];
		const markdown = writeMarkdown(blocks, charts);
		levels.set(level, markdown);
		return markdown;
	};
}

// report/sections/deployments.ts
const states = {
	waiting: "⏳ waiting",
	deploying: "🔄 deploying",
	deployed: "✅ deployed",
	failed: "❌ failed",
	rejected: "❌ rejected",
	superseded: "superseded"
};
/** After the merge: which versions came of it and where each of them is. */
function deployments(view) {
	if (view.versions.length === 0) return [];
	const rows = view.versions.flatMap(({ version, deployments }) => deployments.length === 0 ? [[
		[code(clip(version, 60))],
		["–"],
		["registered, not deployed"],
		[]
	]] : deployments.map((one) => [
		[code(clip(version, 60))],
		[clip(one.environment, 60)],
		[states[one.state]],
		one.url === null ? [] : [link(one.url, "open")]
	]));
	return [heading(3, ...deploymentSentence(view)), table([
		left("version"),
		left("environment"),
		left("state"),
		left("")
	], rows)];
}
function deploymentSentence(view) {
	const [only] = view.versions;
	if (view.versions.length !== 1 || only === void 0) return [`Merged: ${view.versions.length} versions registered`];
	const within = (state) => only.deployments.filter((one) => one.state === state).map((one) => clip(one.environment, 60));
	const parts = [
		...within("failed").length === 0 ? [] : [`failed in ${enumeration(within("failed"))}`],
		...within("rejected").length === 0 ? [] : [`rejected for ${enumeration(within("rejected"))}`],
		...within("deployed").length === 0 ? [] : [`in ${enumeration(within("deployed"))}`],
		...within("deploying").length === 0 ? [] : [`going into ${enumeration(within("deploying"))}`],
		...within("waiting").length === 0 ? [] : [`waiting for ${enumeration(within("waiting"))}`]
	];
	return [
		"Merged as ",
		code(clip(only.version, 60)),
		": ",
		parts.length === 0 ? "registered" : parts.join(", ")
	];
}

// report/sections/summary.ts
/** One row per model, what needs attention first. */
function summaryTable(models, limit) {
	const ordered = inOrder(models);
	const rows = ordered.slice(0, limit).map((view) => [
		[outcomeIcon(outcomeOf(view))],
		[clip(view.model, 60)],
		modelSentence(view),
		[view.report === null || view.phase !== "judged" ? "" : headlineWords(view.report) ?? ""]
	]);
	const left_ = ordered.length - rows.length;
	return [
		heading(3, `${counted(models.length, "model")}: ${tally(models)}`),
		table([
			left(""),
			left("model"),
			left("result"),
			left("decisive metric")
		], rows),
		...left_ === 0 ? [] : [paragraph(`${counted(left_, "more model")}: ${tally(ordered.slice(limit))}.`)]
	];
}

// report/comment.ts
/** GitHub refuses a longer comment. */
const commentLimit = 65536;
/** The marker by which the App finds its own comment again. */
function commentMarker(pull) {
	return `<!-- assay:pull:${pull} -->`;
}
/**
* The comment of a pull request, at most 65,536 characters. What does not fit is left out in steps: first details of
* models that pass, then of the others, then whole sections; every model keeps at least its place in the count.
*/
function renderComment(view, options) {
	const { charts, appName, alone } = options;
	const models = inOrder(view.models);
	const ending = alone === void 0 ? footer(appName) : footerAlone(appName, alone);
	const end = `${writeMarkdown([ending])}\n\n${alone?.marker ?? commentMarker(view.number)}\n`;
	const shortened = alone === void 0 ? shortenedNote : shortenedAlone(alone);
	const top = topWithin(view, 2e4);
	const budget = commentLimit - end.length - top.length - shortened.length - 8;
	const sections = fitSections(models, {
		charts,
		isSettled: view.state !== "open" || alone !== void 0
	}, budget);
	const note = sections.shortened ? shortened : "";
	return [
		top,
		sections.markdown,
		note,
		end
	].filter((part) => part !== "").join("\n\n");
}
function shortenedAlone({ fullReport }) {
	return `Some details are left out to keep this within GitHub's limit; they are in ${fullReport}.`;
}
const shortenedNote = "Some details are left out to keep this comment within GitHub's limit; the check of each model shows its own report.";
/** Deployments, notes and the table of models, with as many rows as the space allows. */
function topWithin(view, budget) {
	for (const rows of [
		500,
		100,
		50,
		25,
		10,
		5,
		0
	]) {
		const markdown = writeMarkdown([
			...view.models.length === 0 && view.versions.length === 0 ? [heading(3, emptyTitle(view.notes))] : [],
			...deployments({
				...view,
				versions: view.versions.slice(0, rows)
			}),
			...faultList(view.notes.slice(0, rows)),
			...olderCommit(view),
			...view.models.length > 1 ? summaryTable(view.models, rows) : []
		]);
		if (markdown.length <= budget) return markdown;
	}
	return "";
}
/** Says so when a result is not about the pull request's newest commit. */
function olderCommit(view) {
	const older = view.models.filter((model) => model.commit !== view.head);
	if (older.length === 0) return [];
	const subject = older.length === view.models.length ? ["Results are"] : [`${counted(older.length, "result")} of ${view.models.length} are`];
	return [paragraph("⚠️ ", ...subject, " not about the newest commit ", code(shortCommit(view.head)), ", but about an older one.")];
}
function footer(appName) {
	return paragraph(`${appName}: `, code("/help"), " lists the commands.");
}
function footerAlone(appName, { fullReport }) {
	return paragraph(`${appName}: the full report is in ${fullReport}.`);
}

// github/octokit.ts
/** HTTP status of a failed GitHub call, or null when the call never got an answer. */
function statusOf(error) {
	if (typeof error !== "object" || error === null || !("status" in error)) return null;
	return typeof error.status === "number" ? error.status : null;
}
/** The value, or null when GitHub answers 404; everything else is still an error. */
async function orNull(call) {
	try {
		return await call;
	} catch (error) {
		if (statusOf(error) === 404) return null;
		throw error;
	}
}

// github/comments.ts
/** Our comments that hold the marker, oldest first, read page by page as they are asked for. */
async function* ownComments(client, pull, marker, us) {
	const { octokit, owner, repo } = client;
	const type = us.type ?? "Bot";
	const pages = octokit.paginate.iterator(octokit.rest.issues.listComments, {
		owner,
		repo,
		issue_number: pull,
		per_page: 100
	});
	for await (const { data } of pages) for (const { id, body, user } of data) if (user?.login === us.login && user.type === type && body?.includes(marker) === true) yield {
		id,
		body
	};
}
/** False when the comment is gone. */
async function editComment(client, id, body) {
	const { octokit, owner, repo } = client;
	return await orNull(octokit.rest.issues.updateComment({
		owner,
		repo,
		comment_id: id,
		body
	})) !== null;
}
/** Makes a comment; gives its id and who GitHub says wrote it. */
async function createComment(client, pull, body) {
	const { octokit, owner, repo } = client;
	const { data } = await octokit.rest.issues.createComment({
		owner,
		repo,
		issue_number: pull,
		body
	});
	return {
		id: data.id,
		author: data.user === null || data.user === void 0 ? null : identityOf(data.user.login)
	};
}
/** Removes a comment, which may be gone already. */
async function deleteComment(client, id) {
	const { octokit, owner, repo } = client;
	await orNull(octokit.rest.issues.deleteComment({
		owner,
		repo,
		comment_id: id
	}));
}
/** Whom a token speaks for. GraphQL knows it for every sort of token; REST does not for one of an installation or a job. */
async function tokenIdentity(octokit) {
	const { viewer } = await octokit.graphql("{ viewer { login } }");
	return identityOf(viewer.login);
}
function identityOf(login) {
	return {
		login,
		type: login.endsWith("[bot]") ? "Bot" : "User"
	};
}

// actions/report/stamp.ts
/**
* The last line of a comment of this action: which pull request and key it is for, and which run wrote it. The key is
* digested, so that any text may be one and none can end the HTML comment.
*/
function stampOf(pull, key, { runId, attempt, head }) {
	return `${markerOf(pull, key)} run:${runId}.${attempt} head:${head} -->`;
}
/** What all comments of one pull request and key have in common. */
function markerOf(pull, key) {
	return `<!-- assay:report:${pull}:${createHash("sha256").update(key).digest("hex").slice(0, 12)}`;
}
/** The stamp at the very end of a body; null where there is none, such as where our marker is only quoted. */
function readStamp(body, marker) {
	const match = /^([^]*?)\s*(<!-- assay:report:\d+:[0-9a-f]{12}) run:(\d{1,15})\.(\d{1,9}) head:([0-9a-f]{40,64}) -->\s*$/.exec(body);
	if (match === null || match[2] !== marker) return null;
	const [, content = "", , runId, attempt, head = ""] = match;
	return {
		content: content.replaceAll("\r\n", "\n").trim(),
		generation: {
			runId: Number(runId),
			attempt: Number(attempt),
			head
		}
	};
}

// actions/report/decide-comment.ts
/**
* Decides by the comments that our own account wrote. The oldest with our stamp at its end is the one; where runs raced
* and left several, all runs agree on it. A newer run's comment is left alone, as is one that says the same already.
*/
function decideComment(own, wish) {
	const wished = readStamp(wish.body, wish.marker);
	if (wished === null) throw new TypeError("the body has no stamp");
	const [first] = own.flatMap(({ id, body }) => {
		const stamp = readStamp(body, wish.marker);
		return stamp === null ? [] : [{
			id,
			...stamp
		}];
	}).toSorted((a, b) => a.id - b.id);
	if (first === void 0) return { kind: "create" };
	if (isNewer(first.generation, wished.generation)) return {
		kind: "leave",
		id: first.id,
		why: "newer"
	};
	if (first.content === wished.content) return {
		kind: "leave",
		id: first.id,
		why: "unchanged"
	};
	return {
		kind: "edit",
		id: first.id
	};
}
function isNewer(a, b) {
	return a.runId > b.runId || a.runId === b.runId && a.attempt > b.attempt;
}

// actions/report/post-comment.ts
/**
* Brings the one comment of a pull request up to date. Each attempt looks at what is there first, so a write whose
* answer was lost is not made twice. Throws what GitHub's last answer was.
*/
async function postComment(client, post, pausesMs) {
	return await retryFaults(async () => settle(client, post, await tokenIdentity(client.octokit)), pausesMs);
}
async function settle(client, post, us) {
	const decision = decideComment(await listOwn(client, post, us), post);
	if (decision.kind === "leave") return {
		kind: decision.why,
		id: decision.id
	};
	if (decision.kind === "edit" && await editComment(client, decision.id, post.body)) return {
		kind: "edited",
		id: decision.id
	};
	const made = await createComment(client, post.pull, post.body);
	return await yieldToOlder(client, post, made.id, made.author ?? us);
}
/**
* Two runs that found no comment both make one. Each looks again after it wrote: the one whose comment is not the oldest
* takes its own back, and treats the oldest as if it had found it at first. So one is left, whoever was faster.
*/
async function yieldToOlder(client, post, made, us) {
	const others = (await listOwn(client, post, us)).filter(({ id }) => id < made);
	const decision = decideComment(others, post);
	if (decision.kind === "create") return {
		kind: "created",
		id: made
	};
	await deleteComment(client, made);
	if (decision.kind === "leave") return {
		kind: decision.why,
		id: decision.id
	};
	await editComment(client, decision.id, post.body);
	return {
		kind: "edited",
		id: decision.id
	};
}
async function listOwn(client, { pull, marker }, us) {
	return await Array.fromAsync(ownComments(client, pull, marker, us));
}

// actions/report/pull-view.ts
/** The reports as a pull request's page shows them: judged, without training, commands or history. */
function pullViewOf(world, reports, now) {
	const { repository, pull, commit } = world;
	return {
		repository: `${repository.owner}/${repository.name}`,
		number: pull?.number ?? 0,
		state: now?.state ?? "open",
		head: now?.head ?? commit,
		models: reports.map((report) => modelView(world, report)),
		configChange: null,
		versions: [],
		notes: []
	};
}
function modelView({ commit, runUrl }, report) {
	const { load, predict, measure, operations = 0 } = report.seconds;
	return {
		model: report.model,
		phase: "judged",
		commit,
		tree: "",
		fingerprint: "",
		params: {},
		overridden: [],
		verdict: report.verdict,
		report,
		gatePlaces: [],
		fault: null,
		runs: [{
			stage: "evaluate",
			url: runUrl
		}],
		reusedFrom: null,
		progress: null,
		queueSeconds: null,
		machine: null,
		trainSeconds: null,
		evaluateSeconds: load + predict + measure + operations,
		learningCurve: [],
		baseline: null,
		history: [],
		baselineCurve: [],
		previous: null
	};
}

// actions/report/read-reports.ts
const maxFiles = 200;
const maxReportBytes = 16777216;
const maxTotalBytes = 67108864;
/**
* The reports that the patterns name, each once, in the order of their paths. They may have been made next to untrusted
* code: links are not followed, sizes are capped, the schema is checked. Throws an AssayError that names the file.
*/
async function readReports(workspace, patterns) {
	const files = await findFiles(workspace, patterns);
	const reports = /* @__PURE__ */ new Map();
	let total = 0;
	for (const file of files) {
		const name = relative(workspace, file);
		const { size } = await lstat(file);
		total += size;
		if (size > maxReportBytes) throw invalid(name, `it has ${size} bytes; at most ${maxReportBytes} are read`);
		if (total > maxTotalBytes) throw invalid(name, `with it the reports have more than ${maxTotalBytes} bytes`);
		const report = parse(name, await readFile(file, "utf8"));
		if (reports.has(report.model)) throw invalid(name, `it is a second report about the model ${JSON.stringify(report.model)}`);
		reports.set(report.model, report);
	}
	return [...reports.values()];
}
async function findFiles(workspace, patterns) {
	const found = /* @__PURE__ */ new Set();
	for (const pattern of patterns) {
		const literal = resolve(workspace, pattern);
		const matches = await lstat(literal).catch(() => null) === null ? await matching(workspace, pattern) : [literal];
		if (matches.length === 0) throw invalid(pattern, "no such file");
		for (const file of matches) {
			if (!await isPlainFile(file)) throw invalid(relative(workspace, file), "it is not a regular file");
			found.add(file);
		}
	}
	if (found.size === 0) throw new AssayError({
		reason: "bad_usage",
		message: "the input report names no file"
	});
	if (found.size > maxFiles) throw new AssayError({
		reason: "report_invalid",
		message: `${found.size} files match; at most ${maxFiles} are read`
	});
	return [...found].toSorted();
}
async function matching(workspace, pattern) {
	const files = [];
	for await (const match of glob(pattern, { cwd: workspace })) {
		files.push(resolve(workspace, match));
		if (files.length > maxFiles) break;
	}
	return files;
}
/** A parser's own message would quote the file, which could be anything; so only its place is told. */
function parse(name, text) {
	let value;
	try {
		value = JSON.parse(text);
	} catch {
		throw invalid(name, "it is not JSON");
	}
	const parsed = report$1.safeParse(value);
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		throw invalid(name, `it is not a report: ${issue?.message ?? "unreadable"}`, issue?.path.join("."));
	}
	const { verdict, gates } = parsed.data;
	const concluded = conclude(gates.map(counts));
	if (verdict !== concluded) throw invalid(name, `its verdict is ${verdict}, but its gates amount to ${concluded}`);
	return parsed.data;
}
function invalid(file, message, path) {
	return new AssayError({
		reason: "report_invalid",
		message,
		place: path === void 0 || path === "" ? { file } : {
			file,
			path
		}
	});
}

// report/sections/report.ts
/** A report on its own, as report.html and report.md hold it: no pull request, no commands, nothing left out. */
function reportBlocks(report) {
	const source = {
		report,
		context: {}
	};
	const charts = chartKinds(report).map((chart) => ({
		model: report.model,
		chart,
		alt: chartAlt(report, chart),
		source
	}));
	return [
		title(report),
		headlineBlock(report),
		...dataNotes(report),
		metricTable(report),
		...methodLine(report),
		...openGates(report),
		...worseSlices(report, 1e3),
		{
			kind: "charts",
			charts
		},
		...allSlices(report, 1e4),
		...operationDetails(report),
		...fairnessDetails(report),
		reportLineage(report)
	];
}
function title(report) {
	return heading(2, `${clip(report.model, 60)}: `, ...reportSentence(report, report.verdict));
}

// report/markdown.ts
/** A local report as Markdown, for `report.md` and job summaries. Charts are text: a file has no host for pictures. */
function renderReportMarkdown(report) {
	return `${writeMarkdown(reportBlocks(report), {})}\n`;
}

// actions/report/summary.ts
const appName = "Assay";
/** GitHub refuses the summary of a step above 1 MiB; the rest is left for what else the step may write. */
const summaryLimitBytes = 1e6;
/** Every report in full, or, where that is too long, what a comment would show of them. */
function renderSummary(view, reports) {
	const full = reports.map(renderReportMarkdown).join("\n");
	if (Buffer.byteLength(full) <= 1e6) return full;
	const shortened = renderComment(view, {
		charts: {},
		appName,
		alone: {
			marker: "",
			fullReport: "the report files"
		}
	});
	return `${reports.length} reports are too long for a summary of 1 MiB; this is the short form.\n\n${shortened}`;
}

// actions/report/report.ts
/** As the assay command ends. */
const exitCodes = {
	pass: 0,
	fail: 1,
	inconclusive: 2,
	insufficient: 2,
	no_baseline: 2,
	error: 2
};
const badInput = 3;
/**
* Shows reports without the App: on the page of the run and, in a pull request, in its one comment. What the reports say
* fails the step as `fail-on` asks; a comment that cannot be written does not.
*/
async function report(world, octokit) {
	const reports = await readReports(world.workspace, world.patterns).catch(faultOf);
	if ("reason" in reports) return await refuse(world, reports);
	const verdict = conclude(reports.map((each) => each.verdict));
	setOutput("verdict", verdict);
	setOutput("exit-code", String(exitCodes[verdict]));
	await writeSummary(world, renderSummary(pullViewOf(world, reports, null), reports));
	const posted = await comment(world, reports, octokit);
	setOutput("comment-id", posted === null ? "" : String(posted.id));
	if (isFailure(verdict, world.failOn)) setFailed(failureOf(reports, verdict));
}
/** Whether a verdict fails the step. An error is never less than a fail. */
function isFailure(verdict, failOn) {
	if (failOn === "never") return false;
	return failOn === "inconclusive" ? verdict !== "pass" : verdict === "fail" || verdict === "error";
}
function failureOf(reports, verdict) {
	return `the verdict is ${verdict}: ${reports.filter((each) => each.verdict === verdict).map(({ model }) => JSON.stringify(model)).join(", ")}`;
}
function faultOf(error) {
	if (error instanceof AssayError) return error.fault;
	throw error;
}
async function refuse(world, fault) {
	setOutput("verdict", "");
	setOutput("exit-code", String(badInput));
	setOutput("comment-id", "");
	await writeSummary(world, `**${fault.reason}**. ${plainText(describeFault(fault))}`);
	setFailed(`${fault.reason}: ${describeFault(fault)}`);
}
async function writeSummary({ hasSummary }, text) {
	if (hasSummary) await summary.addRaw(text, true).write();
}
async function comment(world, reports, octokit) {
	const { pull, key, runId, attempt, commit, repository } = world;
	if (!world.comment) return null;
	if (pull === null) {
		info("This run is for no pull request: the reports are in the job summary only.");
		return null;
	}
	try {
		const { owner, name: repo } = repository;
		const ask = () => octokit.rest.pulls.get({
			owner,
			repo,
			pull_number: pull.number
		});
		const { data } = await retryFaults(ask);
		const state = data.merged ? "merged" : data.state;
		const view = pullViewOf(world, reports, {
			head: data.head.sha,
			state
		});
		const marker = markerOf(pull.number, key);
		const alone = {
			marker: stampOf(pull.number, key, {
				runId,
				attempt,
				head: commit
			}),
			fullReport: "the summary of the workflow run"
		};
		const body = renderComment(view, {
			charts: {},
			appName,
			alone
		});
		const posted = await postComment({
			octokit,
			owner,
			repo
		}, {
			pull: pull.number,
			body,
			marker
		});
		info(outcomes[posted.kind]);
		return posted;
	} catch (error) {
		tellWhyNot(error, pull.isFork);
		return null;
	}
}
const outcomes = {
	created: "The comment was made.",
	edited: "The comment was edited.",
	unchanged: "The comment says this already.",
	newer: "The comment is left alone: a newer run wrote it."
};
/** A token that may not write is the rule in pull requests from forks, so it is told, and no fault. */
function tellWhyNot(error, isFork) {
	const status = statusOf$1(error);
	const answer = error instanceof Error ? error.message : String(error);
	if (status !== 401 && status !== 403 && status !== 404) {
		warning(`The comment could not be written, the reports are in the job summary: ${answer}`);
		return;
	}
	const why = isFork ? "in a pull request from a fork the token can only read" : "the token may not write to pull requests; the job needs `permissions: pull-requests: write`";
	notice(`No comment, the reports are in the job summary: ${why} (${answer}).`);
}

// actions/report/report-world.ts
/** When the step fails: at a failed gate, at anything less than a pass, or at bad input only. */
const failOn = _enum([
	"fail",
	"inconclusive",
	"never"
]);
const variables = object({
	GITHUB_REPOSITORY: string().regex(/^[^/\s]+\/[^/\s]+$/),
	GITHUB_RUN_ID: number().int().positive(),
	GITHUB_RUN_ATTEMPT: number().int().positive().default(1),
	GITHUB_SERVER_URL: url(),
	GITHUB_SHA: string().regex(/^[0-9a-f]{40,64}$/),
	GITHUB_WORKSPACE: string().min(1),
	GITHUB_STEP_SUMMARY: string().default("")
});
/** Of pull_request and its relatives; other events have none. */
const eventPayload = object({ pull_request: object({
	number: int().positive(),
	head: object({
		sha: string().regex(/^[0-9a-f]{40,64}$/),
		repo: object({ full_name: string() }).nullish()
	})
}).optional() });
const given = object({
	report: string().transform((text) => text.split("\n").flatMap((line) => line.trim() === "" ? [] : [line.trim()])),
	"fail-on": failOn,
	comment: _enum(["true", "false"]),
	key: string().max(1e3),
	token: string().min(1, "a token is needed")
});
/** Narrows a runner's environment, event and inputs; names the input that is wrong. */
function readReportWorld({ environment, payload, input }) {
	const inputs = given.safeParse({
		report: input("report"),
		"fail-on": input("fail-on"),
		comment: input("comment"),
		key: input("key"),
		token: input("token")
	});
	if (!inputs.success) {
		const [issue] = inputs.error.issues;
		return {
			ok: false,
			message: `bad_usage: input ${issue?.path.join(".")}: ${issue?.message}`
		};
	}
	const runner = variables.parse(environment);
	const { pull_request: pull } = eventPayload.parse(payload);
	const [owner = "", name = ""] = runner.GITHUB_REPOSITORY.split("/");
	const server = runner.GITHUB_SERVER_URL.replace(/\/+$/, "");
	return {
		ok: true,
		value: {
			patterns: inputs.data.report,
			failOn: inputs.data["fail-on"],
			comment: inputs.data.comment === "true",
			key: inputs.data.key,
			token: inputs.data.token,
			repository: {
				owner,
				name
			},
			runUrl: `${server}/${owner}/${name}/actions/runs/${runner.GITHUB_RUN_ID}`,
			runId: runner.GITHUB_RUN_ID,
			attempt: runner.GITHUB_RUN_ATTEMPT,
			commit: pull?.head.sha ?? runner.GITHUB_SHA,
			pull: pull === void 0 ? null : {
				number: pull.number,
				isFork: pull.head.repo?.full_name !== runner.GITHUB_REPOSITORY
			},
			workspace: runner.GITHUB_WORKSPACE,
			hasSummary: runner.GITHUB_STEP_SUMMARY !== ""
		}
	};
}

// actions/report/main.ts
const world = readReportWorld({
	environment: process.env,
	payload: context.payload,
	input: getInput
});
if (world.ok) await report(world.value, octokitFor(world.value.token));
else setFailed(world.message);

export {  };