import assert from "node:assert/strict";

export type ParsedMetric = {
  readonly type: string;
  /** By labels as they are written; of histograms with the name's ending before them. */
  readonly samples: Map<string, number>;
  /** Values of labels, unescaped. */
  readonly labels: string[];
};

const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|\+Inf|NaN)$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;

/**
 * Reads Prometheus' text format 0.0.4 as strictly as its own checker: help and type before the samples of a metric and once, no
 * sample twice, counters named so and not negative, buckets that grow up to the count. Throws at the first line that is wrong.
 */
export function parseExposition(text: string): ReadonlyMap<string, ParsedMetric> {
  assert.ok(text.endsWith("\n"), "the last line has no end");
  const metrics = new Map<string, ParsedMetric>();
  let help: string | null = null;
  let current: { name: string; metric: ParsedMetric } | null = null;
  for (const line of text.slice(0, -1).split("\n")) {
    const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.*)$/.exec(line) ?? [];
    if (kind === "HELP") {
      assert.match(rest, /^(?:[^\\]|\\[\\n])*$/, line);
      help = name;
    } else if (kind === "TYPE") {
      assert.equal(help, name, `${name} has no help`);
      assert.ok(!metrics.has(name), `${name} comes twice`);
      assert.match(rest, /^(counter|gauge|histogram)$/, line);
      if (rest === "counter") assert.match(name, /_total$/, line);
      current = { name, metric: { type: rest, samples: new Map(), labels: [] } };
      metrics.set(name, current.metric);
    } else {
      assert.ok(current !== null, line);
      readSample(line, current);
    }
  }
  for (const [name, metric] of metrics) if (metric.type === "histogram") checkBuckets(name, metric);
  return metrics;
}

function readSample(line: string, { name, metric }: { readonly name: string; readonly metric: ParsedMetric }): void {
  const [, of = "", labels = "", value = ""] = sample.exec(line) ?? [];
  const ending = of.slice(name.length);
  assert.ok(of.startsWith(name), `${line} does not belong to ${name}`);
  assert.match(ending, metric.type === "histogram" ? /^_(bucket|sum|count)$/ : /^$/, line);
  label.lastIndex = 0;
  for (const names = new Set<string>(); label.lastIndex < labels.length; ) {
    const at = label.lastIndex;
    const found = label.exec(labels);
    assert.ok(found !== null, `${line} has a wrong label at ${at}`);
    const [, key = "", written = ""] = found;
    assert.ok(!names.has(key), line);
    names.add(key);
    metric.labels.push(written.replace(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign)));
  }
  const key = [ending, labels].filter((part) => part !== "").join(" ");
  assert.ok(!metric.samples.has(key), `${line} comes twice`);
  const number = Number(value.replace("Inf", "Infinity"));
  if (metric.type !== "gauge") assert.ok(number >= 0, line);
  metric.samples.set(key, number);
}

/** Of each set of labels: the buckets grow, and there are as many in the last as the count says. */
function checkBuckets(name: string, { samples }: ParsedMetric): void {
  const sets = new Map<string, number[]>();
  for (const [key, count] of samples) {
    const [, before = "", bound] = /^_bucket (.*?),?le="([^"]*)"$/.exec(key) ?? [];
    if (bound !== undefined) sets.set(before, [...(sets.get(before) ?? []), count]);
  }
  assert.ok(sets.size > 0 || samples.size === 0, `${name} has no buckets`);
  for (const [labels, counts] of sets) {
    const of = labels === "" ? "" : ` ${labels}`;
    const sorted = counts.toSorted((a, b) => a - b);
    assert.deepEqual(counts, sorted, `the buckets of ${name} shrink`);
    assert.equal(counts.at(-1), samples.get(`_count${of}`), `${name} has no last bucket`);
    assert.ok(samples.has(`_sum${of}`), `${name} has no sum`);
  }
}
