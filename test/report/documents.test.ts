import assert from "node:assert/strict";
import { test } from "node:test";
import { renderReportHtml } from "../../report/html.ts";
import { renderReportMarkdown } from "../../report/markdown.ts";
import { renderReply } from "../../report/reply.ts";
import { renderReportTerminal } from "../../report/terminal.ts";
import { displayWidth } from "../../report/terminal-text.ts";
import { reportOf } from "./fixtures.ts";

const everything = { detail: "all", page: null } as const;
const names = [
  "pass",
  "fail",
  "inconclusive",
  "no-baseline",
  "hostile-names",
  "regression",
  "ranking",
  "operations-fairness",
];

for (const columns of [60, 80, 120]) {
  test(`no line of a terminal report is wider than ${columns} columns`, () => {
    for (const name of names) {
      for (const detail of ["brief", "all"] as const) {
        const text = renderReportTerminal(reportOf(name), { columns, colour: false, detail, page: null });
        for (const line of text.split("\n")) assert.ok(displayWidth(line) <= columns, `${name}: ${line}`);
      }
    }
  });
}

test("a terminal report without color holds no control sequence, and with color only our own", () => {
  for (const name of names) {
    const report = reportOf(name);
    const plain = renderReportTerminal(report, { ...everything, columns: 80, colour: false });
    assert.doesNotMatch(plain, /(?!\n)\p{Cc}/u);
    const colored = renderReportTerminal(report, { ...everything, columns: 80, colour: true });
    assert.equal(colored.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9]+m`, "g"), ""), plain);
  }
});

test("the page holds its charts, and nothing that could be loaded", async () => {
  for (const name of names) {
    const page = await renderReportHtml(reportOf(name));
    assert.match(page, /http-equiv="Content-Security-Policy" content="default-src 'none'/);
    const markup = page.replace(/<script>[^]*?<\/script>/, "").replace(/<style>[^]*?<\/style>/, "");
    const tags = new Set([...markup.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag?.toLowerCase()));
    const expected =
      "html head meta title body header nav a h1 span main section h3 p strong code div table thead tbody tr th td ul li details summary picture source img";
    assert.deepEqual(
      [...tags].filter((tag) => !expected.split(" ").includes(tag ?? "")),
      [],
    );
    assert.doesNotMatch(markup, /\s(?:src|srcset|href)="(?!data:image\/svg\+xml;base64,|#[a-z]+")/);
    assert.doesNotMatch(markup.replace(/"[^"]*"/g, ""), /\son\w+=|\sstyle=/);
  }
});

test("Markdown, terminal and page tell the same headline", async () => {
  const report = reportOf("fail");
  const headline = "ROC AUC 0.874 → 0.843 (−3.1 pp, 95 % interval −4.0 … −2.2)";
  assert.ok(renderReportMarkdown(report).includes(headline));
  assert.ok(renderReportTerminal(report, { ...everything, columns: 200, colour: false }).includes(headline));
  assert.ok((await renderReportHtml(report)).includes(headline));
});

test("a brief terminal report shows what decides and ends with verdict, gates and page in one line", () => {
  const report = reportOf("fail");
  const show = (detail: "brief" | "all", page: string | null): string =>
    renderReportTerminal(report, { columns: 80, colour: false, detail, page });
  const long = "a-folder-with-a-long-name/".repeat(4);
  const brief = show("brief", `${long}report.html`);
  const lines = brief.trimEnd().split("\n");
  assert.equal(lines.at(-1), `✗ fail · 1 of 2 gates pass · ${long}report.html`);
  assert.match(brief, /^damage: worse — ROC AUC dropped 3\.1 pp\n/);
  for (const part of [
    "ROC AUC 0.874",
    "log loss",
    "✓ candidate.log_loss",
    "Slices that got provably worse",
    "phase = Descent",
  ])
    assert.ok(brief.includes(part), part);
  for (const part of ["Take-off", "latency", "Lineage", "sha256:"]) assert.ok(!brief.includes(part), part);
  assert.ok(lines.length < 45, `${lines.length} lines`);
  const all = show("all", null);
  for (const part of ["Take-off", "latency", "Lineage"]) assert.ok(all.includes(part), part);
  assert.match(all, /\n✗ fail · 1 of 2 gates pass\n$/);
});

test("a refused command is quoted as code, with its reason", () => {
  const reply = renderReply({
    kind: "refused",
    command: "/retrain damgae @acme/admins",
    faults: [{ reason: "unknown_model", message: 'no model "damgae"; did you mean damage?' }],
  });
  assert.equal(
    reply,
    [
      "Nothing was run for `/retrain damgae @acme/admins`:",
      '- no model "damgae"; did you mean damage? (`unknown_model`)',
      "`/help` lists the commands, the models and their parameters.",
    ].join("\n\n"),
  );
});

test("help lists every command, model, parameter and environment", () => {
  const reply = renderReply({
    kind: "help",
    models: [
      { name: "damage", params: ["learning_rate", "epochs"] },
      { name: "species", params: [] },
    ],
    environments: ["staging", "production"],
  });
  for (const part of [
    "`/retrain [model]",
    "`/help`",
    "- `damage`: `learning_rate`, `epochs`",
    "- `species`: no parameters",
    "`staging`, `production`",
  ]) {
    assert.ok(reply.includes(part), part);
  }
});
